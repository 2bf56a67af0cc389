// The minima that were found, each a cross with its value, which stands where it covers neither the curve nor the path.

import { setAttribute, setAttributes, svg } from "../../common/view/elements.js";
import { unbrokenHeights } from "./descent_facts.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {[x1: number, y1: number, x2: number, y2: number]} Segment in pixels */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box in pixels */
/** @typedef {{ anchor: "start" | "middle" | "end", x: number, y: number }} Place of a text, from the cross */

const ARM = 8; // pixels, of a cross
const LETTER = { above: 10, below: 3 }; // pixels, from the line that a text stands on
const HALF = 6; // pixels, of a text's height
const CLEAR = 2; // pixels around a text
const SHORTEST = 1; // pixels: nearer points of a path are one
const NAME = { left: 14, right: 14 }; // pixels, about, of a level's name

/** @type {Place[]} the first that is free is taken */
const BESIDE = [
  { anchor: "start", x: ARM, y: -ARM },
  { anchor: "end", x: -ARM, y: -ARM },
  { anchor: "start", x: ARM, y: ARM + LETTER.above },
  { anchor: "end", x: -ARM, y: ARM + LETTER.above },
  { anchor: "middle", x: 0, y: -ARM - 4 },
];
/** @type {Place[]} where a curve's tangents leave no room any nearer */
const FURTHER = [
  { anchor: "start", x: 4 * ARM, y: ARM + LETTER.above },
  { anchor: "end", x: -4 * ARM, y: ARM + LETTER.above },
];
/** @type {Place} */
const UNDER = { anchor: "middle", x: 0, y: ARM + LETTER.above + CLEAR };

/** @param {Plot} plot */
export function createMinimumMarks(plot) {
  const element = svg("g", { class: "descent-minima" });
  /** @type {Facts} */
  let facts;
  /** @type {{ mark: SVGElement, text: SVGTextElement, width: number, place?: Place }[]} */
  let marks = [];
  const last = createLastDrawn(plot);

  /** @param {Facts} newFacts @param {Word} word */
  function load(newFacts, word) {
    facts = newFacts;
    last.forget();
    marks = facts.minima.map(({ text: value }) => {
      const text = svg("text", {}, word("minimum {value}", { value }));
      return { mark: svg("g", {}, svg("path", { d: `M${-ARM} 0H${ARM}M0 ${-ARM}V${ARM}` }), text), text, width: 0 };
    });
    element.replaceChildren(...marks.map(({ mark }) => mark));
  }

  /**
   * @param {{ y: ArrayLike<number> }} run
   * @param {{ x: Coordinate, y: Coordinate }} at where its points are, in pixels
   * @param {(index: number) => Segment} [tangentAt] what is drawn at the last point, whichever that is
   */
  function draw(run, at, tangentAt) {
    if (marks.length === 0 || last.isStill(run)) return;
    const isCurve = facts.dimensions === 1;
    const start = /** @type {Segment} */ ([at.x(0) - ARM, at.y(0), at.x(0) + ARM, at.y(0)]);
    const taken = [...segments(run.y.length, at.x, at.y), start, ...(isCurve ? curve() : levelNames())];
    if (tangentAt) taken.push(...Array.from(run.y, (_y, i) => tangentAt(i)));
    const [[left, right], [bottom, top]] = [plot.x.range(), plot.y.range()];
    marks.forEach((one, i) => {
      const { x, y } = crossAt(i);
      setAttribute(one.mark, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      one.width ||= one.text.getComputedTextLength();
      const order = isCurve ? [UNDER, ...BESIDE, ...FURTHER] : [...BESIDE, UNDER];
      const places = one.place ? [one.place, ...order] : order; // it stays where it is while that is free
      const cross = { x, y, width: one.width };
      one.place = freePlace(places, cross, { left, right, top, bottom }, nearTo(cross, taken));
      setAttributes(one.text, { x: one.place.x, y: one.place.y, "text-anchor": one.place.anchor });
    });
  }

  function curve() {
    const [heights, xs] = [unbrokenHeights(facts), facts.axes[0]];
    return segments(
      heights.length,
      (i) => plot.x(xs[i]),
      (i) => plot.y(heights[i]),
    );
  }

  /** @returns {Segment[]} */
  function levelNames() {
    return facts.levelNames.map(({ x, y }) => [plot.x(x) - NAME.left, plot.y(y), plot.x(x) + NAME.right, plot.y(y)]);
  }

  /** @returns {Segment[]} along each name, those of levels too, and across each cross */
  function named() {
    const levels = levelNames().flatMap(([left, y, right]) => edges(left, right, y));
    const own = marks.flatMap(({ place, width }, i) => {
      if (!place) return [];
      const { left, right, top, bottom } = boxOf(place, { ...crossAt(i), width });
      const [middle, { x, y }] = [(top + bottom) / 2, crossAt(i)];
      return [...edges(left, right, middle), ...edges(x - ARM, x + ARM, y)];
    });
    return [...own, ...levels];
  }

  /** @param {number} i */
  function crossAt(i) {
    const { at, value } = facts.minima[i];
    return { x: plot.x(at[0]), y: plot.y(facts.dimensions === 1 ? value : at[1]) };
  }

  return { element, load, draw, named };
}

/**
 * Remember for which run and scales texts were placed last: while these are the same, there is nothing to place.
 *
 * @param {Plot} plot
 */
export function createLastDrawn(plot) {
  let scales = "";
  /** @type {object | undefined} */
  let run;
  return {
    forget() {
      run = undefined;
    },
    /** @param {object} newRun */
    isStill(newRun) {
      const before = [run, scales];
      run = newRun;
      scales = JSON.stringify([plot.width, plot.height, plot.x.domain(), plot.y.domain()]);
      return run === before[0] && scales === before[1];
    },
  };
}

/**
 * Return the upper and the lower edge of what is as high as a text.
 *
 * @param {number} left
 * @param {number} right
 * @param {number} middle
 * @returns {Segment[]}
 */
export function edges(left, right, middle) {
  return [-HALF, HALF].map((half) => [left, middle + half, right, middle + half]);
}

/**
 * Return the pieces of a line; none that are too short to see, or lead to or from where there is nothing.
 *
 * @param {number} length how many points
 * @param {Coordinate} x
 * @param {Coordinate} y
 */
export function segments(length, x, y) {
  /** @type {Segment[]} */
  const found = [];
  let [lastX, lastY] = [x(0), y(0)];
  for (let i = 1; i < length; i += 1) {
    const [nextX, nextY] = [x(i), y(i)];
    if (Math.abs(nextX - lastX) < SHORTEST && Math.abs(nextY - lastY) < SHORTEST) continue;
    if (Number.isFinite(nextX + nextY + lastX + lastY)) found.push([lastX, lastY, nextX, nextY]);
    [lastX, lastY] = [nextX, nextY];
  }
  return found;
}

/**
 * Return the first place where a text lies in the frame and covers nothing, or else the one where it covers least.
 *
 * @param {Place[]} places
 * @param {{ x: number, y: number, width: number }} cross where it is, and how wide its text is
 * @param {Box} frame
 * @param {Segment[]} taken
 */
export function freePlace(places, cross, frame, taken) {
  let [best, fewest] = [places[0], Number.POSITIVE_INFINITY];
  for (const place of places) {
    const box = boxOf(place, cross);
    const outside = isWithin(box, frame) ? 0 : taken.length + 1;
    const covered = taken.filter((segment) => meets(segment, box)).length + outside;
    if (covered === 0) return place;
    if (covered < fewest) [best, fewest] = [place, covered];
  }
  return best;
}

/**
 * Return whether a text lies in the frame and covers nothing.
 *
 * @param {Place} place
 * @param {{ x: number, y: number, width: number }} cross
 * @param {Box} frame
 * @param {Segment[]} taken
 */
export function isFree(place, cross, frame, taken) {
  const box = boxOf(place, cross);
  return isWithin(box, frame) && !taken.some((segment) => meets(segment, box));
}

/** @param {Box} box @param {Box} frame */
function isWithin(box, frame) {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

/**
 * Return those pieces that may meet a text beside a cross: a long path has a thousand, and few of them.
 *
 * @param {{ x: number, y: number, width: number }} cross
 * @param {Segment[]} taken
 */
function nearTo({ x, y, width }, taken) {
  const [across, up] = [width + FURTHER[0].x + CLEAR, 2 * (ARM + LETTER.above + CLEAR)];
  return taken.filter(
    ([x1, y1, x2, y2]) =>
      Math.min(x1, x2) <= x + across &&
      Math.max(x1, x2) >= x - across &&
      Math.min(y1, y2) <= y + up &&
      Math.max(y1, y2) >= y - up,
  );
}

/** @param {Place} place @param {{ x: number, y: number, width: number }} cross @returns {Box} */
function boxOf({ anchor, x, y }, cross) {
  const part = { start: 0, middle: 0.5, end: 1 }[anchor];
  const left = cross.x + x - part * cross.width;
  const line = cross.y + y;
  return {
    left: left - CLEAR,
    right: left + cross.width + CLEAR,
    top: line - LETTER.above - CLEAR,
    bottom: line + LETTER.below + CLEAR,
  };
}

/**
 * Return whether a line from one point to another enters a box.
 *
 * @param {Segment} segment
 * @param {Box} box
 */
export function meets([x1, y1, x2, y2], { left, right, top, bottom }) {
  let [from, to] = [0, 1]; // the part of the line that lies between two edges
  for (const [start, length, low, high] of [
    [x1, x2 - x1, left, right],
    [y1, y2 - y1, top, bottom],
  ]) {
    if (length === 0 && (start < low || start > high)) return false;
    if (length === 0) continue;
    const [one, other] = [(low - start) / length, (high - start) / length];
    [from, to] = [Math.max(from, Math.min(one, other)), Math.min(to, Math.max(one, other))];
  }
  return from <= to;
}
