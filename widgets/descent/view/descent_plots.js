// The two plots: the path on the loss surface (the curve of a function of one number, the contours of a function of
// two), and the value against the iteration.

import { html, KEEPS_KEYS, panel, setAttribute, setText, svg, uniqueId } from "../../common/view/elements.js";
import { bisectRight, nearestIndex } from "../../common/view/numbers.js";
import { createPlot, dotsPath, draggable, linePath } from "../../common/view/plot.js";
import { unbrokenHeights } from "./descent_facts.js";
import { numberText, pointText } from "./descent_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").Run} Run */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const HEIGHT = 320; // pixels
const TANGENT = 34; // pixels to either side

/** @param {Controls} controls @param {() => void} redraw */
export function createPathPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const { element, name } = panel("descent-curve", plot.element);
  const surface = createLossSurface(plot);
  const path = createPath(plot, [surface.element]);
  const tangent = svg("path", { class: "descent-tangent" });
  const start = svg("circle", { class: "descent-start", r: 8 });
  plot.area.append(tangent);
  plot.overlay.append(start);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {{ x: number, y: number, start: string } | undefined} */
  let dragged;
  draggable(start, plot, { mayDrag: controls.isAlive, moved: drag, dropped: drop });

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    const isCurve = facts.dimensions === 1;
    setText(name, isCurve ? word("The curve and the path on it") : word("Contours and the path over them"));
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { run, index } = state;
    const isCurve = facts.dimensions === 1;
    const [across, up] = isCurve ? [facts.axes[0], facts.frame] : facts.axes;
    const hasRoom = plot.setAxes(
      { domain: [across[0], across[across.length - 1]], name: isCurve ? "x" : "x[0]" },
      { domain: [up[0], up[up.length - 1]], name: isCurve ? "f(x)" : "x[1]" },
    );
    if (!hasRoom) return;
    const ends = { start: pointText(facts, run.x, 0), place: pointText(facts, run.x, index) };
    plot.describe(word("{title}: from {start} to {place}", { title: facts.title, ...ends }));
    surface.draw(facts);
    const at = pixelsOf(run);
    path.draw(index, at.x, at.y);
    path.drawKept(state, (kept) => pixelsOf(kept.numbers));
    plot.placeCircle(start, dragged?.x ?? at.x(0), dragged?.y ?? at.y(0));
    start.classList.toggle("view-handle", state.isAlive);
    setAttribute(tangent, "d", isCurve ? tangentAt(state) : "");
  }

  /**
   * Where a run's points are, in pixels.
   *
   * @param {Pick<Run, "x" | "y">} run
   * @returns {{ x: Coordinate, y: Coordinate }}
   */
  function pixelsOf(run) {
    if (facts.dimensions === 1) return { x: (i) => plot.x(run.x[i]), y: (i) => plot.y(run.y[i]) };
    return { x: (i) => plot.x(run.x[2 * i]), y: (i) => plot.y(run.x[2 * i + 1]) };
  }

  /**
   * The gradient as the slope that it is: a short piece of the tangent at the last step.
   *
   * @param {ViewState} state
   */
  function tangentAt({ run, index }) {
    const rise = (run.gradient[index] * unitLength(plot.y)) / unitLength(plot.x);
    const half = TANGENT / Math.hypot(1, rise);
    const [x, y] = [plot.x(run.x[index]), plot.y(run.y[index])];
    return linePath(
      2,
      (i) => x + (i ? half : -half),
      (i) => y + (i ? half : -half) * rise,
    );
  }

  /**
   * A dragged start moves on the grid: only there is f known without asking Python.
   *
   * @param {number} x
   * @param {number} y
   */
  function drag(x, y) {
    const column = nearestIndex(facts.axes[0], plot.x.invert(x));
    const point = [facts.axes[0][column]];
    if (facts.dimensions === 2) point.push(facts.axes[1][nearestIndex(facts.axes[1], plot.y.invert(y))]);
    const height = facts.dimensions === 1 ? facts.heights[column] : point[1];
    if (height === null) return;
    const text = point.map((number) => String(Number(number.toPrecision(4)))).join(", ");
    dragged = { x: plot.x(point[0]), y: plot.y(height), start: facts.isList ? `[${text}]` : text };
    redraw();
  }

  function drop() {
    if (dragged) controls.ask("start", dragged.start);
  }

  function release() {
    dragged = undefined;
  }

  return { element, load, draw, release, remove: plot.remove };
}

/**
 * Return how many pixels 1 is long on an axis; below 0 if it runs up.
 *
 * @param {import("../../common/view/plot.js").Scale} scale
 */
function unitLength(scale) {
  const [[low, high], [from, to]] = [scale.domain(), scale.range()];
  return (to - from) / (high - low);
}

/** @param {Plot} plot */
function createLossSurface(plot) {
  const element = svg("path", { class: "descent-ground" });
  /** @type {{ facts?: Facts, width: number }} */
  let drawnFor = { width: 0 };

  /**
   * The surface changes only with the facts and the size.
   *
   * @param {Facts} facts
   */
  function draw(facts) {
    if (drawnFor.facts === facts && drawnFor.width === plot.width) return;
    drawnFor = { facts, width: plot.width };
    element.classList.toggle("is-contours", facts.dimensions === 2);
    setAttribute(element, "d", facts.dimensions === 1 ? curve(facts) : facts.contours.map(contour).join(""));
  }

  /** @param {Facts} facts */
  function curve(facts) {
    const heights = unbrokenHeights(facts);
    return linePath(
      heights.length,
      (i) => plot.x(facts.axes[0][i]),
      (i) => plot.y(heights[i]),
    );
  }

  /** @param {number[]} flat */
  function contour(flat) {
    return linePath(
      flat.length / 2,
      (i) => plot.x(flat[2 * i]),
      (i) => plot.y(flat[2 * i + 1]),
    );
  }

  return { element, draw };
}

/**
 * A run in a plot: its path, a dot at each step, a circle at the last; and, dashed, the runs that were kept.
 *
 * @param {Plot} plot
 * @param {Element[]} below what is drawn below it
 */
function createPath(plot, below = []) {
  const kept = svg("g");
  const path = svg("path", { class: "descent-path" });
  const steps = svg("path", { class: "descent-steps" });
  const here = svg("circle", { class: "descent-here", r: 5 });
  plot.area.append(...below, kept, path, steps);
  plot.overlay.append(here);

  /** @param {number} index of the last step @param {Coordinate} x @param {Coordinate} y */
  function draw(index, x, y) {
    setAttribute(path, "d", linePath(index + 1, x, y));
    setAttribute(steps, "d", dotsPath(index + 1, x, y));
    plot.placeCircle(here, x(index), y(index));
  }

  /**
   * @param {ViewState} state
   * @param {(run: import("./descent_facts.js").KeptRun) => { x: Coordinate, y: Coordinate }} pixelsOf
   */
  function drawKept(state, pixelsOf) {
    const lines = state.kept.map((run, i) => {
      const { x, y } = pixelsOf(run);
      const d = linePath(bisectRight(run.steps, state.step), x, y);
      return svg("path", { class: `descent-kept is-kept-${i + 1}`, d });
    });
    kept.replaceChildren(...lines);
  }

  return { draw, drawKept };
}

/** @param {Controls} controls @param {() => void} redraw */
export function createValuesPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const { element, head, name } = panel("descent-values", plot.element);
  const id = uniqueId();
  const change = () => controls.choose("logarithmic", box.checked);
  const box = html("input", { type: "checkbox", id, change, ...KEEPS_KEYS });
  const label = html("label", { for: id });
  head.append(html("span", { class: "descent-scale" }, box, label));
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
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { run, index, step, isLogarithmic } = state;
    box.checked = isLogarithmic;
    const yName = isLogarithmic && facts.lowest !== 0 ? word("y − lowest y") : "y";
    const hasRoom = plot.setAxes(
      { domain: [0, roundUp(Math.max(step, 10))], name: word("iteration") },
      { domain: isLogarithmic ? facts.powers : facts.span, log: isLogarithmic, name: yName },
    );
    if (!hasRoom) return;
    plot.describe(word("The value after {step} iterations is {y}", { step, y: numberText(facts, run.y, index) }));
    path.draw(index, (i) => plot.x(facts.steps[i]), pixelsOf(run, isLogarithmic));
    path.drawKept(state, ({ steps, numbers }) => ({
      x: (i) => plot.x(steps[i]),
      y: pixelsOf(numbers, isLogarithmic),
    }));
  }

  /**
   * Where a run's values are, in pixels. What is as low as it gets has no logarithm, and lies on the floor.
   *
   * @param {Pick<Run, "y">} run
   * @param {boolean} isLogarithmic
   * @returns {Coordinate}
   */
  function pixelsOf(run, isLogarithmic) {
    if (!isLogarithmic) return (i) => plot.y(run.y[i]);
    const [floor] = facts.powers;
    return (i) => plot.y(Math.max(floor, run.y[i] - facts.lowest));
  }

  return { element, load, draw, remove: plot.remove };
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
