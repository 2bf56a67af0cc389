// A small picture of an array in a node of the graph: its cells, framed solid for a value and dashed for a gradient.

import { setAttribute, svg } from "../../common/view/elements.js";

/** @typedef {{ rows: number, columns: number }} GridSides */
/** @typedef {{ width: number, height: number }} PictureSize in pixels */
/**
 * What draws an array's cells, in units of a cell; `across` and `lines` say how many there are.
 *
 * @typedef {(grid: any) => { element: SVGElement, across: number, lines: number }} DrawGrid
 */

const MOST = 64; // pixels
const LEAST = 10;
const CELL = 8; // pixels, at most

/**
 * Return how large a picture of an array is: its cells square where they can be.
 *
 * @param {GridSides} grid
 * @returns {PictureSize}
 */
export function pictureSize({ rows, columns }) {
  const cell = Math.min(CELL, MOST / Math.max(rows, columns, 1));
  const side = (/** @type {number} */ count) => Math.max(LEAST, Math.min(MOST, count * cell));
  return { width: side(columns), height: side(rows) };
}

/**
 * @param {"value" | "gradient"} kind
 * @param {{ x: number, y: number } & PictureSize} place
 * @param {DrawGrid} drawGrid
 */
export function createPicture(kind, { x, y, width, height }, drawGrid) {
  const cells = svg("g");
  const frame = svg("rect", { class: "deck-picture-frame", x, y, width, height });
  const element = svg("g", { class: `deck-picture is-${kind}` }, cells, frame);
  /** @type {unknown} */
  let drawn;

  /** @param {unknown} grid undefined for none */
  function draw(grid) {
    element.classList.toggle("is-on", grid !== undefined);
    if (grid === undefined || grid === drawn) return;
    drawn = grid;
    const { element: picture, across, lines } = drawGrid(grid);
    cells.replaceChildren(picture);
    setAttribute(cells, "transform", `translate(${x} ${y}) scale(${width / across} ${height / lines})`);
  }

  return { element, draw };
}
