// The loss, or the norm of the gradient, against the iteration: linear, or logarithmic. Each iteration of each optimizer
// here is one evaluation of the gradient, so runs that were kept are compared at equal cost.

import { html, KEEPS_KEYS, panel, setText, uniqueId } from "../../common/view/elements.js";
import { createPlot } from "../../common/view/plot.js";
import { numberText } from "./descent_state.js";
import { createPath } from "./run_marks.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").Run} Run */
/** @typedef {import("./descent_facts.js").SeriesName} SeriesName */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const HEIGHT = 360; // pixels

/** @param {Controls} controls @param {() => void} redraw */
export function createValuesPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const { element, head, name } = panel("descent-values", plot.element);
  const id = uniqueId();
  const change = () => controls.choose("logarithmic", box.checked);
  const box = html("input", { type: "checkbox", id, change, ...KEEPS_KEYS });
  const label = html("label", { for: id });
  const choose = () => controls.choose("series", /** @type {SeriesName} */ (menu.value));
  const menu = html("select", { class: "view-choice", change: choose, ...KEEPS_KEYS });
  head.append(menu, html("span", { class: "descent-scale" }, box, label));
  const path = createPath(plot);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("The value at each iteration"));
    setText(label, word("logarithmic"));
    menu.setAttribute("aria-label", word("The value at each iteration"));
    const choices = { loss: "y", norm: word("gradient norm") };
    if (menu.options.length === 0)
      menu.append(...Object.entries(choices).map(([value, text]) => html("option", { value }, text)));
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { run, index, step, series, isLogarithmic } = state;
    box.checked = isLogarithmic;
    if (menu.value !== series) menu.value = series;
    const { span, powers } = facts.series[series];
    const hasRoom = plot.setAxes(
      { domain: [0, roundUp(Math.max(step, 10))], name: word("iteration") },
      { domain: isLogarithmic ? powers : span, log: isLogarithmic, name: axisName(state) },
    );
    if (!hasRoom) return;
    plot.describe(word("The value after {step} iterations is {y}", { step, y: numberText(facts, run.y, index) }));
    path.draw(index, (i) => plot.x(facts.steps[i]), pixelsOf(run, state));
    path.drawKept(state, ({ steps, numbers }) => ({ x: (i) => plot.x(steps[i]), y: pixelsOf(numbers, state) }));
  }

  /** @param {ViewState} state */
  function axisName({ series, isLogarithmic }) {
    if (series === "norm") return word("gradient norm");
    return isLogarithmic && facts.lowest !== 0 ? word("y − lowest y") : "y";
  }

  /**
   * Where a run's values are, in pixels. What is as low as it gets has no logarithm, and lies on the floor.
   *
   * @param {Run} run
   * @param {ViewState} state
   * @returns {Coordinate}
   */
  function pixelsOf(run, { series, isLogarithmic }) {
    const size = facts.dimensions;
    const value = (/** @type {number} */ i) => (series === "loss" ? run.y[i] : normOf(run.gradient, i, size));
    if (!isLogarithmic) return (i) => plot.y(value(i));
    const [floor] = facts.series[series].powers;
    const lowest = series === "loss" ? facts.lowest : 0;
    return (i) => plot.y(Math.max(floor, value(i) - lowest));
  }

  return { element, load, draw, remove: plot.remove };
}

/**
 * Return the length of the gradient at a step.
 *
 * @param {import("../../common/view/numbers.js").FloatArray} gradient
 * @param {number} index
 * @param {number} size how many numbers it has
 */
export function normOf(gradient, index, size) {
  let norm = 0;
  for (let i = index * size; i < (index + 1) * size; i += 1) norm = Math.hypot(norm, gradient[i]);
  return norm;
}

/**
 * Return the next of 10, 20, 50, 100 … so that the axis stands still while the iterations slide.
 *
 * @param {number} count
 */
export function roundUp(count) {
  const power = 10 ** Math.floor(Math.log10(count));
  return ([1, 2, 5].find((digit) => digit * power >= count) ?? 10) * power;
}
