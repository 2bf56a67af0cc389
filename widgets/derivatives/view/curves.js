// The curves, what touches f at the point, and the point itself, which is dragged along f.

import { panel, setAttribute, setText, svg } from "../../common/view/dom.js";
import { draggable } from "../../common/view/drag.js";
import { line } from "../../common/view/path.js";
import { createPlot } from "../../common/view/plot.js";
import { createRange } from "../../common/view/range.js";
import { placeText } from "./shot.js";
import { underAxis } from "./under.js";

const HEIGHT = 440;
const BREAK = 0.6; // of the window's height: what leaps further from one position to the next is a pole or a step

export function createCurves(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const point = createRange({ kind: "derivatives-range", move: controls.slide, rest: controls.rest });
  underAxis(point, plot.room);
  const { element, name } = panel("derivatives-curves", plot.element, point.element);
  const zero = svg("line", { class: "derivatives-zero" });
  const parabola = svg("path", { class: "derivatives-parabola" });
  const tangent = svg("path", { class: "derivatives-tangent" });
  const drop = svg("line", { class: "derivatives-drop" });
  const here = svg("circle", { class: "derivatives-here", r: 6 });
  const grip = svg("circle", { class: "derivatives-grip", r: 18 });
  let facts, word, curves, drawn;
  draggable(grip, plot, { moved: (across) => controls.slideTo(plot.x.invert(across)), dropped: controls.rest });

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("Curves"));
    point.load(word("Point x"), facts.x.length - 1);
    curves = facts.names.map((_, order) => svg("path", { class: `derivatives-curve is-order-${order}` }));
    plot.area.replaceChildren(zero, parabola, tangent, drop, ...curves);
    plot.over.replaceChildren(here, grip);
    drawn = undefined;
  }

  function draw(shot, sentence) {
    const window = facts.windows[shot.orders.join(",")];
    point.draw(shot.position, placeText(facts, shot.spot.x), sentence);
    const hasRoom = plot.axes({ domain: [facts.x[0], facts.x.at(-1)], name: "x" }, { domain: window, name: "" });
    if (!hasRoom) return;
    const names = shot.orders.map((order) => facts.names[order]).join(", ");
    plot.name(
      word("{curves} near x = {x}. {said}", { curves: names, x: placeText(facts, shot.spot.x), said: sentence }),
    );
    drawCurves(shot.orders, window);
    drawTouch(shot);
    drawPoint(shot.spot, window);
  }

  // Curves change only with what is drawn of them, and with the size.
  function drawCurves(orders, window) {
    const wanted = `${orders} ${plot.width}`;
    if (wanted === drawn) return;
    drawn = wanted;
    const [left, right] = plot.x.range();
    const ends = { x1: left, x2: right, y1: plot.y(0), y2: plot.y(0) };
    for (const [key, value] of Object.entries(ends)) setAttribute(zero, key, String(value));
    curves.forEach((curve, order) => setAttribute(curve, "d", orders.includes(order) ? pathOf(order, window) : ""));
  }

  // A scale of d3 makes nothing at all of what is no number.
  function height(value) {
    return Number.isNaN(value) ? NaN : plot.y(value);
  }

  // Where f itself is no number its derivatives have no place either, though the tape has numbers for them.
  function pathOf(order, [low, high]) {
    const value = (i) =>
      Number.isFinite(facts.value(order, i)) && !Number.isNaN(facts.value(0, i)) ? facts.value(order, i) : NaN;
    const seen = (i) => Math.max(low, Math.min(high, value(i)));
    const leaps = (i) => i + 1 < facts.x.length && Math.abs(seen(i + 1) - seen(i)) > BREAK * (high - low);
    return line(
      facts.x.length,
      (i) => plot.x(facts.x[i]),
      (i) => (leaps(i) ? NaN : height(value(i))),
    );
  }

  // A line and a parabola with the numbers of the point: pictures of them, no new ones.
  function drawTouch({ spot, ...shot }) {
    const [value, slope, bend] = [0, 1, 2].map(spot.value);
    const touch = (bent) => {
      const y = (i) => value + slope * (facts.x[i] - spot.x) + (bent / 2) * (facts.x[i] - spot.x) ** 2;
      return line(
        facts.x.length,
        (i) => plot.x(facts.x[i]),
        (i) => height(y(i)),
      );
    };
    setAttribute(tangent, "d", shot.tangent ? touch(0) : "");
    setAttribute(parabola, "d", shot.parabola ? touch(bend) : "");
  }

  // Where f leaves the picture, or is no number, the point waits at its edge, hollow, so that it can still be dragged.
  function drawPoint(spot, [low, high]) {
    const value = spot.value(0);
    const isSeen = value >= low && value <= high;
    const [x, y] = [plot.x(spot.x), plot.y(Number.isNaN(value) ? low : Math.max(low, Math.min(high, value)))];
    for (const circle of [here, grip]) {
      setAttribute(circle, "cx", x.toFixed(2));
      setAttribute(circle, "cy", y.toFixed(2));
    }
    here.classList.toggle("is-outside", !isSeen);
    const ends = { x1: x, x2: x, y1: y, y2: plot.y.range()[0] };
    for (const [key, at] of Object.entries(ends)) setAttribute(drop, key, at.toFixed(2));
  }

  return { element, load, draw, remove: plot.remove };
}
