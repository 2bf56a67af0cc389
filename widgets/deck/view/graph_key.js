// The key of the graph: one quiet line that says what its marks mean.

import { html, setText, svg } from "../../common/view/elements.js";
import { lineWidth, powerText } from "./gradient_marks.js";
import { backHead } from "./graph_shapes.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./gradient_marks.js").NormScale} NormScale */

export function createKey() {
  const element = html("div", { class: "deck-graph-key" });

  /** @param {NormScale | undefined} scale @param {Word} word */
  function load(scale, word) {
    const parts = [item("is-value", valueLine(), word("value"))];
    if (scale) {
      parts.push(widths(scale, word));
      parts.push(item("is-signs", [signMark("negative"), signMark("positive")], word("sign")));
    }
    element.replaceChildren(...parts);
  }

  return { element, load };
}

/** @param {string} kind @param {Element | Element[]} marks @param {string} text */
function item(kind, marks, text) {
  const name = html("span");
  setText(name, text);
  return html("span", { class: `deck-key-item ${kind}` }, ...[marks].flat(), name);
}

/** @param {number} width @param {...Element} shapes */
function picture(width, ...shapes) {
  return svg("svg", { width, height: 14, viewBox: `0 -7 ${width} 14`, "aria-hidden": "true" }, ...shapes);
}

function valueLine() {
  const tip = svg("path", { class: "deck-key-tip", d: "M26 0l-7 -3.5v7Z" });
  return picture(26, svg("path", { class: "deck-key-line", d: "M0 0H19", "stroke-width": 2 }), tip);
}

/** @param {string} sign */
function signMark(sign) {
  const { head, glyph } = backHead(1, sign);
  const shapes = [svg("path", { class: "deck-head", d: head }), svg("path", { class: "deck-glyph", d: glyph })];
  return picture(16, svg("g", { class: `is-${sign}` }, ...shapes));
}

/** @param {NormScale} scale @param {Word} word */
function widths(scale, word) {
  const ends = [scale.low, scale.high].map((exponent) => lineWidth(10 ** exponent, scale));
  const { long, head } = backHead(ends[0], "");
  const thin = svg("path", { class: "deck-back", d: `M${long} 0H26`, "stroke-width": ends[0] });
  const wide = svg("path", { class: "deck-back", d: "M26 0H44", "stroke-width": ends[1] });
  const text = word("gradient, norm {low} to {high}", { low: powerText(scale.low), high: powerText(scale.high) });
  const marks = picture(44, thin, wide, svg("path", { class: "deck-head", d: head }));
  const element = item("is-gradient", marks, text);
  element.title = word("The line is as wide as the norm of the gradient is large, on a logarithmic scale.");
  return element;
}
