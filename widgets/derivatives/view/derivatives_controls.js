// What sliders, keys, fields and the mouse do to the traits; and the field for x and the boxes for what is drawn, each
// with a piece of its line, which differs by dash as well as by color.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, setText, svg, uniqueId } from "../../common/view/elements.js";
import { save, saveAtRest } from "../../common/view/model.js";
import { nearestPosition, positionText } from "./derivatives_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./derivatives_state.js").DerivativesModel} DerivativesModel */
/** @typedef {import("./derivatives_state.js").DerivativesTraits} DerivativesTraits */
/** @typedef {import("./derivatives_state.js").Facts} Facts */
/** @typedef {import("./derivatives_state.js").ViewState} ViewState */
/** @typedef {ReturnType<typeof createControls>} Controls */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Create what sliders, keys, fields and the mouse do. A change is seen at once and sent to Python only when things
 * rest, so that moving needs no kernel; and when there is none any more, moving goes on.
 *
 * @param {DerivativesModel} model
 */
export function createControls(model) {
  /** @type {Facts} */
  let facts;
  const rest = () => saveAtRest(model);
  const position = () => nearestPosition(facts.x, model.get("at"));

  /**
   * @template {keyof DerivativesTraits} Trait
   * @param {Trait} trait
   * @param {DerivativesTraits[Trait]} value
   */
  function choose(trait, value) {
    model.set(trait, value);
    save(model);
  }

  /** @param {number} index */
  function slide(index) {
    model.set("problem", "");
    model.set("at", facts.x[Math.max(0, Math.min(facts.x.length - 1, index))]);
  }

  /**
   * A typed x is asked for as it is: Python knows f there. Without Python the nearest position has to do.
   *
   * @param {string} text
   * @param {string} problem what is wrong if the text is no number that can be shown
   */
  function type(text, problem) {
    const number = NUMBER.test(text.trim()) ? Number(text) : NaN;
    const isInside = number >= facts.x[0] && number <= facts.x[facts.x.length - 1];
    model.set("problem", isInside ? "" : problem);
    if (isInside) model.set("at", number);
    save(model);
  }

  /** @param {number} order */
  function toggle(order) {
    const orders = model.get("orders");
    choose("orders", orders.includes(order) ? orders.filter((one) => one !== order) : [...orders, order].sort());
  }

  return {
    load: (/** @type {Facts} */ newFacts) => {
      facts = newFacts;
    },
    rest,
    choose,
    slide,
    slideTo: (/** @type {number} */ x) => slide(nearestPosition(facts.x, x)),
    slideStep: (/** @type {number} */ step) => model.set("h", facts.h[step]),
    type,
    toggle,
    back: () => slide(position() - 1),
    forward: () => slide(position() + 1),
    first: () => slide(0),
    last: () => slide(facts.x.length - 1),
  };
}

/** @param {Controls} controls */
export function createSettings(controls) {
  const problem = html("div", { class: "view-problem", role: "alert", id: uniqueId() });
  const x = createTextField(commit, { change: commit, "aria-describedby": problem.id });
  const legend = html("div", { class: "derivatives-legend", role: "group" });
  const fields = html("div", { class: "view-fields" }, html("label", { class: "view-field" }, "x =", x), legend);
  const element = html("div", { class: "derivatives-fields" }, fields, problem);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ReturnType<typeof box>[]} */
  let boxes;
  /** @type {string | undefined} */
  let committed;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    legend.setAttribute("aria-label", word("Drawn"));
    const curves = facts.names.map((name, order) => {
      const text = word("{name}, {dash}", { name, dash: facts.dashes[order] });
      return box(`curve is-order-${order}`, name, text, () => controls.toggle(order), !facts.drawable[order]);
    });
    const [tangent, parabola] = [word("tangent"), word("osculating parabola")];
    boxes = [
      ...curves,
      box("tangent", tangent, tangent, (isOn) => controls.choose("tangent", isOn)),
      box("parabola", parabola, parabola, (isOn) => controls.choose("parabola", isOn)),
    ];
    legend.replaceChildren(...boxes.map((one) => one.element));
  }

  /**
   * @param {string} kind
   * @param {string} name
   * @param {string} spoken
   * @param {(isOn: boolean) => void} change
   * @param {boolean} disabled
   */
  function box(kind, name, spoken, change, disabled = false) {
    const input = html("input", {
      type: "checkbox",
      "aria-label": spoken,
      disabled: disabled ? "" : undefined,
      change: () => change(input.checked),
      ...KEEPS_KEYS,
    });
    const sample = svg(
      "svg",
      { class: "derivatives-sample", width: 34, height: 10, "aria-hidden": "true" },
      svg("path", { class: `derivatives-${kind}`, d: "M1 5H33" }),
    );
    const label = html("label", { class: "derivatives-box", title: spoken }, input, sample, html("span", {}, name));
    return { input, element: label };
  }

  // What is typed is committed once, whether Enter or leaving the field says so first.
  function commit() {
    if (x.value === committed) return;
    committed = x.value;
    const [low, high] = [facts.x[0], facts.x[facts.x.length - 1]].map((end) => positionText(facts, end));
    const example = positionText(facts, facts.x[facts.x.length >> 1]);
    const blanks = { text: JSON.stringify(x.value), low, high, example };
    controls.type(
      x.value,
      word("{text} is not an x that can be shown. Type a number from {low} to {high}, such as {example}.", blanks),
    );
  }

  /** @param {ViewState} state */
  function draw(state) {
    setText(problem, state.problem);
    const isOn = [...facts.names.map((_, order) => state.orders.includes(order)), state.tangent, state.parabola];
    boxes.forEach(({ input }, index) => {
      input.checked = isOn[index];
    });
    const text = positionText(facts, state.asked);
    if (state.problem || committed === text) return;
    x.value = text;
    committed = text;
  }

  return { element, load, draw };
}
