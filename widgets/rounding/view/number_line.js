// The number line: the path, every float once they can be told apart, and the update as an arrow against half a ULP.

import { html, setAttribute, setAttributes, setText, svg } from "../../common/view/elements.js";
import { observeSize } from "../../common/view/plot.js";
import { fits, floatLabels, floatsWithin, halfWidth, roundingInterval, scaleLabels } from "./floats.js";
import { columnText } from "./microscope_state.js";
import { createUpdateArrow } from "./update_arrow.js";

/** @typedef {import("./floats.js").LineScale} LineScale */
/** @typedef {import("./floats.js").NearbyFloat} NearbyFloat */
/** @typedef {import("./microscope_state.js").Row} Row */
/** @typedef {import("./microscope_state.js").ViewState} ViewState */
/** @typedef {import("./microscope_state.js").Window} Window */

const HEIGHT = 232; // pixels
const LINE = 144; // how far down the number line runs
const EDGE = 10; // pixels left free at both ends
const CLOSEST = 5; // pixels between floats, from where on each is drawn
const COARSER = 2 ** 29; // how many times further apart float32 has its floats than float64
const WIDE = 8; // pixels of the band, from where on it is drawn

/** @param {{ redraw: () => void, word: import("../../common/view/elements.js").Word }} context */
export function createNumberLine({ redraw, word }) {
  const band = svg("rect", { class: "scope-band", y: 30, height: LINE - 6 });
  const bandName = svg("text", { class: "scope-band-name", y: 24, "text-anchor": "middle" });
  const axis = svg("line", { class: "scope-axis", x1: 0, y1: LINE, y2: LINE });
  const ahead = svg("path", { class: "scope-ahead" });
  const behind = svg("path", { class: "scope-behind" });
  const floats = svg("path", { class: "scope-floats" });
  const coarse = svg("path", { class: "scope-coarse" });
  const labels = svg("g", { class: "scope-labels" });
  const axisName = svg("text", { class: "scope-axis-name", y: HEIGHT - 6, "text-anchor": "middle" });
  const xName = svg("text", { class: "scope-x-name", y: LINE + 56, "text-anchor": "middle" });
  const update = createUpdateArrow("scope-update", 66, LINE);
  const triedUpdate = createUpdateArrow("scope-tried", 104, LINE);
  const x = svg("circle", { class: "scope-x", cy: LINE, r: 6 });
  const message = svg("text", { class: "scope-message", y: LINE - 30, "text-anchor": "middle" });
  const lines = [band, bandName, axis, ahead, behind, coarse, floats, labels, axisName, xName];
  const parts = [...lines, update.element, triedUpdate.element, x];
  const picture = svg("svg", { class: "scope-line", role: "img", height: HEIGHT }, ...parts, message);
  const element = html("div", { class: "scope-line-frame" }, picture);
  let width = 0;
  const observer = observeSize(element, (size) => {
    width = size.width;
    redraw();
  });

  /** @param {ViewState} state */
  function draw(state) {
    if (width === 0) return;
    const { row, window, tried } = state;
    const isPlace = Number.isFinite(row.x);
    setAttributes(picture, { "aria-label": state.sentence, width });
    setAttribute(axis, "x2", String(width));
    for (const text of [message, axisName]) setAttribute(text, "x", String(width / 2));
    setText(message, isPlace ? "" : word("x is no longer on the number line"));
    for (const part of parts) setAttribute(part, "visibility", isPlace ? "visible" : "hidden");
    if (!isPlace) return;
    /** @type {LineScale} */
    const scale = (distance) => EDGE + ((distance - window.from) / window.span) * (width - 2 * EDGE);
    setAttribute(x, "cx", String(scale(0)));
    drawPath(state, scale);
    drawFloats(row, window, scale);
    drawBand(row, scale);
    update.draw(row, captions(word("update")), scale, width);
    if (tried) triedUpdate.draw(tried.row, captions(word("with {rate}", { rate: tried.name })), scale, width);
    else triedUpdate.hide();
  }

  /** @param {string} what */
  function captions(what) {
    return {
      near: word("{what}: {share} × half a tick", { what }),
      far: word("{what}: far longer than half a tick", { what }),
      hidden: word("{what}: {share} × half a tick, too short to be seen here", { what }),
    };
  }

  /** @param {ViewState} state @param {LineScale} scale */
  function drawPath({ row, run, index }, scale) {
    const marks = { behind: "", ahead: "" };
    const x = run.columns.x;
    let before = NaN;
    for (let i = 0; i < run.kept; i += 1) {
      const at = Math.round(scale(x[i] - row.x) * 4) / 4;
      const isSeen = at >= 0 && at <= width;
      if (isSeen && (at !== before || i === index + 1))
        marks[i <= index ? "behind" : "ahead"] += `M${at} ${LINE - 8}v16`;
      before = at;
    }
    setAttribute(behind, "d", marks.behind);
    setAttribute(ahead, "d", marks.ahead);
  }

  /** @param {Row} row @param {Window} window @param {LineScale} scale */
  function drawFloats(row, window, scale) {
    const distance = Math.abs(scale(2 * row.half) - scale(0));
    const found = distance >= CLOSEST ? floatsWithin(row.x, row.dtype, window.from, window.to) : [];
    setAttribute(floats, "d", found.map(({ offset }) => `M${scale(offset)} ${LINE - 16}v32`).join(""));
    const others = found.length ? [] : coarserFloats(row, window, scale);
    setAttribute(coarse, "d", others.map(({ offset }) => `M${scale(offset)} ${LINE - 40}v60`).join(""));
    const shown = found.length
      ? floatLabels(found, row.dtype, distance, scale)
      : scaleLabels(row.x, window, scale, width);
    const texts = shown.labels
      .filter((label) => fits(label, width))
      .map(({ at, text }) => svg("text", { x: at, y: LINE + 34, "text-anchor": "middle" }, text));
    const marks = shown.marks.map((at) =>
      svg("line", { class: "scope-scale", x1: at, x2: at, y1: LINE, y2: LINE + 20 }),
    );
    labels.replaceChildren(...texts, ...marks);
    if (found.length) setText(axisName, word("each line is a {dtype}", { dtype: row.dtype }));
    else setText(axisName, scaleName(Boolean(shown.isRelative), others.length > 0));
    drawXName(found.length ? "" : `x = ${columnText(row, "x")}`, scale(0));
  }

  /**
   * In float64, once they can be told apart: the floats that float32 would have here.
   *
   * @param {Row} row
   * @param {Window} window
   * @param {LineScale} scale
   * @returns {NearbyFloat[]}
   */
  function coarserFloats(row, window, scale) {
    if (row.dtype !== "float64") return [];
    const distance = Math.abs(scale(2 * row.half * COARSER) - scale(0));
    return distance >= CLOSEST ? floatsWithin(row.x, "float32", window.from, window.to) : [];
  }

  /** @param {boolean} isRelative @param {boolean} hasCoarser */
  function scaleName(isRelative, hasCoarser) {
    const name = isRelative ? word("distance from x") : word("x");
    return hasCoarser ? word("{name}; dashed: all the floats that float32 has here", { name }) : name;
  }

  /** @param {string} text @param {number} at */
  function drawXName(text, at) {
    const half = halfWidth(text);
    setText(xName, text);
    setAttribute(xName, "x", String(Math.max(half, Math.min(width - half, at))));
  }

  /** @param {Row} row @param {LineScale} scale */
  function drawBand(row, scale) {
    const [left, right] = roundingInterval(row.x, row.dtype).map(scale);
    const isWide = right - left >= WIDE;
    const start = Math.max(-9, left);
    setAttributes(band, { x: start, width: isWide ? Math.min(width + 9, right) - start : 0 });
    setAttribute(bandName, "x", String((left + right) / 2));
    setText(bandName, isWide ? word("all in this band rounds to x") : "");
  }

  return { element, draw, remove: () => observer.disconnect() };
}
