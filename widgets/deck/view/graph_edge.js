// An edge of the graph: solid, a value goes along it into an op; dashed, a gradient comes back. How wide it is then, and the
// mark of its head, say how large the gradient is and of which sign; on it stands what it was multiplied by.

import { setAttributes, setText, svg } from "../../common/view/elements.js";
import { isRecorded, nameOf, pullbackAt, shortened } from "./deck_state.js";
import { lineWidth, passedBack, signName } from "./gradient_marks.js";
import { localText } from "./graph_model.js";
import { backHead, createArrow, curvePath, pointText } from "./graph_shapes.js";

/** @typedef {import("./deck_facts.js").Contribution} Contribution */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_model.js").Edge & import("./graph_layout.js").Route} RoutedEdge */

const SIGNS = ["positive", "negative", "zero"];

/**
 * @param {Facts} facts
 * @param {RoutedEdge} edge
 * @param {import("./gradient_marks.js").NormScale | undefined} scale
 */
export function createEdge(facts, edge, scale) {
  const [wire, tip] = createArrow(edge.points);
  const element = svg("g", { class: "deck-edge" }, wire, tip);
  if (isRecorded(facts, edge.entry)) element.classList.add("is-recorded");
  if (edge.isFar) element.append(farName(facts, edge));
  const row = facts.rowOf.get(edge.entry) ?? Infinity;
  /** @type {ReturnType<typeof createReturn> | undefined} */
  let back;

  /** @param {ViewState} state */
  function draw(state) {
    const kind = state.entry === edge.entry ? state.step?.kind : undefined;
    const now = kind === "pullback" ? passedBack(facts, edge, state.contributions) : undefined;
    const pullback = pullbackAt(facts, state, edge.entry);
    const shown = now ?? passedBack(facts, edge, pullback?.contributions);
    const isBack = shown?.skipped === false;
    element.classList.toggle("is-made", row < state.filledRows);
    element.classList.toggle("is-recording", kind === "entry");
    element.classList.toggle("is-flowing", now?.skipped === false);
    element.classList.toggle("is-skipped", Boolean(shown?.skipped));
    element.classList.toggle("has-flowed", isBack && !now);
    if (isBack && !back) {
      back = createReturn(edge);
      element.append(back.element);
    }
    back?.draw(isBack ? shown : undefined, scale);
  }

  return { element, wire, edge, draw };
}

/**
 * Return the name of what comes from too far away to be drawn.
 *
 * @param {Facts} facts
 * @param {RoutedEdge} edge
 */
function farName(facts, { from, points: [{ x, y }] }) {
  const place = { class: "deck-far", x: x - 4, y: y + 4, "text-anchor": "end" };
  return svg("text", place, shortened(nameOf(facts, from)));
}

/** @param {RoutedEdge} edge */
function createReturn({ points, label, digits }) {
  const [start, ...rest] = points;
  const line = svg("path", { class: "deck-back" });
  const head = svg("path", { class: "deck-head" });
  const glyph = svg("path", { class: "deck-glyph" });
  const heads = svg("g", { transform: `translate(${pointText(start)})` }, head, glyph);
  const factor = svg("text", { class: "deck-local", x: label.x, y: label.y + 4, "text-anchor": "middle" });
  const element = svg("g", { class: "deck-return" }, line, heads, factor);

  /** @param {Contribution | undefined} contribution @param {import("./gradient_marks.js").NormScale | undefined} scale */
  function draw(contribution, scale) {
    element.classList.toggle("is-on", Boolean(contribution));
    if (!contribution) return;
    const sign = signName(contribution);
    const width = lineWidth(contribution.norm, scale);
    const shape = backHead(width, sign);
    const from = { x: start.x + shape.long - 1, y: start.y };
    for (const name of SIGNS) element.classList.toggle(`is-${name}`, name === sign);
    setAttributes(line, { d: curvePath([from, ...rest]), "stroke-width": width.toFixed(1) });
    setAttributes(head, { d: shape.head });
    setAttributes(glyph, { d: shape.glyph });
    setText(factor, localText(contribution, digits));
  }

  return { element, draw };
}
