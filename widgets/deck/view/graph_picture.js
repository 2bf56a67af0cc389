// A small picture of an array in a node of the graph: its cells, framed solid for a value and dashed for a gradient.

import { setAttribute, svg } from "../../common/view/elements.js";
import { cellsOf } from "./cells.js";
import { drawCells } from "./heatmap.js";

/** @typedef {import("./cells.js").Grid} Grid */
/** @typedef {{ width: number, height: number }} PictureSize in pixels */

const LEAST = 10; // pixels
const CELL = 8; // pixels, at most

/**
 * Return how large a picture of an array is: its cells square where they can be.
 *
 * @param {Pick<Grid, "rows" | "columns">} grid
 * @param {number} most pixels, in both directions
 * @returns {PictureSize}
 */
export function pictureSize({ rows, columns }, most) {
  const cell = Math.min(CELL, most / Math.max(rows, columns, 1));
  const side = (/** @type {number} */ count) => Math.max(LEAST, Math.min(most, count * cell));
  return { width: side(columns), height: side(rows) };
}

/**
 * @param {"value" | "gradient"} kind
 * @param {{ x: number, y: number } & PictureSize} place
 */
export function createPicture(kind, { x, y, width, height }) {
  const cells = svg("g");
  const frame = svg("rect", { class: "deck-picture-frame", x, y, width, height });
  const element = svg("g", { class: `deck-picture is-${kind}` }, cells, frame);
  /** @type {Grid | undefined} */
  let drawn;

  /** @param {Grid | undefined} grid undefined for none */
  function draw(grid) {
    element.classList.toggle("is-on", grid !== undefined);
    if (grid === undefined || grid === drawn) return;
    drawn = grid;
    const found = cellsOf(grid);
    cells.replaceChildren(drawCells(found));
    setAttribute(cells, "transform", `translate(${x} ${y}) scale(${width / found.across} ${height / found.lines})`);
  }

  return { element, draw };
}
