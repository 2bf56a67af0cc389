// The path on the loss surface: over the curve of a function of one number, or over the level lines of a function of two;
// with what is known there: the minima, the gradient at each point, and the loss where the pointer is.

import { html, panel, setAttribute, setText, svg } from "../../common/view/elements.js";
import { nearestIndex, shortNumber } from "../../common/view/numbers.js";
import { createPlot, draggable, linePath } from "../../common/view/plot.js";
import { createCurvatureLines } from "./curvature_lines.js";
import { numberText, xText } from "./descent_state.js";
import { createGround } from "./ground.js";
import { createMinimumMarks } from "./minimum_marks.js";
import { arrowsPath, createPath } from "./run_marks.js";
import { createZoom } from "./zoom.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").Run} Run */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const HEIGHT = 360; // pixels
const TANGENT = 34; // pixels to either side
const ARROW = "M1 4h19l-4.5-2.5M20 4l-4.5 2.5";
const FADE = 400; // ms from one plane to another
const NOWHERE = { x: () => NaN, y: () => NaN };

/** @param {Controls} controls @param {() => void} redraw */
export function createPathPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const zoom = createZoom(plot, redraw);
  const pointed = html("span", { class: "descent-pointed", "aria-hidden": "true" });
  const downhillText = html("span");
  const sample = svg("svg", { width: 22, height: 8, "aria-hidden": "true" }, svg("path", { d: ARROW }));
  const downhill = html("span", { class: "descent-downhill" }, sample, downhillText);
  const under = html("div", { class: "descent-under-plot" }, downhill, pointed);
  const plane = html("p", { class: "descent-plane" });
  const { element, head, name } = panel("descent-curve", plot.element, html("div", {}, under, plane));
  head.append(zoom.element);
  const ground = createGround(plot);
  const minima = createMinimumMarks(plot);
  const arrows = svg("path", { class: "descent-arrows" });
  const bends = createCurvatureLines(plot);
  const path = createPath(plot, [ground.element, bends.element, minima.element]);
  const slope = svg("path", { class: "descent-tangent" });
  const start = svg("circle", { class: "descent-start", r: 8 });
  plot.area.append(arrows, slope);
  plot.overlay.append(start);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {{ x: number, y: number, place: number[] } | undefined} */
  let dragged;
  draggable(start, plot, { mayDrag: controls.isAlive, moved: drag, dropped: drop });
  plot.element.addEventListener("pointermove", point);
  plot.element.addEventListener("pointerleave", () => setText(pointed, ""));

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    const isTurned = facts?.onPlane && newFacts.onPlane && String(facts.axes) !== String(newFacts.axes);
    if (isTurned) fadeOver(plot.element);
    [facts, word] = [newFacts, newWord];
    const isCurve = facts.dimensions === 1;
    const overContours = facts.onPlane ? word("The path in its plane") : word("Contours and the path over them");
    setText(name, isCurve ? word("The curve and the path on it") : overContours);
    plane.hidden = !facts.onPlane;
    zoom.load(word);
    const [across, up] = isCurve ? [facts.axes[0], facts.frame] : facts.axes;
    zoom.setHome({ x: [across[0], across[across.length - 1]], y: [up[0], up[up.length - 1]] });
    minima.load(facts, word);
    bends.load(facts, word);
    downhill.hidden = isCurve;
    setText(downhillText, word("downhill, longer where steeper"));
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { run, index } = state;
    const isCurve = facts.dimensions === 1;
    const [across, up] = facts.axisNames;
    const seen = zoom.seen();
    const hasRoom = plot.setAxes(
      { domain: seen.x, name: across },
      { domain: seen.y, name: isCurve ? `f(${across})` : up },
    );
    if (!hasRoom) return;
    const ends = { start: xText(facts, run, 0), place: xText(facts, run, index) };
    plot.describe(word("{title}: from {start} to {place}", { title: facts.title, ...ends }));
    ground.draw(facts, zoom.home());
    const at = pixelsOf(run);
    minima.draw(run, at, isCurve ? (i) => tangentAt(run, i) : undefined);
    bends.draw(run, at, minima.named());
    path.draw(index, at.x, at.y);
    // over other features a run's parameters mean something else, so it has no place here
    path.drawKept(state, facts, (kept) => (Boolean(kept.scaled) === facts.scaled ? pixelsOf(kept.numbers) : NOWHERE));
    plot.placeCircle(start, dragged?.x ?? at.x(0), dragged?.y ?? at.y(0));
    start.classList.toggle("view-handle", controls.isAlive());
    const tangent = isCurve ? tangentAt(run, index) : [];
    setAttribute(
      slope,
      "d",
      linePath(
        tangent.length / 2,
        (i) => tangent[2 * i],
        (i) => tangent[2 * i + 1],
      ),
    );
    const gradient = facts.onPlane ? run.inPlane : run.gradient;
    setAttribute(arrows, "d", isCurve ? "" : arrowsPath(plot, at, gradient, index));
    if (facts.onPlane) setText(plane, planeText(state));
  }

  /** @param {ViewState} state */
  function planeText({ rate }) {
    const [share, { iterations }] = [facts.shares[rate], facts];
    if (share === null) return word("This path does not move.");
    const shown = "This plane holds {share} of this path's variance up to iteration {iterations}.";
    const projected = "Points off the plane are projected onto it, so the loss there is not that of the contour.";
    return `${word(shown, { share, iterations })} ${word(projected)}`;
  }

  /**
   * Where a run's points are, in pixels.
   *
   * @param {import("./descent_facts.js").Numbers} run
   * @returns {{ x: Coordinate, y: Coordinate }}
   */
  function pixelsOf(run) {
    if (facts.dimensions === 1) return { x: (i) => plot.x(run.x[i]), y: (i) => plot.y(run.y[i]) };
    const size = facts.perStep.x;
    return { x: (i) => plot.x(run.x[size * i]), y: (i) => plot.y(run.x[size * i + 1]) };
  }

  /**
   * The gradient as the slope that it is: a short piece of the tangent at a step.
   *
   * @param {Run} run
   * @param {number} index
   * @returns {import("./minimum_marks.js").Segment}
   */
  function tangentAt(run, index) {
    const rise = (run.gradient[index] * unitLength(plot.y)) / unitLength(plot.x);
    const half = TANGENT / Math.hypot(1, rise);
    const [x, y] = [plot.x(run.x[index]), plot.y(run.y[index])];
    return [x - half, y - half * rise, x + half, y + half * rise];
  }

  /**
   * Say f at the point of the grid that is nearest to the pointer: there it is known.
   *
   * @param {PointerEvent} event
   */
  function point(event) {
    const box = plot.element.getBoundingClientRect();
    const [x, y] = [plot.x.invert(event.clientX - box.left), plot.y.invert(event.clientY - box.top)];
    const [columns, rows] = facts.axes;
    const column = nearestIndex(columns, x);
    const place = [columns[column]];
    let value = facts.heights[column];
    if (facts.ground) {
      const row = nearestIndex(rows, y);
      place.push(rows[row]);
      value = facts.ground[row * columns.length + column];
    }
    const texts = place.map((one) => shortNumber(Number(one.toPrecision(3))));
    const isKnown = value !== null && !Number.isNaN(value);
    const said = { place: texts.join(", "), value: isKnown ? numberText(facts, one(value), 0) : "" };
    const whole = facts.onPlane
      ? word("f on the plane at ({place}) = {value}", said)
      : `f(${said.place}) = ${said.value}`;
    setText(pointed, isKnown ? whole : "");
  }

  /** @param {number | null} value */
  function one(value) {
    return facts.dtype === "float32" ? Float32Array.of(Number(value)) : Float64Array.of(Number(value));
  }

  /**
   * A dragged start moves on the grid: only there is f known without asking Python.
   *
   * @param {number} x
   * @param {number} y
   */
  function drag(x, y) {
    const column = nearestIndex(facts.axes[0], plot.x.invert(x));
    const place = [facts.axes[0][column]];
    if (facts.dimensions === 2) place.push(facts.axes[1][nearestIndex(facts.axes[1], plot.y.invert(y))]);
    const height = facts.dimensions === 1 ? facts.heights[column] : place[1];
    if (height === null) return;
    dragged = { x: plot.x(place[0]), y: plot.y(height), place };
    redraw();
  }

  // Which parameters a place on a plane has only Python knows.
  function drop() {
    if (!dragged) return;
    if (facts.onPlane) return controls.ask("place", dragged.place);
    const text = dragged.place.map((number) => String(Number(number.toPrecision(4)))).join(", ");
    controls.ask("start", facts.isList ? `[${text}]` : text);
  }

  function release() {
    dragged = undefined;
  }

  return { element, load, draw, release, key: zoom.key, remove: plot.remove };
}

/**
 * Leave a picture as it is over the next one for a moment, and let it fade.
 *
 * @param {SVGElement} picture
 */
function fadeOver(picture) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const before = /** @type {SVGElement} */ (picture.cloneNode(true));
  before.querySelector("defs")?.remove(); // it is cut off as the next one is
  before.setAttribute("aria-hidden", "true");
  before.classList.add("descent-before");
  picture.after(before);
  before
    .animate([{ opacity: 1 }, { opacity: 0 }], { duration: FADE, easing: "ease-in-out" })
    .finished.then(() => before.remove());
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
