// A heatmap: the cells of an array in the colors of their signs, on a scale with 0 in its middle. What is no number has a
// mark as well. One can point at a cell, or focus the picture and go from cell to cell.

import { html, KEEPS_KEYS, setAttributes, setText, svg } from "../../common/view/elements.js";
import { cellSize, linesOfExample, markPath, SHADES, shadePaths } from "./cells.js";

/** @typedef {import("./cells.js").Cells} Cells */

/**
 * Return cells as a piece of a drawing, in units of a cell. Its colors follow the theme.
 *
 * @param {Cells} cells
 * @param {number} most the largest absolute value of the scale
 */
export function drawCells(cells, most = cells.most) {
  const shades = [...shadePaths(cells, most)].map(([shade, d]) => svg("path", { d, style: `fill:${colorOf(shade)}` }));
  const marks = markPath(cells);
  const crosses = marks
    ? [svg("path", { class: "deck-heat-marks", d: marks, "vector-effect": "non-scaling-stroke" })]
    : [];
  return svg("g", { class: "deck-heat-cells" }, ...shades, ...crosses);
}

/** @param {number} shade */
function colorOf(shade) {
  if (!Number.isFinite(shade)) return "var(--alarm-bg)";
  const strength = Math.round((Math.abs(shade) / SHADES) * 100);
  return `color-mix(in srgb, var(${shade < 0 ? "--neg" : "--pos"}) ${strength}%, var(--zero))`;
}

/**
 * Create a heatmap that can be pointed at.
 *
 * @param {"value" | "gradient"} kind
 * @param {(cell: number) => void} point called with the cell under the pointer or the keys; -1 for none
 */
export function createHeatmap(kind, point) {
  const marks = svg("g", { class: "deck-heat-here" });
  const picture = svg("svg", { class: "deck-heat-picture", preserveAspectRatio: "none", "aria-hidden": "true" });
  const handlers = { pointermove: pointed, pointerdown: pointed, pointerleave: left, keydown: pressed, blur: left };
  const role = { role: "application", tabindex: "0", ...KEEPS_KEYS };
  const frame = html("div", { class: "deck-heat-frame", ...role, ...handlers }, picture);
  const element = html("div", { class: "deck-heat", "data-kind": kind }, frame);
  /** @type {Cells | undefined} */
  let cells;
  let drawn = "";
  let here = -1;

  /**
   * @param {Cells | undefined} newCells
   * @param {{ most: number, label: string, width: number, height: number }} how
   */
  function draw(newCells, { most, label, width, height }) {
    element.hidden = !newCells;
    const next = `${most} ${width} ${height}`;
    if (newCells && (newCells !== cells || next !== drawn)) {
      const { lines, across } = newCells;
      const cell = cellSize(newCells, width, height);
      const size = { width: Math.round(cell.width * across), height: Math.round(cell.height * lines) };
      setAttributes(picture, { viewBox: `0 0 ${across} ${lines}`, ...size });
      picture.replaceChildren(drawCells(newCells, most), marks);
    }
    if (newCells !== cells) here = -1;
    [cells, drawn] = [newCells, next];
    frame.setAttribute("aria-label", label);
  }

  /**
   * Mark a cell, and the rows of its example.
   *
   * @param {number} cell -1 for none
   * @param {number} example -1 for none
   */
  function mark(cell, example) {
    /** @type {Element[]} */
    const shown = [];
    if (cells && example >= 0) shown.push(...exampleBox(cells, example));
    if (cells && cell >= 0) shown.push(outline("deck-heat-cell", cell % cells.across, Math.floor(cell / cells.across)));
    marks.replaceChildren(...shown);
  }

  /** @param {PointerEvent} event */
  function pointed(event) {
    if (!cells) return;
    const box = picture.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * cells.across);
    const y = Math.floor(((event.clientY - box.top) / box.height) * cells.lines);
    const isIn = x >= 0 && y >= 0 && x < cells.across && y < cells.lines;
    goTo(isIn ? y * cells.across + x : -1);
  }

  function left() {
    goTo(-1);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (!cells || event.ctrlKey || event.altKey || event.metaKey) return;
    const next = cellAfter(cells, here, event.key);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows go from cell to cell, and not from step to step
    goTo(next);
  }

  /** @param {number} cell */
  function goTo(cell) {
    const next = cells && cell < cells.values.length ? cell : -1;
    if (next === here) return;
    here = next;
    point(here);
  }

  return { element, draw, mark };
}

/**
 * Return the cell to which a key leads, undefined if it is none of a heatmap's.
 *
 * @param {Pick<Cells, "lines" | "across" | "values">} cells
 * @param {number} here
 * @param {string} key
 */
export function cellAfter({ across, values }, here, key) {
  const last = values.length - 1;
  const start = Math.max(0, here) - (Math.max(0, here) % across);
  /** @type {Record<string, number>} */
  const next = {
    ArrowRight: here + 1,
    ArrowLeft: here - 1,
    ArrowDown: here + across > last ? here : here + across,
    ArrowUp: here < across ? here : here - across,
    Home: start,
    End: start + across - 1,
    Escape: -1,
  };
  if (!(key in next)) return undefined;
  if (key === "Escape") return here < 0 ? undefined : -1;
  return here < 0 ? 0 : Math.max(0, Math.min(last, next[key]));
}

/** @param {Cells} cells @param {number} example */
function exampleBox(cells, example) {
  const { across, shape, block } = cells;
  if (shape.length === 1)
    return block ? [] : [outline("deck-heat-row", example % across, Math.floor(example / across))];
  const lines = linesOfExample(cells);
  return lines ? [outline("deck-heat-row", 0, example * lines, across, lines)] : [];
}

/** @param {string} kind @param {number} x @param {number} y @param {number} width @param {number} height */
function outline(kind, x, y, width = 1, height = 1) {
  return svg("rect", { class: kind, x, y, width, height, "vector-effect": "non-scaling-stroke" });
}

/** The key to the colors: from minus the largest to the largest, 0 in the middle. */
export function createColorKey() {
  const [low, high] = [html("span"), html("span")];
  const ramp = html("span", { class: "deck-heat-ramp", "aria-hidden": "true" });
  const element = html("span", { class: "deck-heat-key" }, low, ramp, high);

  /** @param {string} text the largest absolute value; empty if there is none */
  function draw(text) {
    element.hidden = !text;
    setText(low, `-${text}`);
    setText(high, text);
  }

  return { element, draw };
}
