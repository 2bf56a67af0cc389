// The shapes of the graph. A node is a tensor: above, its name and the op that made it; below, `value | gradient`; and
// where several paths join, the running sum. An edge is a tensor that goes into an op; backward, a gradient comes back
// along it.

import { setText, svg } from "../../common/view/elements.js";
import { contributionAt, isRecorded, pullbackAt, valueAt } from "./deck_state.js";
import { LINE, shortened, sumTexts } from "./graph_layout.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_layout.js").Node} Node */
/** @typedef {import("./graph_layout.js").Point} Point */
/** @typedef {NonNullable<ReturnType<typeof contributionAt>>} Contribution */
/** @typedef {ReturnType<typeof createNode>} NodeShape */

/** @param {Facts} facts @param {Node & import("./graph_layout.js").Position} node */
export function createNode(facts, node) {
  const { tensor, width, height } = node;
  const hint = svg("title");
  const box = svg("rect", { class: "deck-box", width, height, rx: node.producer === undefined ? 14 : 4 });
  const slots = node.isConstant ? undefined : createSlots(node);
  const text = svg("text", { class: "deck-value", x: width / 2, y: LINE, "text-anchor": "middle" }, node.text);
  const element = svg(
    "g",
    { class: "deck-node", transform: `translate(${node.left.toFixed(1)} ${node.top.toFixed(1)})` },
    hint,
    box,
    ...(slots ? [createCaption(node), ...slots.elements] : [text]),
  );
  if (facts.watched.has(tensor)) element.classList.add("is-source");
  const { about } = facts.tensors[tensor];

  /** @param {ViewState} state @returns {string} what the node says */
  function draw(state) {
    const isMade = state.position >= (facts.existsFrom.get(tensor) ?? 0);
    const contribution = contributionAt(facts, state, tensor);
    element.classList.toggle("is-made", isMade);
    element.classList.toggle("is-current", state.current.has(tensor));
    element.classList.toggle("is-given", contribution?.at === state.position);
    const value = isMade ? valueAt(facts, state, tensor) : "";
    slots?.draw(value, contribution);
    const text = nodeText(node, value, contribution);
    setText(hint, [text || node.name || node.op, about].filter(Boolean).join(", "));
    return text;
  }

  return { element, draw, node };
}

/** @param {Node} node */
function createSlots({ width, bar: middle, sumLines }) {
  const valueSlot = svg("text", { class: "deck-value", x: middle - 8, y: LINE * 2, "text-anchor": "end" });
  const bar = svg("path", { class: "deck-bar", d: `M${middle} ${LINE + 8}v${LINE - 4}` });
  const gradientSlot = svg("text", { class: "deck-gradient", x: middle + 8, y: LINE * 2 });
  const sumSlots = Array.from({ length: sumLines }, (_, line) =>
    svg("text", { class: "deck-sum", x: width / 2, y: LINE * (3 + line), "text-anchor": "middle" }),
  );

  /** @param {string} value @param {Contribution | undefined} contribution */
  function draw(value, contribution) {
    const sums = contribution && contribution.count > 1 ? sumTexts(contribution) : [];
    setText(valueSlot, shortened(value));
    setText(gradientSlot, contribution ? shortened(contribution.total) : "");
    sumSlots.forEach((slot, line) => setText(slot, sums[line] ?? ""));
  }

  return { elements: [valueSlot, bar, gradientSlot, ...sumSlots], draw };
}

/** @param {Node} node @param {string} value @param {Contribution | undefined} contribution */
function nodeText({ name, op }, value, contribution) {
  if (!value) return "";
  const label = name || op;
  return `${label ? `${label}: ` : ""}${value}${contribution ? ` | ${contribution.total}` : ""}`;
}

/** @param {Node} node */
function createCaption({ name, op, producer, width }) {
  const text = svg("text", { class: "deck-caption", x: width / 2, y: LINE, "text-anchor": "middle" });
  if (name) text.append(svg("tspan", { class: "deck-name" }, shortened(name)));
  if (op) text.append(svg("tspan", { class: "deck-op", dx: name ? 7 : 0 }, `${op} #${producer}`));
  return text;
}

/** @param {Facts} facts @param {import("./graph_layout.js").Edge & { points: Point[] }} edge */
export function createEdge(facts, edge) {
  const { points } = edge;
  const element = svg(
    "g",
    { class: isRecorded(facts, edge.entry) ? "deck-edge is-recorded" : "deck-edge" },
    ...createArrow(points),
    createTip("deck-backward", points[1], points[0]),
  );
  const row = facts.rowOf.get(edge.entry) ?? Infinity;

  /** @param {ViewState} state */
  function draw(state) {
    const kind = state.entry === edge.entry ? state.step?.kind : undefined;
    const now = kind === "pullback" ? passedBack(facts, edge, state.step?.contributions) : undefined;
    const before = now ? undefined : passedBack(facts, edge, pullbackAt(facts, state, edge.entry)?.contributions);
    element.classList.toggle("is-made", row < state.filledRows);
    element.classList.toggle("is-recording", kind === "entry");
    element.classList.toggle("is-flowing", now?.skipped === false);
    element.classList.toggle("is-skipped", Boolean((now ?? before)?.skipped));
    element.classList.toggle("has-flowed", before?.skipped === false);
  }

  return { element, draw };
}

/**
 * Return what a pullback passed back along this very edge: to an op that takes one tensor twice it passes two gradients.
 *
 * @param {Facts} facts
 * @param {import("./graph_layout.js").Edge} edge
 * @param {import("./deck_facts.js").Contribution[]} contributions
 */
function passedBack(facts, { entry, input, from }, contributions = []) {
  const before = facts.entries[entry].inputs.slice(0, input).filter((tensor) => tensor === from).length;
  const there = contributions.filter((contribution) => contribution.tensor === from);
  return there[before] ?? there.at(-1);
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
function createTip(kind, from, to) {
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
