// The data under a loss, and what is predicted at this step: a curve through the predictions over one feature, with the
// residuals on request; or the boundary between two classes over two features. Dashed: the same at the minimum. Where
// predictions depend on more features, each is drawn against its target; dashed is where both agree.

import { html, KEEPS_KEYS, panel, setAttribute, setText, svg, uniqueId } from "../../common/view/elements.js";
import { createPlot, dotsPath, linePath } from "../../common/view/plot.js";
import { parametersAt } from "./descent_facts.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").Fit} Fit */
/** @typedef {import("./descent_state.js").ViewState} ViewState */
/** @typedef {ReturnType<typeof placesOf>} Places of the examples */

const HEIGHT = 360; // pixels
const ROOM = 0.08; // of the data, around it
const TRIANGLE = "m0 -4.5l4 7.5h-8z";

/** @param {() => void} redraw */
export function createDataPlot(redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const { element, head, name } = panel("descent-data", plot.element);
  const id = uniqueId();
  const box = html("input", { type: "checkbox", id, change: redraw, ...KEEPS_KEYS });
  const label = html("label", { for: id });
  const residualBox = html("span", { class: "descent-scale" }, box, label);
  const count = html("span");
  head.append(count, residualBox);
  const residuals = svg("path", { class: "descent-residuals" });
  const best = svg("path", { class: "descent-best" });
  const now = svg("path", { class: "descent-fit" });
  const dots = svg("path", { class: "descent-examples" });
  const others = svg("path", { class: "descent-examples is-other" });
  plot.area.append(residuals, best, now, dots, others);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {Places | undefined} */
  let places;
  let drawnFor = "";

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, places, drawnFor] = [newFacts, newWord, undefined, ""];
    element.hidden = !facts.fit;
    setText(name, word("The data and what is predicted"));
    setText(label, word("residuals"));
    setText(count, word("{count} examples", { count: facts.fit?.count ?? 0 }));
    residualBox.hidden = Boolean(facts.fit?.plane);
  }

  /** @param {ViewState} state */
  function draw({ run, index }) {
    const { fit } = facts;
    if (!fit) return;
    const parameters = parametersAt(facts, run, index);
    if (isAgainstTargets(fit)) return drawAgainstTargets(fit, predictions(fit, parameters));
    const input = facts.scaled ? word("input, scaled") : word("input");
    const names = fit.plane ? [`${input} 1`, `${input} 2`] : [input, word("target")];
    places ??= placesOf(fit);
    if (!setAxes([places.across, names[0]], [places.up, names[1]])) return;
    if (drawnFor !== plot.axes) drawData(fit, places);
    drawnFor = plot.axes;
    setAttribute(now, "d", shape(fit, places, parameters));
    setAttribute(residuals, "d", box.checked && !fit.plane ? residualsPath(fit, places.first, parameters) : "");
  }

  /**
   * Draw what stays as it is wherever the sliders stand.
   *
   * @param {Fit} fit
   * @param {Places} places
   */
  function drawData(fit, places) {
    const minimum = facts.best;
    drawExamples(fit, places.first, places.second);
    setAttribute(best, "d", minimum ? shape(fit, places, minimum) : "");
  }

  /**
   * Set the ends and the name of each axis, and return whether there is room for a plot.
   *
   * @param {[[number, number], string]} across
   * @param {[[number, number], string]} up
   */
  function setAxes([across, name], [up, upName]) {
    const hasRoom = plot.setAxes({ domain: across, name }, { domain: up, name: upName });
    if (hasRoom) plot.describe(word("The data and what is predicted"));
    return hasRoom;
  }

  /** @param {Fit} fit @param {number[]} values */
  function drawAgainstTargets(fit, values) {
    const ends = around(fit.targets);
    if (!setAxes([ends, word("target")], [ends, word("prediction")])) return;
    drawExamples(fit, fit.targets, values);
    const agreed = linePath(
      2,
      (i) => plot.x(ends[i]),
      (i) => plot.y(ends[i]),
    );
    setAttribute(best, "d", agreed);
    setAttribute(now, "d", "");
    setAttribute(residuals, "d", box.checked ? verticals(fit.targets, fit.targets, values) : "");
  }

  /** @param {Fit} fit @param {number[]} first @param {number[]} second */
  function drawExamples(fit, first, second) {
    const isOther = (/** @type {number} */ i) => fit.isLogit && fit.targets[i] > 0.5;
    const own = first.map((_, i) => i).filter((i) => !isOther(i));
    setAttribute(
      dots,
      "d",
      dotsPath(
        own.length,
        (i) => plot.x(first[own[i]]),
        (i) => plot.y(second[own[i]]),
      ),
    );
    const triangles = first.map((x, i) =>
      isOther(i) ? `M${plot.x(x).toFixed(1)} ${plot.y(second[i]).toFixed(1)}` : "",
    );
    setAttribute(others, "d", triangles.map((at) => at && at + TRIANGLE).join(""));
  }

  /** @param {Fit} fit @param {Places} places @param {number[]} parameters */
  function shape(fit, { first, order }, parameters) {
    if (fit.plane)
      return boundaryPath(
        plot,
        affine(
          fit.plane.map((row) => row[0]),
          fit.plane.map((row) => row.slice(1)),
          parameters,
        ),
      );
    const values = predictions(fit, parameters);
    return linePath(
      order.length,
      (i) => plot.x(first[order[i]]),
      (i) => plot.y(values[order[i]]),
    );
  }

  /** @param {Fit} fit @param {number[]} first @param {number[]} parameters */
  function residualsPath(fit, first, parameters) {
    return verticals(first, fit.targets, predictions(fit, parameters));
  }

  /** @param {number[]} across @param {number[]} from @param {number[]} to */
  function verticals(across, from, to) {
    const lines = across.map((x, i) =>
      linePath(
        2,
        () => plot.x(x),
        (end) => plot.y(end ? to[i] : from[i]),
      ),
    );
    return lines.join("");
  }

  return { element, load, draw, remove: plot.remove };
}

/**
 * Return where the examples are, which of them is left of which, and the ends of the axes.
 *
 * @param {Fit} fit
 */
function placesOf(fit) {
  const first = fit.features.map((row) => row[0]);
  const second = fit.plane ? fit.features.map((row) => row[1]) : fit.targets;
  const order = first.map((_, i) => i).sort((one, other) => first[one] - first[other]);
  return { first, second, order, across: around(first), up: around(second) };
}

/** @param {Fit} fit */
function isAgainstTargets({ features }) {
  return features[0].length === 0;
}

/**
 * Return base + slopes · parameters.
 *
 * @param {number[]} base
 * @param {number[][]} slopes
 * @param {number[]} parameters
 */
export function affine(base, slopes, parameters) {
  return base.map((start, i) => parameters.reduce((sum, one, k) => sum + slopes[i][k] * one, start));
}

/**
 * Return the prediction for each example: the probability of class 1 where a prediction is a logit.
 *
 * @param {Pick<Fit, "base" | "slopes" | "isLogit">} fit
 * @param {number[]} parameters
 */
export function predictions({ base, slopes, isLogit }, parameters) {
  const values = affine(base, slopes, parameters);
  return isLogit ? values.map((logit) => 1 / (1 + Math.exp(-logit))) : values;
}

/**
 * Return the line where constant + a · x + b · y is 0, from edge to edge of a plot; none where both slopes are 0.
 *
 * @param {Pick<Plot, "x" | "y">} plot
 * @param {number[]} plane constant, a and b
 */
export function boundaryPath(plot, [constant, a, b]) {
  const [[left, right], [low, high]] = [plot.x.domain(), plot.y.domain()];
  if (a === 0 && b === 0) return "";
  const isSteep = Math.abs(a) * (right - left) > Math.abs(b) * (high - low);
  const points = isSteep
    ? [low, high].map((y) => [-(constant + b * y) / a, y])
    : [left, right].map((x) => [x, -(constant + a * x) / b]);
  return linePath(
    2,
    (i) => plot.x(points[i][0]),
    (i) => plot.y(points[i][1]),
  );
}

/**
 * Return the ends of an axis that holds some numbers with room around them.
 *
 * @param {number[]} numbers
 * @returns {[number, number]}
 */
export function around(numbers) {
  const [low, high] = numbers.reduce(
    ([least, most], one) => [Math.min(least, one), Math.max(most, one)],
    [Infinity, -Infinity],
  );
  const room = ROOM * (high - low) || 1;
  return [low - room, high + room];
}
