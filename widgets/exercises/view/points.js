// The points of a sketch: each a slider for the keys, and all of them a canvas for the mouse.

import { setAttribute, svg, KEEPS_KEYS } from "../../common/view/dom.js";
import { short } from "../../common/view/numbers.js";

const STEPS = 40; // from the bottom of the plane to its top
const FAST = 5;

export function createPoints({ facts, word, plot, redraw }) {
  const [, , bottom, top] = facts.plane;
  const step = (top - bottom) / STEPS;
  const ys = facts.xs.map(() => (bottom + top) / 2);
  const canvas = svg("rect", { class: "prediction-canvas", pointerdown: begin });
  const circles = facts.xs.map((x, at) => createPoint(x, at));
  plot.area.append(canvas);
  plot.over.append(...circles);
  let drawn = false;

  function createPoint(x, at) {
    return svg("circle", {
      class: "prediction-point",
      r: 7,
      role: "slider",
      tabindex: at === 0 ? "0" : "-1",
      "aria-label": `${word("Your curve")}, ${word("at x = {x}", { x: short(x) })}`,
      "aria-orientation": "vertical",
      "aria-valuemin": String(bottom),
      "aria-valuemax": String(top),
      keydown: (event) => press(at, event),
      pointerdown: begin,
      ...KEEPS_KEYS,
    });
  }

  function press(at, event) {
    const moves = { ArrowUp: 1, ArrowDown: -1, PageUp: FAST, PageDown: -FAST };
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: ys.length - 1 };
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in moves) set(at, ys[at] + moves[event.key] * step);
    else if (event.key in places) focus(Math.max(0, Math.min(ys.length - 1, places[event.key])));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function focus(at) {
    circles.forEach((circle, place) => setAttribute(circle, "tabindex", place === at ? "0" : "-1"));
    circles[at].focus();
  }

  function set(at, y) {
    drawn = true;
    ys[at] = Number((Math.round(Math.max(bottom, Math.min(top, y)) / step) * step).toPrecision(6));
    redraw();
  }

  // Every point that the pointer passes comes to its height, also when it moves faster than it is heard of.
  function begin(event) {
    if (event.button !== 0 || canvas.classList.contains("prediction-fixed")) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    let before = at(event);
    pull(before, before);
    const follow = (e) => {
      const now = at(e);
      pull(before, now);
      before = now;
    };
    canvas.addEventListener("pointermove", follow);
    canvas.addEventListener("lostpointercapture", () => canvas.removeEventListener("pointermove", follow), {
      once: true,
    });
  }

  function at(event) {
    const box = plot.element.getBoundingClientRect();
    return { x: plot.x.invert(event.clientX - box.left), y: plot.y.invert(event.clientY - box.top) };
  }

  function pull(from, to) {
    const near = facts.xs.length > 1 ? (facts.xs[1] - facts.xs[0]) / 4 : Infinity;
    const [left, right] = [Math.min(from.x, to.x) - near, Math.max(from.x, to.x) + near];
    facts.xs.forEach((x, place) => {
      if (x < left || x > right) return;
      const share = from.x === to.x ? 1 : Math.max(0, Math.min(1, (x - from.x) / (to.x - from.x)));
      set(place, from.y + share * (to.y - from.y));
    });
  }

  function draw(isFixed) {
    canvas.classList.toggle("prediction-fixed", isFixed);
    const [left, right] = plot.x.range();
    const [low, high] = plot.y.range();
    const box = { x: left, y: high, width: right - left, height: low - high };
    for (const [key, value] of Object.entries(box)) setAttribute(canvas, key, String(value));
    circles.forEach((circle, place) => {
      circle.style.display = isFixed ? "none" : "";
      setAttribute(circle, "cx", plot.x(facts.xs[place]).toFixed(2));
      setAttribute(circle, "cy", plot.y(ys[place]).toFixed(2));
      setAttribute(circle, "aria-valuenow", String(ys[place]));
      setAttribute(circle, "aria-valuetext", short(ys[place]));
    });
  }

  return { draw, isDrawn: () => drawn, values: () => facts.xs.map((x, place) => [x, ys[place]]) };
}
