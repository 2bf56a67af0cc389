// The numbers of the step, whole, as tf.print writes them; beside them those of the rate that is tried.

import { html, setText } from "../../common/view/dom.js";
import { printed } from "../../common/view/numbers.js";
import { reading, shareText } from "./telling.js";

const ROWS = {
  x: (row) => reading(row, "x"),
  "f(x)": (row) => reading(row, "value"),
  gradient: (row) => reading(row, "gradient"),
  "learning rate": (row, rate) => rate,
  update: (row) => reading(row, "update"),
  "half a ULP": (row) => printed(row.half, row.dtype),
  "learning rate needed": (row) => shareText(row.threshold, row.dtype),
  "update, in half ULPs": (row) => shareText(row.share, row.dtype),
  "next x": (row) => reading(row, "next"),
};

export function createReadings() {
  const names = Object.keys(ROWS).map(() => html("th", { scope: "row" }));
  const cells = names.map(() => [html("td"), html("td")]);
  const heads = [html("th", { scope: "col" }), html("th", { scope: "col" }), html("th", { scope: "col" })];
  const body = names.map((name, index) => html("tr", {}, name, ...cells[index]));
  const table = html(
    "table",
    { class: "scope-table" },
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...body),
  );
  const element = html("div", { class: "scope-readings" }, table);

  function load(word) {
    Object.keys(ROWS).forEach((name, index) => setText(names[index], word(name)));
    [word("number"), word("this step"), word("another rate")].forEach((text, index) => setText(heads[index], text));
  }

  function draw({ row, run, tried }) {
    Object.values(ROWS).forEach((read, index) => {
      setText(cells[index][0], read(row, run.rate));
      setText(cells[index][1], tried ? read(tried.row, tried.rate) : "–");
    });
  }

  return { element, load, draw };
}
