// Against the iteration: the loss, the norm of the gradient, the learning rate where a schedule sets it, linear or
// logarithmic; or the parameters. Each iteration of each optimizer here is one evaluation of the gradient, so runs that
// were kept are compared at equal cost.

import { html, KEEPS_KEYS, panel, setText, uniqueId } from "../../common/view/elements.js";
import { createPlot } from "../../common/view/plot.js";
import { numberText } from "./descent_state.js";
import { createParameterLines, roomBeside } from "./parameter_lines.js";
import { createPath } from "./run_marks.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").Numbers} Numbers */
/** @typedef {import("./descent_facts.js").Run} Run */
/** @typedef {import("./descent_facts.js").SeriesName} SeriesName */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const HEIGHT = 360; // pixels

/** @param {Controls} controls @param {() => void} redraw */
export function createValuesPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const leftOut = html("p", { class: "descent-left-out" });
  const { element, head, name } = panel("descent-values", plot.element, leftOut);
  const id = uniqueId();
  const change = () => controls.choose("logarithmic", box.checked);
  const box = html("input", { type: "checkbox", id, change, ...KEEPS_KEYS });
  const label = html("label", { for: id });
  const choose = () => controls.choose("series", /** @type {SeriesName} */ (menu.value));
  const menu = html("select", { class: "view-choice", change: choose, ...KEEPS_KEYS });
  head.append(menu, html("span", { class: "descent-scale" }, box, label));
  const path = createPath(plot);
  const lines = createParameterLines(plot);
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
    const rate = facts.isScheduled ? [["rate", word("learning rate")]] : [];
    const choices = [
      ["loss", facts.valueName],
      ["norm", word("gradient norm")],
      ...rate,
      ["parameters", word("parameters")],
    ];
    if (menu.options.length !== choices.length || menu.options[0].text !== facts.valueName)
      menu.replaceChildren(...choices.map(([value, text]) => html("option", { value }, text)));
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { run, index, step } = state;
    const series = state.series === "rate" && !facts.isScheduled ? "loss" : state.series;
    const areLines = series === "parameters";
    const isLogarithmic = state.isLogarithmic && !areLines;
    box.checked = isLogarithmic;
    box.disabled = areLines; // they have both signs
    if (menu.value !== series) menu.value = series;
    const up = axisOf(series, isLogarithmic, run);
    const across = {
      domain: /** @type {[number, number]} */ ([0, roundUp(Math.max(step, 10))]),
      name: word("iteration"),
    };
    setText(leftOut, areLines ? facts.leftOut : "");
    const hasRoom = areLines ? plot.setAxes(across, up, roomBeside(facts, plot)) : plot.setAxes(across, up);
    if (!hasRoom) return;
    plot.describe(word("The value at iteration {step} is {y}", { step, y: numberText(facts, run.y, index) }));
    if (areLines) {
      path.draw(-1, nowhere, nowhere);
      path.drawKept({ ...state, kept: [] }, facts, () => ({ x: nowhere, y: nowhere }));
      return lines.draw(facts, state);
    }
    lines.clear();
    const pixelsOf = (/** @type {Numbers} */ run, rate = 0) => {
      const value = seriesOf(run, series, rate);
      if (!isLogarithmic) return (/** @type {number} */ i) => plot.y(value(i));
      const lowest = series === "loss" ? facts.lowest : 0; // what is as low as it gets has no logarithm: on the floor
      return (/** @type {number} */ i) => plot.y(Math.max(up.domain[0], value(i) - lowest));
    };
    path.draw(index, (i) => plot.x(facts.steps[i]), pixelsOf(run));
    path.drawKept(state, facts, ({ steps, numbers, learning_rate }) => ({
      x: (i) => plot.x(steps[i]),
      y: pixelsOf(numbers, learning_rate),
    }));
  }

  /**
   * @param {SeriesName} series
   * @param {boolean} isLogarithmic
   * @param {Run} run
   * @returns {import("../../common/view/plot.js").Axis}
   */
  function axisOf(series, isLogarithmic, run) {
    const log = isLogarithmic;
    if (series === "parameters") return { domain: facts.parameterSpan, name: word("parameters") };
    if (series === "rate") return { domain: rateSpan(run.scheduled, log), log, name: word("learning rate") };
    const { span, powers } = facts.series[series];
    const plain = facts.valueName;
    const loss = isLogarithmic && facts.lowest !== 0 ? word("{name} − lowest {name}", { name: plain }) : plain;
    return { domain: log ? powers : span, log, name: series === "norm" ? word("gradient norm") : loss };
  }

  /**
   * @param {Numbers} run
   * @param {SeriesName} series
   * @param {number} rate what the learning rate is where no schedule sets it
   * @returns {Coordinate} not in pixels
   */
  function seriesOf(run, series, rate) {
    if (series === "rate") return (i) => (run.scheduled.length ? run.scheduled[i] : rate);
    return series === "norm" ? (i) => normOf(run.gradient, i, facts.perStep.gradient) : (i) => run.y[i];
  }

  return { element, load, draw, remove: plot.remove };
}

const nowhere = () => NaN;

/**
 * Return the ends of an axis for the learning rates of a schedule.
 *
 * @param {import("../../common/view/numbers.js").FloatArray} rates
 * @param {boolean} isLogarithmic
 * @returns {[number, number]}
 */
export function rateSpan(rates, isLogarithmic) {
  let [low, high] = [Infinity, 0];
  for (const rate of rates) {
    high = Math.max(high, rate);
    if (rate > 0) low = Math.min(low, rate);
  }
  if (!isLogarithmic) return [0, 1.1 * high || 1];
  const powers = [Math.floor(Math.log10(Math.max(low, high * 1e-16))), Math.ceil(Math.log10(high) + 1e-9)];
  return [10 ** powers[0], 10 ** Math.max(powers[1], powers[0] + 1)];
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
