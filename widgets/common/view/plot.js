// A plot: an SVG with two axes and an area, cut off at its edges, that a view draws into. Its size follows its place.

import { scaleLinear, scaleLog } from "d3-scale";
import { setAttribute, svg, uniqueId } from "./dom.js";
import { short } from "./numbers.js";

const ROOM = { left: 62, right: 12, top: 10, bottom: 38 }; // pixels around the area, for ticks and names
const APART = { x: 75, y: 36 }; // pixels between ticks, about

// `redraw` is called when the size has changed. `axes` must be called before anything is drawn.
export function createPlot({ height, redraw, room = ROOM }) {
  const id = uniqueId();
  const cut = svg("rect");
  const frame = svg("g", { class: "view-axes", "aria-hidden": "true" });
  const area = svg("g", { class: "view-area", "clip-path": `url(#${id})` });
  const over = svg("g", { class: "view-over" });
  const clip = svg("defs", {}, svg("clipPath", { id }, cut));
  const element = svg("svg", { class: "view-plot", role: "img", height }, clip, frame, area, over);
  const plot = { element, area, over, width: 0, height, room, axes, place, name, remove };
  let drawn = "";
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width === plot.width || width === 0) return;
    plot.width = width;
    redraw();
  });
  observer.observe(element);

  // Each axis: { domain: [low, high], log, name }. Returns whether there is room to draw at all.
  function axes(x, y) {
    const right = Math.max(room.left + 1, plot.width - room.right);
    plot.x = scale(x).domain(x.domain).range([room.left, right]);
    plot.y = scale(y)
      .domain(y.domain)
      .range([height - room.bottom, room.top]);
    const wanted = JSON.stringify([plot.width, x, y]);
    if (wanted !== drawn) drawFrame(x, y);
    drawn = wanted;
    return plot.width > 0;
  }

  function drawFrame(x, y) {
    const { left, top } = room;
    const [right, bottom] = [plot.x.range()[1], height - room.bottom];
    const box = { x: left, y: top, width: right - left, height: bottom - top };
    for (const [key, value] of Object.entries(box)) setAttribute(cut, key, String(value));
    const across = ticks(plot.x, x, APART.x).flatMap(([at, text]) => [
      svg("line", { x1: at, x2: at, y1: top, y2: bottom }),
      svg("text", { x: at, y: bottom + 15, "text-anchor": "middle" }, text),
    ]);
    const up = ticks(plot.y, y, APART.y).flatMap(([at, text]) => [
      svg("line", { x1: left, x2: right, y1: at, y2: at }),
      svg("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, text),
    ]);
    const middle = (top + bottom) / 2;
    const names = [
      svg("text", { class: "view-axis-name", x: (left + right) / 2, y: height - 5, "text-anchor": "middle" }, x.name),
      svg(
        "text",
        {
          class: "view-axis-name",
          transform: `rotate(-90 11 ${middle})`,
          x: 11,
          y: middle + 4,
          "text-anchor": "middle",
        },
        y.name,
      ),
    ];
    frame.replaceChildren(...across, ...up, svg("rect", { ...box, class: "view-frame" }), ...names);
  }

  // Put a circle at a spot, in pixels; hide it where the spot is outside the area. Unlike a path it is never cut off.
  function place(circle, x, y) {
    const [left, right] = plot.x.range();
    const [bottom, top] = plot.y.range();
    const isInside = x >= left && x <= right && y >= top && y <= bottom;
    circle.style.visibility = isInside ? "visible" : "hidden";
    if (!isInside) return;
    setAttribute(circle, "cx", x.toFixed(2));
    setAttribute(circle, "cy", y.toFixed(2));
  }

  // What the picture shows, for those who do not see it.
  function name(text) {
    setAttribute(element, "aria-label", text);
  }

  function remove() {
    observer.disconnect();
  }

  return plot;
}

function scale(axis) {
  return axis.log ? scaleLog() : scaleLinear();
}

// Return [pixel, label] for each tick that has room.
function ticks(scale, axis, apart) {
  const length = Math.abs(scale.range()[1] - scale.range()[0]);
  const count = Math.max(2, Math.floor(length / apart));
  const values = axis.log ? decades(scale.domain(), count) : scale.ticks(count);
  return values.map((value) => [scale(value), short(value)]);
}

function decades([low, high], count) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const powers = [];
  for (let power = first; power <= last; power += step) powers.push(Number(`1e${power}`));
  return powers;
}
