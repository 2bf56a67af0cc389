// The table of where each learning rate stalls, in both dtypes; the run that is shown is marked.

import { html, setAttributeOrNone } from "../../common/view/dom.js";

export function createStalls() {
  const caption = html("caption");
  const table = html("table", { class: "scope-table" }, caption);
  const element = html("div", { class: "scope-stalls" }, table);
  let rows = [];

  function load(facts, word) {
    const [heads, ...lines] = facts.stalls.length ? facts.stalls : [[]];
    rows = lines.map(([rate, ...where]) =>
      html("tr", {}, html("th", { scope: "row" }, rate), ...where.map((text) => html("td", {}, text))),
    );
    const head = html("tr", {}, ...heads.map((text) => html("th", { scope: "col" }, text)));
    caption.replaceChildren(facts.smaller ?? "");
    table.replaceChildren(caption, html("thead", {}, head), html("tbody", {}, ...rows));
  }

  function draw({ rate, dtypeIndex }) {
    rows.forEach((row, index) => {
      setAttributeOrNone(row, "aria-current", index === rate ? "true" : undefined);
      [...row.querySelectorAll("td")].forEach((cell, column) =>
        setAttributeOrNone(cell, "data-shown", index === rate && column === dtypeIndex ? "true" : undefined),
      );
    });
  }

  return { element, load, draw };
}
