// The shapes of edges: a line from node to node, with arrow heads at its ends.

import { svg } from "../../common/view/elements.js";

/** @typedef {import("./graph_layout.js").Point} Point */

/**
 * Create an arrow along an edge: its line and its tip.
 *
 * @param {Point[]} points
 */
export function createArrow(points) {
  const end = points[points.length - 1];
  const tip = svg("path", { class: "deck-tip", d: "M0 0L-8 4L-8 -4Z", transform: `translate(${pointText(end)})` });
  return [svg("path", { class: "deck-wire", d: curvePath(points) }), tip];
}

/**
 * Return an SVG path through points that leaves and reaches each of them level.
 *
 * @param {Point[]} points
 */
export function curvePath([start, ...rest]) {
  let last = start;
  const parts = rest.map((point) => {
    const middle = (last.x + point.x) / 2;
    const bends = `${pointText({ x: middle, y: last.y })} ${pointText({ x: middle, y: point.y })}`;
    const part = last.y === point.y ? `L${pointText(point)}` : `C${bends} ${pointText(point)}`;
    last = point;
    return part;
  });
  return `M${pointText(start)}${parts.join("")}`;
}

/** @param {Point} point */
export function pointText({ x, y }) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/**
 * Return the head of an arrow that comes back, its tip at 0, 0: the wider the line, the larger. A gradient of 0 has a ring,
 * for nothing arrives.
 *
 * @param {number} width of the line
 * @param {string} sign
 * @returns {{ long: number, head: string, glyph: string }}
 */
export function backHead(width, sign) {
  if (sign === "zero") return { long: 7, head: "M0.5 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0Z", glyph: "" };
  const long = sign ? 14 : 7 + 1.2 * width;
  const half = sign ? 7.5 : 3.5 + 0.8 * width;
  const glyphs = { positive: "M7 0h5.4M9.7 -2.7v5.4", negative: "M7 0h5.4" };
  const glyph = sign === "positive" || sign === "negative" ? glyphs[sign] : "";
  return { long, head: `M0 0L${long} ${half}V${-half}Z`, glyph };
}
