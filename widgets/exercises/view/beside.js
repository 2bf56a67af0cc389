// What was predicted and what happened, side by side, and the one question.

import { html, setText } from "../../common/view/dom.js";

export function createBeside() {
  const [yours, outcome] = [createBox("prediction-yours"), createBox("prediction-outcome")];
  const boxes = html("dl", { class: "prediction-boxes" }, yours.element, outcome.element);
  const gap = html("p", { class: "prediction-gap" });
  const verdict = html("p", { class: "prediction-verdict", role: "status" });
  const element = html("div", { class: "prediction-beside", tabindex: "-1" }, boxes, gap, verdict);
  let word;

  function load(newWord) {
    word = newWord;
    setText(outcome.name, word("It is"));
  }

  // Two curves are seen, not read: then the boxes stay away.
  function draw({ committed, value, outcome: happened, agrees, gap: distance }, isDrawn = false) {
    const isKnown = Boolean(happened);
    element.hidden = !committed;
    setText(yours.name, isKnown ? word("You predicted") : word("You predict"));
    setText(yours.value, value ?? "");
    setText(outcome.value, happened ?? "");
    boxes.hidden = isDrawn;
    outcome.element.hidden = !isKnown;
    setText(gap, isKnown && !agrees ? (distance ?? "") : "");
    setText(verdict, isKnown ? word(agrees ? "Well seen." : "Why?") : "");
  }

  return { element, load, draw };
}

function createBox(kind) {
  const [name, value] = [html("dt"), html("dd")];
  return { element: html("div", { class: `prediction-box ${kind}` }, name, value), name, value };
}
