// What stands under the number line: single floats, or a scale, absolute while four digits tell its numbers apart.

import { scaleLinear } from "d3-scale";
import { lettersOf } from "../../common/view/letters.js";
import { printed, short } from "../../common/view/numbers.js";

const LETTER = 7.2; // pixels, about
const APART = 110; // pixels between the numbers of a scale, about
const DIGITS = 100; // how many times larger than the window a number may be, for four digits to do

// Name x and as many of its neighbours as there is room for; `marks` has none, as each float has its line.
export function floatLabels(floats, row, perTick, scale) {
  const widest = Math.max(...floats.map(({ value }) => printed(value, row.dtype).length)) + 2;
  const every = Math.max(1, Math.ceil((widest * LETTER) / perTick));
  const named = floats.filter(({ count }) => count % every === 0);
  const labels = named.map(({ value, offset }) => ({ at: scale(offset), text: printed(value, row.dtype) }));
  return { labels, marks: [] };
}

// Half the width of a text, about.
export function halfOf(text) {
  return (lettersOf(text) * LETTER) / 2;
}

// Whether a label stands inside the picture, with all its letters.
export function fits({ at, text }, width) {
  const half = halfOf(text);
  return at >= half && at <= width - half;
}

export function scaleLabels(row, window, scale, width) {
  const isRelative = Math.abs(row.x) > DIGITS * window.span;
  const [from, to] = [window.from, window.to].map((distance) => (isRelative ? distance : row.x + distance));
  const places = scaleLinear()
    .domain([from, to])
    .ticks(Math.max(2, Math.floor(width / APART)));
  const at = (place) => scale(isRelative ? place : place - row.x);
  const text = (place) => (isRelative && place > 0 ? `+${short(place)}` : short(place));
  const labels = places.map((place) => ({ at: at(place), text: isRelative && place === 0 ? "x" : text(place) }));
  return { labels, marks: places.map(at), isRelative };
}
