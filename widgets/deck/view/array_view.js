// One array of the value panel: its name, what is known of its numbers, and its heatmap; a single number as text.

import { html, KEEPS_KEYS, setText } from "../../common/view/elements.js";
import { axesTexts, cellsOf } from "./cells.js";
import { createHeatmap } from "./heatmap.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./cells.js").Cells} Cells */
/** @typedef {import("./shown_tensor.js").ShownArray} ShownArray */
/** @typedef {ReturnType<typeof import("./full_values.js").createFullValues>} FullValues */

/**
 * @param {"value" | "gradient"} kind
 * @param {(cell: number) => void} point
 * @param {FullValues} full
 */
export function createArrayView(kind, point, full) {
  const name = html("span", { class: "deck-value-kind" });
  const text = html("span", { class: "deck-value-text" });
  const heatmap = createHeatmap(kind, point);
  const blocks = html("span");
  const ask = html("button", {
    type: "button",
    class: "view-word deck-value-ask",
    click: () => full.ask(index),
    ...KEEPS_KEYS,
  });
  const note = html("div", { class: "deck-value-note" }, blocks, ask);
  const head = html("div", { class: "deck-value-array-head" }, name, text);
  const element = html("div", { class: "deck-value-array", "data-kind": kind }, head, heatmap.element, note);
  /** @type {Word} */
  let word;
  let index = -1;
  let summary = "";
  /** @type {Cells | undefined} */
  let cells;

  /** @param {Word} newWord */
  function load(newWord) {
    word = newWord;
    setText(name, word(kind));
    setText(ask, word("show all numbers"));
  }

  /**
   * @param {ShownArray | undefined} shown
   * @param {{ most: number, width: number, height: number, name: string, absent: string }} how
   */
  function draw(shown, { most, width, height, name: tensor, absent }) {
    const grid = shown?.grid;
    index = shown?.index ?? -1;
    cells = grid && (full.cells(index) ?? cellsOf(grid));
    text.title = grid?.text ?? "";
    summary = grid ? grid.text : (shown?.text ?? absent);
    setText(text, summary);
    text.classList.toggle("is-number", Boolean(shown && !grid));
    text.classList.toggle("is-absent", !shown);
    const label = `${tensor}, ${word(kind)}: ${grid?.text ?? ""}`;
    heatmap.draw(cells, { most: most || (cells?.most ?? 0), label, width, height });
    setText(blocks, cells ? noteText(cells, word, full.problem(index)) : "");
    ask.hidden = !(cells?.block && full.canAsk(index));
    note.hidden = !blocks.textContent && ask.hidden;
  }

  /** @param {string} number of the cell that somebody points at; empty for none */
  function read(number) {
    setText(text, number || summary);
    text.classList.toggle("is-number", Boolean(number) || !cells);
  }

  return { element, load, draw, read, mark: heatmap.mark, cells: () => cells };
}

/** @param {Cells} cells @param {Word} word @param {string} problem */
function noteText(cells, word, problem) {
  const parts = [];
  const [height, width] = cells.block ?? ["", ""];
  if (cells.block) parts.push(word("Each cell is the mean of {height} × {width} numbers.", { height, width }));
  if (cells.shape.length > 2) parts.push(word("Rows: axis {rows}. Columns: axis {columns}.", axesTexts(cells)));
  if (problem) parts.push(problem);
  return parts.join(" ");
}
