// Through the minimum that the paths come to, along which lines f curves most and least: each dotted, with its curvature
// where that covers nothing.

import { setAttribute, setAttributes, svg } from "../../common/view/elements.js";
import { linePath } from "../../common/view/plot.js";
import { createLastDrawn, edges, freePlace, isFree, segments } from "./minimum_marks.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./minimum_marks.js").Place} Place */
/** @typedef {import("./minimum_marks.js").Segment} Segment in pixels */

const BASE = 4; // pixels from the middle of a text's letters down to the line that they stand on
const EVERY = 12; // pixels from one place that is tried to the next
const NEAREST = 80; // pixels from the minimum, where its own name is
const RING = 9; // pixels, of the start

/** @param {Plot} plot */
export function createCurvatureLines(plot) {
  const element = svg("g", { class: "descent-bends" });
  /** @type {Facts} */
  let facts;
  /** @type {{ line: SVGElement, text: SVGTextElement, width: number, place?: Place }[]} */
  let marks = [];
  const last = createLastDrawn(plot);

  /** @param {Facts} newFacts @param {Word} word */
  function load(newFacts, word) {
    facts = newFacts;
    last.forget();
    const names = { most: "curves most, λ = {value}", least: "curves least, λ = {value}" };
    marks = facts.bends.map(({ kind, value }) => ({
      line: svg("path"),
      text: svg("text", { "text-anchor": "middle" }, word(names[kind], { value })),
      width: 0,
    }));
    element.replaceChildren(...marks.flatMap(({ line, text }) => [line, text]));
  }

  /**
   * @param {{ y: ArrayLike<number> }} run
   * @param {{ x: Coordinate, y: Coordinate }} at where its points are, in pixels
   * @param {Segment[]} named where other names stand
   */
  function draw(run, at, named) {
    if (marks.length === 0 || last.isStill(run)) return;
    const [[left, right], [bottom, top]] = [plot.x.range(), plot.y.range()];
    const frame = { left, right, top, bottom };
    const start = edges(at.x(0) - RING, at.x(0) + RING, at.y(0));
    const taken = [...segments(run.y.length, at.x, at.y), ...start, ...named];
    facts.bends.forEach(({ at: [x, y], along }, i) => {
      const one = marks[i];
      const middle = [plot.x(x), plot.y(y)];
      const way = [plot.x(x + along[0]) - middle[0], plot.y(y + along[1]) - middle[1]];
      const ends = partInside(middle, way, frame);
      const [across, up] = [0, 1].map((k) => (/** @type {number} */ end) => middle[k] + ends[end] * way[k]);
      setAttribute(one.line, "d", linePath(ends.length, across, up));
      one.width ||= one.text.getComputedTextLength();
      const cross = { x: middle[0], y: middle[1], width: one.width };
      const places = placesAlong(way, (right - left + bottom - top) / Math.hypot(...way));
      const tried = one.place ? [one.place, ...places] : places; // it stays where it is while that is free
      one.place = freePlace(tried, cross, frame, taken);
      one.text.style.display = isFree(one.place, cross, frame, taken) ? "" : "none";
      const [textX, textY] = [middle[0] + one.place.x, middle[1] + one.place.y];
      setAttributes(one.text, { x: textX.toFixed(1), y: textY.toFixed(1) });
      taken.push(...edges(textX - one.width / 2, textX + one.width / 2, textY - BASE));
    });
  }

  return { element, load, draw };
}

/**
 * Return between which two multiples of its way a line through a point is inside a frame; [] if nowhere.
 *
 * @param {number[]} point
 * @param {number[]} way of the line
 * @param {{ left: number, right: number, top: number, bottom: number }} frame
 * @returns {number[]}
 */
export function partInside(point, way, { left, right, top, bottom }) {
  const across = [left, right].map((edge) => (edge - point[0]) / way[0]).sort((a, b) => a - b);
  const up = [top, bottom].map((edge) => (edge - point[1]) / way[1]).sort((a, b) => a - b);
  const [from, to] = [Math.max(across[0], up[0]), Math.min(across[1], up[1])]; // NaN: along an edge
  return from < to ? [from, to] : [];
}

/**
 * Return places for the middle of a text on a line through a point, to either side, the nearer ones first.
 *
 * @param {number[]} way of the line
 * @param {number} far as many times this way it leaves the picture
 * @returns {Place[]}
 */
export function placesAlong(way, far) {
  const length = Math.hypot(...way);
  const places = [];
  for (let away = NEAREST; away < far * length; away += EVERY)
    for (const side of [1, -1])
      places.push({
        anchor: /** @type {const} */ ("middle"),
        x: (side * away * way[0]) / length,
        y: (side * away * way[1]) / length + BASE,
      });
  return places;
}
