// The cells of a heatmap: numbers read from a grid of the facts, their color, their index, their text. Nothing here draws.

import { bytesFrom } from "../../common/view/numbers.js";

/**
 * An array as a grid of cells (deck/grids.py is the other side). The first `split` of the array's axes lie along the rows.
 * `data` are numbers as `code` says; where there is a `block`, the heights and widths of blocks of numbers as text, they
 * are their means as levels of color. `most` is the largest absolute value, `text` what is known of all numbers.
 *
 * @typedef {object} Grid
 * @property {number[]} shape
 * @property {string} dtype
 * @property {number} rows
 * @property {number} columns
 * @property {number} split
 * @property {[height: string, width: string] | null} block
 * @property {number} most
 * @property {string} code
 * @property {string} data in base64
 * @property {string} text
 */
/**
 * `values` are in order of rows; `lines` by `across` is how they are drawn: a long strip goes on in the next line.
 *
 * @typedef {Pick<Grid, "shape" | "dtype" | "rows" | "columns" | "split" | "block" | "most"> & {
 *   values: ArrayLike<number>, lines: number, across: number }} Cells
 */

export const SHADES = 16; // of each sign
const BLOCK_LEVELS = 126; // those after them stand for NaN and infinities: see deck/grids.py
const WIDEST_STRIP = 40;
const STRIP_LINE = 32;

/** @type {Record<string, { new (buffer: ArrayBuffer): ArrayLike<number> }>} */
const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, int8: Int8Array };

/** @type {WeakMap<Grid, Cells>} */
const read = new WeakMap();

/**
 * Return a grid's cells; it is read once.
 *
 * @param {Grid} grid
 * @returns {Cells}
 */
export function cellsOf(grid) {
  const known = read.get(grid);
  if (known) return known;
  const numbers = new ARRAYS[grid.code](bytesFrom(grid.data));
  const values = grid.block ? Float32Array.from(numbers, (code) => meanOf(code, grid.most)) : numbers;
  const cells = placed(grid, values);
  read.set(grid, cells);
  return cells;
}

/**
 * Return all numbers of an array as cells, in place of those of its grid.
 *
 * @param {Grid} grid
 * @param {Pick<Grid, "rows" | "columns" | "split" | "most" | "code">} whole
 * @param {ArrayBuffer} bytes
 */
export function wholeCells(grid, whole, bytes) {
  return placed({ ...grid, ...whole, block: null }, new ARRAYS[whole.code](bytes));
}

/** @param {Grid} grid @param {ArrayLike<number>} values @returns {Cells} */
function placed({ shape, dtype, rows, columns, split, block, most }, values) {
  const isLong = rows === 1 && columns > WIDEST_STRIP;
  const [lines, across] = isLong ? [Math.ceil(columns / STRIP_LINE), STRIP_LINE] : [rows, columns];
  return { shape, dtype, rows, columns, split, block, most, values, lines, across };
}

/** @param {number} code @param {number} most */
function meanOf(code, most) {
  if (code === -128) return Number.NaN;
  return Math.abs(code) > BLOCK_LEVELS ? Math.sign(code) * Infinity : (code / BLOCK_LEVELS) * most;
}

/**
 * Return the shade of a number: 0 for the color of zero, to SHADES of one sign and -SHADES of the other. What is not
 * finite has none, but a mark: it is returned as it is.
 *
 * @param {number} value
 * @param {number} most the largest absolute value of the scale
 */
export function shadeOf(value, most) {
  if (!Number.isFinite(value)) return value;
  if (!most) return 0;
  const strength = Math.min(1, Math.abs(value) / most) ** 0.6; // so that small numbers are seen
  return Math.sign(value) * Math.round(strength * SHADES) || 0;
}

/**
 * Return the outlines of all cells of one shade, as SVG path data in units of a cell. Neighbors in a line are one piece.
 *
 * @param {Cells} cells
 * @param {number} most the largest absolute value of the scale
 * @returns {Map<number, string>} by shade: NaN and infinities too
 */
export function shadePaths({ values, across }, most) {
  /** @type {Map<number, string>} */
  const paths = new Map();
  let start = 0;
  let shade = shadeOf(values[0], most);
  for (let at = 1; at <= values.length; at += 1) {
    const next = at < values.length ? shadeOf(values[at], most) : undefined;
    if (next !== undefined && Object.is(next, shade) && at % across && Number.isFinite(shade)) continue;
    const piece = `M${start % across} ${Math.floor(start / across)}h${at - start}v1h${start - at}z`;
    paths.set(shade, (paths.get(shade) ?? "") + piece);
    start = at;
    shade = next ?? 0;
  }
  return paths;
}

/**
 * Return the marks in the cells that are no numbers: a cross for NaN, a plus or a minus for an infinity.
 *
 * @param {Cells} cells
 */
export function markPath({ values, across }) {
  let path = "";
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at];
    if (Number.isFinite(value)) continue;
    const [x, y] = [at % across, Math.floor(at / across)];
    if (Number.isNaN(value)) path += `M${x + 0.1} ${y + 0.1}l.8 .8m-.8 0l.8 -.8`;
    else path += `M${x + 0.1} ${y + 0.5}h.8${value > 0 ? "m-.4 -.4v.8" : ""}`;
  }
  return path;
}

/**
 * Return how large cells are drawn in a place, in pixels: never much flatter or narrower than square.
 *
 * @param {Pick<Cells, "lines" | "across">} cells
 * @param {number} width
 * @param {number} height
 */
export function cellSize({ lines, across }, width, height) {
  const within = (/** @type {number} */ size) => Math.max(2, Math.min(16, size));
  const [wide, high] = [within(width / across), within(height / lines)];
  return { width: Math.min(wide, high * 3), height: Math.min(high, wide * 3) };
}

/**
 * Return what a cell stands for: an index, or a range, along each axis of the array.
 *
 * @param {Cells} cells
 * @param {number} cell
 */
export function indexText({ shape, rows, columns, split, block }, cell) {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  if (!block) return [...unravel(row, shape.slice(0, split)), ...unravel(column, shape.slice(split))].join(", ");
  if (shape.length > 2) return "…"; // a block of flattened axes has no index
  const sides = split ? [rangeText(shape[0], rows, row)] : [];
  return [...sides, rangeText(shape[split], columns, column)].join(", ");
}

/** @param {Pick<Cells, "columns">} cells @param {number} cell @returns {[row: number, column: number]} */
export function cellAt({ columns }, cell) {
  return [Math.floor(cell / columns), cell % columns];
}

/**
 * Return how many lines of cells an example of a batch has; 0 where they are not its own.
 *
 * @param {Pick<Cells, "shape" | "rows" | "block">} cells
 */
export function linesOfExample({ shape, rows, block }) {
  const lines = rows / shape[0];
  return Number.isInteger(lines) && !block?.[0].includes("-") ? lines : 0;
}

/**
 * Return the example that a cell belongs to where the first axis is the batch; -1 if it stands for several.
 *
 * @param {Pick<Cells, "shape" | "rows" | "columns" | "block">} cells
 * @param {number} cell
 */
export function exampleAt(cells, cell) {
  if (cells.shape.length === 1) return cells.block ? -1 : cell;
  const lines = linesOfExample(cells);
  return lines ? Math.floor(cell / cells.columns / lines) : -1;
}

/** @param {number} index @param {number[]} shape */
function unravel(index, shape) {
  let rest = index;
  return shape
    .map((_, axis) => shape[shape.length - 1 - axis])
    .map((side) => {
      const here = rest % side;
      rest = Math.floor(rest / side);
      return here;
    })
    .reverse();
}

/** @param {number} side @param {number} count @param {number} at */
function rangeText(side, count, at) {
  const start = Math.trunc(at * (side / count));
  const end = at + 1 === count ? side : Math.trunc((at + 1) * (side / count));
  return end - start === 1 ? String(start) : `${start}:${end}`;
}

/**
 * Return a number as text, to the last digit that its dtype has.
 *
 * @param {number} value
 * @param {string} dtype
 */
export function numberText(value, dtype) {
  if (dtype === "bool") return value ? "True" : "False";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Object.is(value, -0)) return "-0.0";
  if (/int/.test(dtype)) return String(value);
  const text = dtype === "float64" ? String(value) : shortest(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * Return the shortest text that is read back as the same float32.
 *
 * @param {number} value
 */
function shortest(value) {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * Return a shape as text: `16 × 8`.
 *
 * @param {(number | null)[]} shape
 */
export function shapeText(shape) {
  return shape.map((side) => side ?? "?").join(" × ");
}

/**
 * Return the axes that lie along the rows and along the columns of an array of three axes or more: `0, 1` and `2`.
 *
 * @param {Pick<Cells, "shape" | "split">} cells
 */
export function axesTexts({ shape, split }) {
  const axes = shape.map((_, axis) => axis);
  return { rows: axes.slice(0, split).join(", "), columns: axes.slice(split).join(", ") };
}
