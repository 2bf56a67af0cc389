// What a gradient of a function of one number is: the target as a curve over the source, the place where the gradient was
// taken, and, once the tape has returned it, the tangent with that slope. The picture stretches to its room, which is fixed.

import { ticks } from "d3-array";
import { html, panel, setAttribute, setText, svg } from "../../common/view/elements.js";
import { shortNumber } from "../../common/view/numbers.js";
import { linePath } from "../../common/view/plot.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Source & { curve: import("./deck_payload.js").Curve }} CurvedSource */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

const WIDE = 100; // units of the picture, in both directions
const JUMP = 0.4; // of the height from one point to the next: the function is not continuous there
const TICKS = 5;

export function createCurvePanel() {
  const line = svg("path", { class: "deck-curve-line" });
  const tangent = svg("path", { class: "deck-tangent" });
  const picture = svg("svg", { viewBox: `0 0 ${WIDE} ${WIDE}`, preserveAspectRatio: "none" }, line, tangent);
  const dot = html("span", { class: "deck-curve-dot" });
  const axis = html("div", { class: "deck-curve-axis", "aria-hidden": "true" });
  const plot = html("div", { class: "deck-curve-plot", role: "img" }, picture, dot);
  const [where, slope, caption] = [html("span"), html("b"), html("p")];
  const { element, name } = panel("deck-curve", html("div", {}, where, " ", slope), plot, axis, caption);
  /** @type {CurvedSource[]} */
  let sources = [];
  /** @type {CurvedSource | undefined} */
  let shown;
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, shown] = [newFacts, newWord, undefined];
    sources = facts.sources.flatMap((source) => (source.curve ? [{ ...source, curve: source.curve }] : []));
    setText(name, word("Curve"));
    element.hidden = sources.length === 0;
  }

  /** @param {ViewState} state */
  function draw({ position, backwardPass }) {
    const source = sources.find((one) => one.backward_pass === backwardPass) ?? sources[0];
    if (!source) return;
    const { curve, tensor, gradient } = source;
    if (source !== shown) drawCurve(source);
    shown = source;
    const isMade = position >= madeAt(facts, source);
    const isReturned = position >= returnedAt(facts, source.backward_pass);
    const blanks = { target: curve.target, value: curve.text, source: source.name, at: source.value };
    dot.hidden = !isMade;
    setText(
      where,
      isMade ? word("{target} = {value} at {source} = {at}", blanks) : word("{target} over {source}", blanks),
    );
    setText(slope, isReturned ? word("slope {gradient}", { gradient }) : "");
    tangent.style.visibility = isReturned ? "visible" : "hidden";
    setAttribute(plot, "aria-label", `${where.textContent} ${slope.textContent}`.trim());
    setAttribute(plot, "data-tensor", String(tensor));
  }

  /** @param {CurvedSource} source */
  function drawCurve({ curve, name: source }) {
    const { first, last, at } = curve;
    const place = placeIn(curve);
    setAttribute(line, "d", curvePath(curve));
    setAttribute(tangent, "d", tangentPath(curve));
    const { x, y } = place((first + last) / 2, at);
    dot.style.insetInlineStart = `${x}%`;
    dot.style.top = `${y}%`;
    const marks = ticks(first, last, TICKS).map((tick) => {
      return html("span", { style: `inset-inline-start: ${place(tick, at).x}%` }, shortNumber(tick));
    });
    axis.replaceChildren(...marks);
    setText(caption, word("Recorded operations, run again for other {source}", { source }));
  }

  return { element, load, draw };
}

/** @param {Facts} facts @param {CurvedSource} source @returns {number} the position from which its target is there */
function madeAt({ steps, existsFrom }, { backward_pass: pass }) {
  const seed = steps.find((step) => step.kind === "seed" && step.backward_pass === pass);
  return existsFrom.get(seed?.contributions?.[0]?.tensor ?? -1) ?? Infinity;
}

/** @param {Facts} facts @param {number} pass @returns {number} the position from which its gradients are there */
function returnedAt({ steps }, pass) {
  const at = steps.findIndex((step) => step.kind === "gradients" && step.backward_pass === pass);
  return at < 0 ? Infinity : at + 1;
}

/** @param {import("./deck_payload.js").Curve} curve */
function placeIn({ first, last, low, high }) {
  return (/** @type {number} */ x, /** @type {number} */ y) => ({
    x: (WIDE * (x - first)) / (last - first),
    y: (WIDE * (high - y)) / (high - low),
  });
}

/**
 * Return the SVG path of a curve: broken where it has no numbers, and where it jumps.
 *
 * @param {import("./deck_payload.js").Curve} curve
 */
export function curvePath(curve) {
  const { first, last, points, low, high } = curve;
  const place = placeIn(curve);
  const spots = points.flatMap((point, index) => {
    const spot = place(first + ((last - first) * index) / (points.length - 1), point ?? Number.NaN);
    const isJump = Math.abs((point ?? 0) - (points[index - 1] ?? point ?? 0)) > JUMP * (high - low);
    return isJump ? [{ x: Number.NaN, y: Number.NaN }, spot] : [spot];
  });
  const at = (/** @type {"x" | "y"} */ axis) => (/** @type {number} */ index) => spots[index][axis];
  return linePath(spots.length, at("x"), at("y"));
}

/**
 * Return the SVG path of a tangent: as long as a third of the picture is wide, but not higher than that.
 *
 * @param {import("./deck_payload.js").Curve} curve
 */
export function tangentPath(curve) {
  const { first, last, low, high, at, slope } = curve;
  const place = placeIn(curve);
  const middle = (first + last) / 2;
  const most = slope ? (high - low) / Math.abs(slope) : Infinity;
  const half = Math.min(last - first, most) / 5;
  const ends = [-half, half].map((side) => place(middle + side, at + side * slope));
  return linePath(
    2,
    (index) => ends[index].x,
    (index) => ends[index].y,
  );
}
