// The floats of the number line, in order, and what stands under the line: single floats, or a scale.

import { scaleLinear } from "d3-scale";
import { displayWidth } from "../../common/view/elements.js";
import { printed, shortNumber } from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/numbers.js").DType} DType */
/** @typedef {(distance: number) => number} LineScale From a distance from x to pixels. */
/** @typedef {{ value: number, offset: number, count: number }} NearbyFloat its distance from x, and how many floats from it */
/** @typedef {{ at: number, text: string }} Label in pixels */
/** @typedef {{ labels: Label[], marks: number[], isRelative?: boolean }} AxisLabels */

// Of floats next to each other, the bits read as whole numbers are next to each other too, once those of negative floats
// are mapped from sign and size to a number that rises (https://randomascii.wordpress.com/2012/02/25/).

const FLOAT32 = new Float32Array(1);
const FLOAT32_BITS = new Int32Array(FLOAT32.buffer);
const FLOAT64 = new Float64Array(1);
const FLOAT64_BITS = new BigInt64Array(FLOAT64.buffer);

/** @param {number} bits */
function rising32(bits) {
  return bits < 0 ? -(2 ** 31) - bits : bits;
}

/** @param {bigint} bits */
function rising64(bits) {
  return bits < 0 ? -(2n ** 63n) - bits : bits;
}

/**
 * Return the float that is `count` places above x (below, if negative).
 *
 * @param {number} x
 * @param {number} count
 * @param {DType} dtype
 */
export function floatAt(x, count, dtype) {
  if (dtype === "float32") {
    FLOAT32[0] = x;
    FLOAT32_BITS[0] = rising32(rising32(FLOAT32_BITS[0]) + count);
    return FLOAT32[0];
  }
  FLOAT64[0] = x;
  FLOAT64_BITS[0] = rising64(rising64(FLOAT64_BITS[0]) + BigInt(count));
  return FLOAT64[0];
}

/**
 * Return the floats whose distance from x lies between `from` and `to`, in order; they are counted from x, or from the
 * float next to it where the dtype has no x.
 *
 * @param {number} x
 * @param {DType} dtype
 * @param {number} from
 * @param {number} to
 */
export function floatsWithin(x, dtype, from, to) {
  /** @type {NearbyFloat[]} */
  const found = [];
  const nearest = floatAt(x, 0, dtype);
  for (const step of [-1, 1]) {
    for (let count = step < 0 ? -1 : 0; ; count += step) {
      const value = floatAt(nearest, count, dtype);
      const offset = value - x;
      if (!(offset >= from && offset <= to)) break;
      found.push({ value, offset, count });
    }
  }
  return found.sort((one, other) => one.count - other.count);
}

/**
 * Return how far from x lie the places, below and above, from where on a number no longer rounds to x.
 *
 * @param {number} x
 * @param {DType} dtype
 */
export function roundingInterval(x, dtype) {
  return [(floatAt(x, -1, dtype) - x) / 2, (floatAt(x, 1, dtype) - x) / 2];
}

const LETTER = 7.2; // pixels, about
const LABEL_DISTANCE = 110; // pixels between the numbers of a scale, about
const MOST_WINDOWS = 100; // how many times larger than the window a number may be, for four digits to do

/**
 * Half the width of a text, in pixels, about.
 *
 * @param {string} text
 */
export function halfWidth(text) {
  return (displayWidth(text) * LETTER) / 2;
}

/**
 * Whether a label stands inside the picture, with all its letters.
 *
 * @param {Label} label
 * @param {number} width
 */
export function fits({ at, text }, width) {
  const half = halfWidth(text);
  return at >= half && at <= width - half;
}

/**
 * Name x and as many of its neighbors as there is room for; there are no marks, as each float has its line.
 *
 * @param {NearbyFloat[]} floats
 * @param {DType} dtype
 * @param {number} distance pixels between two floats
 * @param {LineScale} scale
 * @returns {AxisLabels}
 */
export function floatLabels(floats, dtype, distance, scale) {
  const widest = Math.max(...floats.map(({ value }) => printed(value, dtype).length)) + 2;
  const every = Math.max(1, Math.ceil((widest * LETTER) / distance));
  const named = floats.filter(({ count }) => count % every === 0);
  const labels = named.map(({ value, offset }) => ({ at: scale(offset), text: printed(value, dtype) }));
  return { labels, marks: [] };
}

/**
 * Name places of the number line: themselves while four digits tell them apart, else their distance from x.
 *
 * @param {number} x
 * @param {import("./microscope_state.js").Window} window
 * @param {LineScale} scale
 * @param {number} width
 * @returns {AxisLabels}
 */
export function scaleLabels(x, window, scale, width) {
  const isRelative = Math.abs(x) > MOST_WINDOWS * window.span;
  const origin = isRelative ? 0 : x;
  const places = scaleLinear()
    .domain([origin + window.from, origin + window.to])
    .ticks(Math.max(2, Math.floor(width / LABEL_DISTANCE)));
  const at = (/** @type {number} */ place) => scale(place - origin);
  const text = (/** @type {number} */ place) => (isRelative ? relativeText(place) : shortNumber(place));
  return { labels: places.map((place) => ({ at: at(place), text: text(place) })), marks: places.map(at), isRelative };
}

/** @param {number} distance */
function relativeText(distance) {
  if (distance === 0) return "x";
  return distance > 0 ? `+${shortNumber(distance)}` : shortNumber(distance);
}
