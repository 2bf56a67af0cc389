// The table of the numbers at the point: each order by the tape, by central difference, and how far they are apart.

import { html, panel, setText } from "../../common/view/elements.js";
import { distanceText, entryText, positionText, tapeText } from "./derivatives_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./derivatives_state.js").Facts} Facts */

export function createPointTable() {
  const heads = Array.from({ length: 4 }, () => html("th", { scope: "col" }));
  const body = html("tbody");
  const table = html("table", {}, html("thead", {}, html("tr", {}, ...heads)), body);
  const { element, name } = panel("derivatives-numbers", html("div", { class: "derivatives-scroll" }, table));
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {HTMLTableCellElement[][]} */
  let cells;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    const names = ["order", "by the tape", "central difference", "apart"];
    names.forEach((text, column) => setText(heads[column], word(text)));
    cells = facts.names.map(() => Array.from({ length: 3 }, () => html("td")));
    const rows = facts.names.map((text, order) => html("tr", {}, html("th", { scope: "row" }, text), ...cells[order]));
    body.replaceChildren(...rows);
  }

  /** @param {import("./derivatives_state.js").ViewState} state */
  function draw({ sample, step }) {
    setText(name, word("At x = {x}, h = {h}", { x: positionText(facts, sample.x), h: facts.steps[step] }));
    cells.forEach(([tape, difference, distance], order) => {
      setText(tape, tapeText(facts, sample, order));
      if (order === 0) return;
      setText(difference, entryText(facts, sample.difference(order, step)));
      setText(distance, distanceText(sample.distance(order, step)));
    });
  }

  return { element, load, draw };
}
