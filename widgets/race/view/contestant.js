// One contestant: its name, its bars, what is known of it, and its code to read and copy.

import { html, setAttribute, setText } from "../../common/view/dom.js";
import { createBars } from "./bars.js";
import { createCode } from "./code.js";

export function createContestant({ name, about, code }, word) {
  const bars = createBars(name);
  const time = html("span", { class: "race-time" });
  const known = Array.from({ length: 4 }, () => html("li"));
  const trouble = html("p", { class: "race-trouble" });
  const head = html("div", { class: "race-head" }, html("span", { class: "race-name" }, name), time);
  const element = html(
    "li",
    { class: "race-contestant" },
    head,
    html("p", { class: "race-way" }, about),
    bars.element,
    html("ul", { class: "race-known" }, ...known),
    trouble,
    createCode(name, code, word),
  );

  function draw(result, axis) {
    setAttribute(element, "data-state", result.state);
    setText(time, result.time);
    known.forEach((item, place) => setText(item, result.known[place]));
    setText(trouble, result.trouble);
    bars.draw(result, axis);
  }

  return { element, draw };
}
