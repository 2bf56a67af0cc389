// The number line: the path, every float once they can be told apart, and the update as an arrow against half a tick.

import { html, setAttribute, setText, svg } from "../../common/view/dom.js";
import { createArrow } from "./arrow.js";
import { floatsWithin, reach } from "./floats.js";
import { fits, floatLabels, halfOf, scaleLabels } from "./labels.js";
import { reading } from "./telling.js";

export const HEIGHT = 232;
const LINE = 144; // how far down the number line runs
const EDGE = 10; // pixels left free at both ends
const NEAREST = 5; // pixels between floats, from where on each is drawn
const COARSER = 2 ** 29; // how many times further apart float32 has its floats than float64
const WIDE = 8; // pixels of the band, from where on it is drawn

export function createLine({ redraw, word }) {
  const band = svg("rect", { class: "scope-band", y: 30, height: LINE - 6 });
  const bandName = svg("text", { class: "scope-band-name", y: 24, "text-anchor": "middle" });
  const axis = svg("line", { class: "scope-axis", x1: 0, y1: LINE, y2: LINE });
  const ahead = svg("path", { class: "scope-ahead" });
  const behind = svg("path", { class: "scope-behind" });
  const floats = svg("path", { class: "scope-floats" });
  const labels = svg("g", { class: "scope-labels" });
  const axisName = svg("text", { class: "scope-axis-name", y: HEIGHT - 6, "text-anchor": "middle" });
  const arrows = [createArrow("scope-update", 66, LINE), createArrow("scope-tried", 104, LINE)];
  const x = svg("circle", { class: "scope-x", cy: LINE, r: 6 });
  const message = svg("text", { class: "scope-message", y: LINE - 30, "text-anchor": "middle" });
  const xName = svg("text", { class: "scope-x-name", y: LINE + 56, "text-anchor": "middle" });
  const coarse = svg("path", { class: "scope-coarse" });
  const parts = [
    band,
    bandName,
    axis,
    ahead,
    behind,
    coarse,
    floats,
    labels,
    axisName,
    xName,
    ...arrows.map((a) => a.element),
    x,
    message,
  ];
  const picture = svg("svg", { class: "scope-line", role: "img", height: HEIGHT }, ...parts);
  const element = html("div", { class: "scope-line-frame" }, picture);
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    const found = Math.round(entry.contentRect.width);
    if (found === width || found === 0) return;
    width = found;
    redraw();
  });
  observer.observe(element);

  // `view` is { row, run, index, window, tried, sentence }: `tried` is { row, name } of another rate, or undefined.
  function draw(view) {
    if (width === 0) return;
    const { row, window } = view;
    const isPlace = Number.isFinite(row.x);
    setAttribute(picture, "aria-label", view.sentence);
    setAttribute(picture, "width", String(width));
    setAttribute(axis, "x2", String(width));
    const middle = String(width / 2);
    setAttribute(message, "x", middle);
    setAttribute(axisName, "x", middle);
    setText(message, isPlace ? "" : word("x is no longer on the number line"));
    for (const part of parts.slice(0, -1)) setAttribute(part, "visibility", isPlace ? "visible" : "hidden");
    if (!isPlace) return;
    const scale = (distance) => EDGE + ((distance - window.from) / window.span) * (width - 2 * EDGE);
    setAttribute(x, "cx", String(scale(0)));
    drawPath(view, scale);
    drawFloats(row, window, scale);
    drawBand(row, scale);
    arrows[0].draw(row, captions(word("update")), scale, width);
    if (view.tried)
      arrows[1].draw(view.tried.row, captions(word("with {rate}", { rate: view.tried.name })), scale, width);
    else arrows[1].hide();
  }

  function captions(what) {
    return {
      near: word("{what}: {share} × half a tick", { what }),
      far: word("{what}: far longer than half a tick", { what }),
      hidden: word("{what}: {share} × half a tick, too short to be seen here", { what }),
    };
  }

  function drawPath({ row, run, index }, scale) {
    const marks = ["", ""];
    const x = run.columns.x;
    let before = NaN;
    for (let i = 0; i < run.kept; i += 1) {
      const at = Math.round(scale(x[i] - row.x) * 4) / 4;
      const isSeen = at >= 0 && at <= width;
      if (isSeen && (at !== before || i === index + 1)) marks[i <= index ? 0 : 1] += `M${at} ${LINE - 8}v16`;
      before = at;
    }
    setAttribute(behind, "d", marks[0]);
    setAttribute(ahead, "d", marks[1]);
  }

  function drawFloats(row, window, scale) {
    const perTick = Math.abs(scale(2 * row.half) - scale(0));
    const found = perTick >= NEAREST ? floatsWithin(row.x, row.dtype, window.from, window.to) : [];
    setAttribute(floats, "d", found.map(({ offset }) => `M${scale(offset)} ${LINE - 16}v32`).join(""));
    const others = found.length ? [] : coarser(row, window, scale);
    setAttribute(coarse, "d", others.map(({ offset }) => `M${scale(offset)} ${LINE - 40}v60`).join(""));
    const shown = found.length ? floatLabels(found, row, perTick, scale) : scaleLabels(row, window, scale, width);
    const text = ({ at, text }) => svg("text", { x: at, y: LINE + 34, "text-anchor": "middle" }, text);
    labels.replaceChildren(...shown.labels.filter((label) => fits(label, width)).map(text), ...shown.marks.map(mark));
    setText(axisName, nameOf(shown, found, others, row));
    drawName(found.length ? "" : `x = ${reading(row, "x")}`, scale(0));
  }

  // In float64, once they can be told apart: the floats that float32 would have here.
  function coarser(row, window, scale) {
    if (row.dtype !== "float64") return [];
    const perTick = Math.abs(scale(2 * row.half * COARSER) - scale(0));
    return perTick >= NEAREST ? floatsWithin(row.x, "float32", window.from, window.to) : [];
  }

  function nameOf(shown, found, others, row) {
    if (found.length) return word("each line is a {dtype}", row);
    const name = shown.isRelative ? word("distance from x") : word("x");
    return others.length ? word("{name}; dashed: all the floats that float32 has here", { name }) : name;
  }

  function drawName(text, at) {
    const half = halfOf(text);
    setText(xName, text);
    setAttribute(xName, "x", String(Math.max(half, Math.min(width - half, at))));
  }

  function mark(at) {
    return svg("line", { class: "scope-scale", x1: at, x2: at, y1: LINE, y2: LINE + 20 });
  }

  function drawBand(row, scale) {
    const [left, right] = reach(row.x, row.dtype).map(scale);
    const isWide = right - left >= WIDE;
    setAttribute(band, "x", String(Math.max(-9, left)));
    setAttribute(band, "width", String(isWide ? Math.min(width + 9, right) - Math.max(-9, left) : 0));
    setAttribute(bandName, "x", String((left + right) / 2));
    setText(bandName, isWide ? word("all in this band rounds to x") : "");
  }

  return { element, draw, remove: () => observer.disconnect() };
}
