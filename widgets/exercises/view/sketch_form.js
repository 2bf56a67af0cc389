// A prediction that is a curve, drawn with the mouse across the plot, or point by point with the arrow keys: each point
// is a slider for the keys, and all of them a canvas for the mouse.

import { html, KEEPS_KEYS, setAttribute, setAttributes, setText, svg } from "../../common/view/elements.js";
import { shortNumber } from "../../common/view/numbers.js";
import { createPlot, linePath } from "../../common/view/plot.js";

/** @typedef {import("./prediction.js").FormContext} FormContext */
/** @typedef {import("./prediction.js").Point} Point */
/** @typedef {[x: number, y: number | null][]} Curve null where there is no value */

const HEIGHT = 300; // pixels
const STEPS = 40; // of a point, from the bottom of the plane to its top
const LARGE_STEP = 5;

/** @param {FormContext} context @returns {import("./prediction.js").Form} */
export function createSketchForm({ facts, word, redraw }) {
  const [low, high, bottom, top] = facts.plane;
  const plot = createPlot({ height: HEIGHT, redraw });
  const actual = svg("path", { class: "prediction-truth" });
  const predicted = svg("path", { class: "prediction-curve" });
  plot.area.append(actual, predicted);
  const points = createPoints({ facts, word, plot, redraw });
  const help = html("p", { class: "prediction-help" });
  const legend = html(
    "div",
    { class: "prediction-legend", "aria-hidden": "true" },
    html("span", { class: "prediction-key-yours" }, word("You predicted")),
    html("span", { class: "prediction-key-truth" }, word("It is")),
  );
  const element = html("div", { class: "prediction-sketch" }, plot.element, legend, help);
  setText(help, word("Draw in the plot, or choose a point with ← and → and move it with ↑ and ↓."));

  /** @param {import("./prediction.js").Standing} standing */
  function draw({ committed, points: kept = [], curve = [], value = "", outcome = "" }) {
    const domain = heightsOf([...kept, ...curve], bottom, top);
    if (!plot.setAxes({ domain: [low, high], name: "x" }, { domain, name: "y" })) return;
    const shown = committed ? kept : points.values();
    help.hidden = Boolean(committed);
    legend.hidden = curve.length === 0;
    drawLine(predicted, committed || points.isDrawn() ? shown : []);
    drawLine(actual, curve);
    points.draw(Boolean(committed));
    setAttribute(plot.element, "role", committed ? "img" : "group");
    const seen = [value && `${word("You predicted")}: ${value}`, outcome && `${word("It is")}: ${outcome}`];
    plot.describe(seen.filter(Boolean).join(". ") || word("The curve, and how you see it"));
  }

  /** @param {Element} path @param {Curve} curve */
  function drawLine(path, curve) {
    const x = (/** @type {number} */ i) => plot.x(curve[i][0]);
    const y = (/** @type {number} */ i) => plot.y(curve[i][1] ?? NaN);
    setAttribute(path, "d", linePath(curve.length, x, y));
  }

  function read() {
    return points.isDrawn() ? { value: points.values() } : { problem: word("Draw your curve first.") };
  }

  return { element, read, draw, showsValues: true, remove: plot.remove };
}

/**
 * Return the heights of the plane as it was asked for, and as much more as a curve needs.
 *
 * @param {Curve} curve
 * @param {number} bottom
 * @param {number} top
 * @returns {[number, number]}
 */
export function heightsOf(curve, bottom, top) {
  const values = curve.map(([, y]) => y).filter((y) => y !== null);
  return [Math.min(bottom, ...values), Math.max(top, ...values)];
}

/** @param {Omit<FormContext, "commit"> & { plot: import("../../common/view/plot.js").Plot }} context */
function createPoints({ facts, word, plot, redraw }) {
  const [, , bottom, top] = facts.plane;
  const step = (top - bottom) / STEPS;
  const ys = facts.xs.map(() => (bottom + top) / 2);
  const canvas = svg("rect", { class: "prediction-canvas", pointerdown: begin });
  const circles = facts.xs.map((x, index) => createPoint(x, index));
  plot.area.append(canvas);
  plot.overlay.append(...circles);
  let isDrawn = false;

  /** @param {number} x @param {number} index */
  function createPoint(x, index) {
    return svg("circle", {
      class: "prediction-point",
      r: 7,
      role: "slider",
      tabindex: index === 0 ? "0" : "-1",
      "aria-label": `${word("Your curve")}, ${word("at x = {x}", { x: shortNumber(x) })}`,
      "aria-orientation": "vertical",
      "aria-valuemin": String(bottom),
      "aria-valuemax": String(top),
      keydown: (event) => press(index, event),
      pointerdown: begin,
      ...KEEPS_KEYS,
    });
  }

  /** @param {number} index @param {KeyboardEvent} event */
  function press(index, event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {Record<string, number>} */
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: LARGE_STEP, PageDown: -LARGE_STEP };
    /** @type {Record<string, number>} */
    const places = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: ys.length - 1 };
    if (event.key in steps) set(index, ys[index] + steps[event.key] * step);
    else if (event.key in places) focus(Math.max(0, Math.min(ys.length - 1, places[event.key])));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} index */
  function focus(index) {
    circles.forEach((circle, place) => setAttribute(circle, "tabindex", place === index ? "0" : "-1"));
    circles[index].focus();
  }

  /** @param {number} index @param {number} y */
  function set(index, y) {
    isDrawn = true;
    ys[index] = Number((Math.round(Math.max(bottom, Math.min(top, y)) / step) * step).toPrecision(6));
    redraw();
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    if (event.button !== 0 || canvas.classList.contains("prediction-fixed")) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    let before = positionOf(event);
    pull(before, before);
    const follow = (/** @type {PointerEvent} */ event) => {
      const now = positionOf(event);
      pull(before, now);
      before = now;
    };
    const stop = () => canvas.removeEventListener("pointermove", follow);
    canvas.addEventListener("pointermove", follow);
    canvas.addEventListener("lostpointercapture", stop, { once: true });
  }

  /** @param {PointerEvent} event @returns {Point} */
  function positionOf(event) {
    const box = plot.element.getBoundingClientRect();
    return [plot.x.invert(event.clientX - box.left), plot.y.invert(event.clientY - box.top)];
  }

  /** @param {Point} from @param {Point} to */
  function pull(from, to) {
    for (const [index, y] of pulledPoints(facts.xs, from, to)) set(index, y);
  }

  /** @param {boolean} isFixed */
  function draw(isFixed) {
    canvas.classList.toggle("prediction-fixed", isFixed);
    const [left, right] = plot.x.range();
    const [low, high] = plot.y.range();
    setAttributes(canvas, { x: left, y: high, width: right - left, height: low - high });
    circles.forEach((circle, index) => {
      circle.style.display = isFixed ? "none" : "";
      setAttributes(circle, {
        cx: plot.x(facts.xs[index]).toFixed(2),
        cy: plot.y(ys[index]).toFixed(2),
        "aria-valuenow": ys[index],
        "aria-valuetext": shortNumber(ys[index]),
      });
    });
  }

  /** @returns {Point[]} */
  const values = () => facts.xs.map((x, index) => [x, ys[index]]);

  return { draw, isDrawn: () => isDrawn, values };
}

/**
 * Return the points that the pointer has passed, as [index, height]: each comes to the pointer's height, also when the
 * pointer moves faster than it is heard of.
 *
 * @param {number[]} xs
 * @param {Point} from
 * @param {Point} to
 * @returns {[index: number, y: number][]}
 */
export function pulledPoints(xs, from, to) {
  const near = xs.length > 1 ? (xs[1] - xs[0]) / 4 : Infinity;
  const [left, right] = [Math.min(from[0], to[0]) - near, Math.max(from[0], to[0]) + near];
  const heightAt = (/** @type {number} */ x) => {
    const share = from[0] === to[0] ? 1 : Math.max(0, Math.min(1, (x - from[0]) / (to[0] - from[0])));
    return from[1] + share * (to[1] - from[1]);
  };
  return xs.flatMap((x, index) => (x < left || x > right ? [] : [[index, heightAt(x)]]));
}
