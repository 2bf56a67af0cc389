// A plot: an SVG with two axes and an area, cut off at its edges, that a view draws into. Its size follows its place and its
// style.
// And what is drawn into it: lines and dots as the text of an SVG path, and handles to drag.

import { scaleLinear, scaleLog } from "d3-scale";
import { setAttribute, setAttributes, svg, uniqueId } from "./elements.js";
import { shortNumber } from "./numbers.js";

/** @typedef {import("d3-scale").ScaleContinuousNumeric<number, number>} Scale From a number to pixels. */
/** @typedef {{ domain: [number, number], log?: boolean, name: string }} Axis */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Margins in pixels */
/** @typedef {ReturnType<typeof createPlot>} Plot */

/** @type {Margins} around the area, for ticks and names */
const MARGINS = { left: 62, right: 12, top: 10, bottom: 38 };
const TICK_DISTANCE = { x: 75, y: 36 }; // pixels, about
const FARTHEST = 1e4; // pixels, far outside every plot: dashes are drawn there too, and ten times as many take 100 ms

/**
 * Create a plot. `setAxes` must be called before anything is drawn.
 *
 * @param {object} options
 * @param {number} options.height in pixels, where no style sets another
 * @param {() => void} options.redraw called when the size has changed
 * @param {Margins} [options.margins]
 */
export function createPlot({ height, redraw, margins = MARGINS }) {
  const id = uniqueId();
  const clip = svg("rect");
  const axes = svg("g", { class: "view-axes", "aria-hidden": "true" });
  const area = svg("g", { class: "view-area", "clip-path": `url(#${id})` });
  const overlay = svg("g", { class: "view-over" });
  const defs = svg("defs", {}, svg("clipPath", { id }, clip));
  const element = svg("svg", { class: "view-plot", role: "img", height }, defs, axes, area, overlay);
  /** @type {Scale} */
  const unset = scaleLinear();
  const plot = {
    element,
    area,
    overlay,
    width: 0,
    height,
    margins,
    x: unset,
    y: unset,
    axes: "", // equal as long as the axes are
    setAxes,
    placeCircle,
    describe,
    remove: () => observer.disconnect(),
  };
  const observer = observeSize(element, (size) => {
    Object.assign(plot, size);
    redraw();
  });

  /**
   * Set both axes; returns whether there is room to draw at all.
   *
   * @param {Axis} x
   * @param {Axis} y
   * @param {number} beside pixels to the right of the area, for what is written there
   */
  function setAxes(x, y, beside = margins.right) {
    const wanted = JSON.stringify([plot.width, plot.height, x, y, beside]);
    if (wanted === plot.axes) return plot.width > 0;
    plot.axes = wanted;
    const right = Math.max(margins.left + 1, plot.width - beside);
    plot.x = scaleOf(x).range([margins.left, right]);
    plot.y = scaleOf(y).range([plot.height - margins.bottom, margins.top]);
    drawAxes(x, y);
    return plot.width > 0;
  }

  /** @param {Axis} x @param {Axis} y */
  function drawAxes(x, y) {
    const { left, top } = margins;
    const [right, bottom] = [plot.x.range()[1], plot.height - margins.bottom];
    const box = { x: left, y: top, width: right - left, height: bottom - top };
    setAttributes(clip, box);
    const across = ticks(plot.x, x, TICK_DISTANCE.x).flatMap(([at, text]) => [
      svg("line", { x1: at, x2: at, y1: top, y2: bottom }),
      svg("text", { x: at, y: bottom + 15, "text-anchor": "middle" }, text),
    ]);
    const up = ticks(plot.y, y, TICK_DISTANCE.y).flatMap(([at, text]) => [
      svg("line", { x1: left, x2: right, y1: at, y2: at }),
      svg("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, text),
    ]);
    const middle = (top + bottom) / 2;
    const name = { class: "view-axis-name", "text-anchor": "middle" };
    const names = [
      svg("text", { ...name, x: (left + right) / 2, y: plot.height - 5 }, x.name),
      svg("text", { ...name, transform: `rotate(-90 11 ${middle})`, x: 11, y: middle + 4 }, y.name),
    ];
    axes.replaceChildren(...across, ...up, svg("rect", { ...box, class: "view-frame" }), ...names);
  }

  /**
   * Put a circle somewhere, in pixels; hide it outside the area. Unlike a path it is never cut off.
   *
   * @param {SVGElement} circle
   * @param {number} x
   * @param {number} y
   */
  function placeCircle(circle, x, y) {
    const [left, right] = plot.x.range();
    const [bottom, top] = plot.y.range();
    const isInside = x >= left && x <= right && y >= top && y <= bottom;
    circle.style.visibility = isInside ? "visible" : "hidden";
    if (isInside) setAttributes(circle, { cx: x.toFixed(2), cy: y.toFixed(2) });
  }

  /** @param {string} text what the picture shows, for those who do not see it */
  function describe(text) {
    setAttribute(element, "aria-label", text);
  }

  return plot;
}

/**
 * Call a function with an element's size, in whole pixels, whenever that has changed.
 *
 * @param {Element} element
 * @param {(size: { width: number, height: number }) => void} changed
 */
export function observeSize(element, changed) {
  let last = { width: 0, height: 0 };
  const observer = new ResizeObserver(([{ contentRect }]) => {
    const found = { width: Math.round(contentRect.width), height: Math.round(contentRect.height) };
    if (found.width === 0 || (found.width === last.width && found.height === last.height)) return;
    last = found;
    changed(found);
  });
  observer.observe(element);
  return observer;
}

/** @param {Axis} axis @returns {Scale} */
export function scaleOf(axis) {
  return (axis.log ? scaleLog() : scaleLinear()).domain(axis.domain);
}

/**
 * Return [pixel, label] for each tick that has room.
 *
 * @param {Scale} scale
 * @param {Axis} axis
 * @param {number} distance
 * @returns {[number, string][]}
 */
export function ticks(scale, axis, distance) {
  const length = Math.abs(scale.range()[1] - scale.range()[0]);
  const count = Math.max(2, Math.floor(length / distance));
  const values = axis.log ? powersOfTen(axis.domain, count) : scale.ticks(count);
  return values.map((value) => [scale(value), shortNumber(value)]);
}

/** @param {[number, number]} domain @param {number} count */
function powersOfTen([low, high], count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const powers = [];
  for (let power = first; power <= last; power += step) powers.push(Number(`1e${power}`));
  return powers;
}

/** @typedef {(index: number) => number} Coordinate Gives the pixel of a point; nan where there is none. */

/** @param {number} at */
function pixel(at) {
  return Math.round(Math.max(-FARTHEST, Math.min(FARTHEST, at)) * 100) / 100;
}

/**
 * Return the SVG path of a line through `count` points. It breaks where a coordinate is not a number. Quick, because it
 * runs for every frame of a drag.
 *
 * @param {number} count
 * @param {Coordinate} x
 * @param {Coordinate} y
 */
export function linePath(count, x, y) {
  let path = "";
  let isDown = false;
  for (let i = 0; i < count; i += 1) {
    const across = pixel(x(i));
    const up = pixel(y(i));
    if (Number.isNaN(across) || Number.isNaN(up)) isDown = false;
    else {
      path += isDown ? "L" : "M";
      path += across;
      path += " ";
      path += up;
      isDown = true;
    }
  }
  return path;
}

/**
 * Return the SVG path of a dot at each point, to be stroked with a round cap.
 *
 * @param {number} count
 * @param {Coordinate} x
 * @param {Coordinate} y
 */
export function dotsPath(count, x, y) {
  let path = "";
  for (let i = 0; i < count; i += 1) {
    const across = pixel(x(i));
    const up = pixel(y(i));
    if (!Number.isNaN(across) && !Number.isNaN(up)) path += `M${across} ${up}h0`;
  }
  return path;
}

/**
 * Let something in a plot be dragged: with the mouse, a finger or a pen.
 *
 * @param {Element} handle
 * @param {Plot} plot
 * @param {object} options
 * @param {(x: number, y: number) => void} options.moved gets pixels of the plot while the handle is dragged
 * @param {() => void} options.dropped called when the handle is let go
 * @param {() => boolean} [options.mayDrag]
 */
export function draggable(handle, plot, { moved, dropped, mayDrag = () => true }) {
  handle.classList.add("view-handle");
  const start = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || !mayDrag()) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const move = (/** @type {any} */ event) => {
      const box = plot.element.getBoundingClientRect();
      moved(event.clientX - box.left, event.clientY - box.top);
    };
    const stop = () => {
      handle.removeEventListener("pointermove", move);
      dropped();
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", stop, { once: true });
  };
  handle.addEventListener("pointerdown", /** @type {EventListener} */ (start));
}
