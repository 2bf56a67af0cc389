// The curves, the tangent and the parabola that touch f at the point, and the point itself, which is dragged along f.

import { createSlider, panel, setAttribute, setAttributes, setText, svg } from "../../common/view/elements.js";
import { createPlot, draggable, linePath } from "../../common/view/plot.js";
import { positionText } from "./derivatives_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./derivatives_state.js").Facts} Facts */
/** @typedef {import("./derivatives_state.js").Sample} Sample */
/** @typedef {import("./derivatives_state.js").ViewState} ViewState */

const HEIGHT = 440; // pixels
const LARGEST_JUMP = 0.6; // of the window's height: more from one position to the next is a pole or a step

/** @param {import("./derivatives_controls.js").Controls} controls @param {() => void} redraw */
export function createCurvesPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const slider = createSlider({ kind: "derivatives-range", move: controls.slide, rest: controls.rest });
  alignWithAxis(slider, plot.margins);
  const { element, name } = panel("derivatives-curves", plot.element, slider.element);
  const zero = svg("line", { class: "derivatives-zero" });
  const parabola = svg("path", { class: "derivatives-parabola" });
  const tangent = svg("path", { class: "derivatives-tangent" });
  const drop = svg("line", { class: "derivatives-drop" });
  const point = svg("circle", { class: "derivatives-here", r: 6 });
  const grip = svg("circle", { class: "derivatives-grip", r: 18 });
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {SVGPathElement[]} */
  let curves;
  let drawnFor = "";
  draggable(grip, plot, { moved: (across) => controls.slideTo(plot.x.invert(across)), dropped: controls.rest });

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("Curves"));
    slider.load(word("Point x"), facts.x.length - 1);
    curves = facts.names.map((_, order) => svg("path", { class: `derivatives-curve is-order-${order}` }));
    plot.area.replaceChildren(zero, parabola, tangent, drop, ...curves);
    plot.overlay.replaceChildren(point, grip);
    drawnFor = "";
  }

  /** @param {ViewState} state @param {string} sentence */
  function draw(state, sentence) {
    const window = facts.windows[state.orders.join(",")];
    const x = positionText(facts, state.sample.x);
    slider.draw(state.position, x, sentence);
    const hasRoom = plot.setAxes(
      { domain: [facts.x[0], facts.x[facts.x.length - 1]], name: "x" },
      { domain: window, name: "" },
    );
    if (!hasRoom) return;
    const curves = state.orders.map((order) => facts.names[order]).join(", ");
    plot.describe(word("{curves} near x = {x}. {said}", { curves, x, said: sentence }));
    drawCurves(state.orders, window);
    drawTangents(state);
    drawPoint(state.sample, window);
  }

  /**
   * Curves change only with what is drawn of them, and with the size.
   *
   * @param {number[]} orders
   * @param {[number, number]} window
   */
  function drawCurves(orders, window) {
    const wanted = `${orders} ${plot.width}`;
    if (wanted === drawnFor) return;
    drawnFor = wanted;
    const [left, right] = plot.x.range();
    setAttributes(zero, { x1: left, x2: right, y1: plot.y(0), y2: plot.y(0) });
    curves.forEach((curve, order) => setAttribute(curve, "d", orders.includes(order) ? curvePath(order, window) : ""));
  }

  /** @param {number} order @param {[number, number]} window */
  function curvePath(order, window) {
    const heights = unbrokenHeights(facts, order, window);
    return linePath(
      facts.x.length,
      (i) => plot.x(facts.x[i]),
      (i) => plot.y(heights(i)),
    );
  }

  /**
   * A line and a parabola with the numbers of the point: pictures of them, no new ones.
   *
   * @param {ViewState} state
   */
  function drawTangents({ sample, ...shown }) {
    const [value, slope, bend] = [0, 1, 2].map(sample.value);
    const touching = (/** @type {number} */ curvature) => {
      const y = (/** @type {number} */ x) => value + slope * (x - sample.x) + (curvature / 2) * (x - sample.x) ** 2;
      return linePath(
        facts.x.length,
        (i) => plot.x(facts.x[i]),
        (i) => plot.y(y(facts.x[i])),
      );
    };
    setAttribute(tangent, "d", shown.tangent ? touching(0) : "");
    setAttribute(parabola, "d", shown.parabola ? touching(bend) : "");
  }

  /**
   * Where f leaves the picture, or is no number, the point waits at its edge, hollow, so that it can still be dragged.
   *
   * @param {Sample} sample
   * @param {[number, number]} window
   */
  function drawPoint(sample, [low, high]) {
    const value = sample.value(0);
    const isSeen = value >= low && value <= high;
    const [x, y] = [plot.x(sample.x), plot.y(Number.isNaN(value) ? low : Math.max(low, Math.min(high, value)))];
    for (const circle of [point, grip]) setAttributes(circle, { cx: x.toFixed(2), cy: y.toFixed(2) });
    point.classList.toggle("is-outside", !isSeen);
    const [across, bottom] = [x.toFixed(2), plot.y.range()[0].toFixed(2)];
    setAttributes(drop, { x1: across, x2: across, y1: y.toFixed(2), y2: bottom });
  }

  return { element, load, draw, remove: plot.remove };
}

/**
 * Return the heights of a curve, nan where its line is to break: at a pole or a step, and where there is no number.
 * Where f itself is no number its derivatives have no place either, though the tape has numbers for them.
 *
 * @param {Pick<Facts, "x" | "value">} facts
 * @param {number} order
 * @param {[number, number]} window
 * @returns {(position: number) => number}
 */
export function unbrokenHeights({ x, value }, order, [low, high]) {
  const height = (/** @type {number} */ i) =>
    Number.isFinite(value(order, i)) && !Number.isNaN(value(0, i)) ? value(order, i) : NaN;
  const seen = (/** @type {number} */ i) => Math.max(low, Math.min(high, height(i)));
  const jumps = (/** @type {number} */ i) =>
    i + 1 < x.length && Math.abs(seen(i + 1) - seen(i)) > LARGEST_JUMP * (high - low);
  return (i) => (jumps(i) ? NaN : height(i));
}

const HALF_A_THUMB = 8; // pixels

/**
 * Put a slider under the axis along which it moves something. Where the axis has half a step more on either side, the
 * slider is as much shorter: tell then how many steps it has.
 *
 * @param {{ element: HTMLElement }} slider
 * @param {{ left: number, right: number }} margins what the plot leaves around its area
 * @param {number} steps
 */
export function alignWithAxis({ element }, { left, right }, steps = Infinity) {
  const half = `(100% - ${left + right}px) / ${2 * steps}`;
  const inset = (/** @type {number} */ side) =>
    steps === Infinity ? `${side - HALF_A_THUMB}px` : `calc(${side - HALF_A_THUMB}px + ${half})`;
  element.style.paddingInline = `${inset(left)} ${inset(right)}`;
}
