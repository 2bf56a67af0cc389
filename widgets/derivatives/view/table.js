// The numbers at the point: each order by the tape, by central difference, and how far they are apart.

import { html, panel, setText } from "../../common/view/dom.js";
import { apartText, numberText, placeText, tapeText } from "./shot.js";

export function createTable() {
  const heads = Array.from({ length: 4 }, () => html("th", { scope: "col" }));
  const body = html("tbody");
  const table = html("table", {}, html("thead", {}, html("tr", {}, ...heads)), body);
  const { element, name } = panel("derivatives-numbers", html("div", { class: "derivatives-scroll" }, table));
  let facts, word, rows;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    const names = ["order", "by the tape", "central difference", "apart"];
    names.forEach((text, i) => setText(heads[i], word(text)));
    rows = facts.names.map((text) => {
      const cells = Array.from({ length: 3 }, () => html("td"));
      return { cells, element: html("tr", {}, html("th", { scope: "row" }, text), ...cells) };
    });
    body.replaceChildren(...rows.map((row) => row.element));
  }

  function draw({ spot, step }) {
    setText(name, word("At x = {x}, h = {h}", { x: placeText(facts, spot.x), h: facts.steps[step] }));
    rows.forEach(({ cells }, order) => {
      setText(cells[0], tapeText(facts, spot, order));
      if (order === 0) return;
      setText(cells[1], numberText(facts, spot.estimate(order, step)));
      setText(cells[2], apartText(spot.distance(order, step)));
    });
  }

  return { element, load, draw };
}
