// The microscope's tables: the numbers of the step, and where each learning rate stalls.

import { html, setOrRemoveAttribute, setText } from "../../common/view/elements.js";
import { printed } from "../../common/view/numbers.js";
import { columnText, DTYPES, shareText } from "./microscope_state.js";

/** @typedef {import("./microscope_state.js").Row} Row */
/** @typedef {import("./microscope_state.js").ViewState} ViewState */

/** @type {Record<string, (row: Row, rate: string) => string>} by the words that head a row */
const NUMBERS = {
  x: (row) => columnText(row, "x"),
  "f(x)": (row) => columnText(row, "value"),
  gradient: (row) => columnText(row, "gradient"),
  "learning rate": (_, rate) => rate,
  update: (row) => columnText(row, "update"),
  "half a ULP": (row) => printed(row.half, row.dtype),
  "learning rate needed": (row) => shareText(row.threshold, row.dtype),
  "update, in half ULPs": (row) => shareText(row.share, row.dtype),
  "next x": (row) => columnText(row, "next"),
};

/** Create the table of a step's numbers, whole, as tf.print writes them; beside them those of the rate that is tried. */
export function createNumbersTable() {
  const names = Object.keys(NUMBERS).map(() => html("th", { scope: "row" }));
  const cells = names.map(() => [html("td"), html("td")]);
  const heads = [html("th", { scope: "col" }), html("th", { scope: "col" }), html("th", { scope: "col" })];
  const rows = names.map((name, index) => html("tr", {}, name, ...cells[index]));
  const table = html(
    "table",
    { class: "scope-table" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...rows),
  );
  const element = html("div", { class: "scope-readings" }, table);

  /** @param {import("../../common/view/elements.js").Word} word */
  function load(word) {
    Object.keys(NUMBERS).forEach((name, index) => setText(names[index], word(name)));
    [word("number"), word("this step"), word("another rate")].forEach((text, index) => setText(heads[index], text));
  }

  /** @param {ViewState} state */
  function draw({ row, run, tried }) {
    Object.values(NUMBERS).forEach((textOf, index) => {
      setText(cells[index][0], textOf(row, run.rate));
      setText(cells[index][1], tried ? textOf(tried.row, tried.text) : "–");
    });
  }

  return { element, load, draw };
}

/** Create the table of where each learning rate stalls, in both dtypes; the run that is shown is marked. */
export function createStallsTable() {
  const caption = html("caption");
  const table = html("table", { class: "scope-table" }, caption);
  const element = html("div", { class: "scope-stalls" }, table);
  /** @type {{ element: HTMLElement, cells: HTMLElement[] }[]} */
  let rows = [];

  /** @param {import("./microscope_state.js").Facts} facts */
  function load(facts) {
    const [heads = [], ...lines] = facts.stalls;
    rows = lines.map(([rate, ...texts]) => {
      const cells = texts.map((text) => html("td", {}, text));
      return { cells, element: html("tr", {}, html("th", { scope: "row" }, rate), ...cells) };
    });
    const head = html("tr", {}, ...heads.map((text) => html("th", { scope: "col" }, text)));
    const body = html("tbody", {}, ...rows.map((row) => row.element));
    caption.replaceChildren(facts.smallerRates ?? "");
    table.replaceChildren(caption, html("thead", {}, head), body);
  }

  /** @param {ViewState} state */
  function draw({ rate, dtype }) {
    const shown = DTYPES.indexOf(dtype);
    rows.forEach(({ element, cells }, index) => {
      setOrRemoveAttribute(element, "aria-current", index === rate ? "true" : undefined);
      cells.forEach((cell, column) => {
        setOrRemoveAttribute(cell, "data-shown", index === rate && column === shown ? "true" : undefined);
      });
    });
  }

  return { element, load, draw };
}
