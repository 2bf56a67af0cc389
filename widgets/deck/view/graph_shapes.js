// The shapes of the graph that stand still: what is written above a node, and the arrow along an edge.

import { svg } from "../../common/view/elements.js";
import { shortened } from "./deck_state.js";
import { LINE } from "./graph_layout.js";

/** @typedef {import("./graph_layout.js").Point} Point */

/** @param {import("./graph_layout.js").Node} node */
export function createCaption({ name, op, producer, width }) {
  const text = svg("text", { class: "deck-caption", x: width / 2, y: LINE, "text-anchor": "middle" });
  if (name) text.append(svg("tspan", { class: "deck-name" }, shortened(name)));
  if (op) text.append(svg("tspan", { class: "deck-op", dx: name ? 7 : 0 }, `${op} #${producer}`));
  return text;
}

/**
 * Create an arrow along an edge: its line and its tip.
 *
 * @param {Point[]} points
 */
export function createArrow(points) {
  const [from, to] = points.slice(-2);
  return [svg("path", { class: "deck-wire", d: curvePath(points) }), createTip("deck-forward", from, to)];
}

/** @param {string} kind @param {Point} from @param {Point} to */
export function createTip(kind, from, to) {
  return svg("path", { class: `deck-tip ${kind}`, d: "M0 0L-8 4L-8 -4Z", transform: tipTransform(from, to) });
}

/**
 * Return an SVG path through points, rounded at the ones between.
 *
 * @param {Point[]} points
 */
export function curvePath(points) {
  const [start, ...rest] = points.map(({ x, y }) => ({ x, y, text: pointText({ x, y }) }));
  const end = rest[rest.length - 1];
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1];
    const isLast = next === end;
    const to = isLast ? end : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.text} ${pointText(to)}`;
  });
  return `M${start.text}${bends.join("") || `L${end.text}`}`;
}

/** @param {Point} point */
function pointText({ x, y }) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/**
 * Return the transform of an arrow's tip at one point, coming from another.
 *
 * @param {Point} from
 * @param {Point} at
 */
export function tipTransform(from, at) {
  const angle = (Math.atan2(at.y - from.y, at.x - from.x) * 180) / Math.PI;
  return `translate(${pointText(at)}) rotate(${angle.toFixed(1)})`;
}
