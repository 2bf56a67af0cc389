// The run shown as TensorFlow code, on the clipboard.

import { html, setText, KEEPS_KEYS } from "../../common/view/dom.js";

export function createCode() {
  const copy = html("button", { type: "button", class: "view-word", click: copyCode, ...KEEPS_KEYS });
  const copied = html("span", { class: "descent-copied", "aria-live": "polite" });
  let facts, word, shown;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(copy, word("Copy as code"));
  }

  function draw(shot) {
    shown = shot;
    setText(copied, "");
  }

  async function copyCode() {
    const blanks = { learning_rate: facts.rateTexts[shown.rate], iterations: shown.step };
    const code = Object.entries(blanks).reduce(
      (text, [name, value]) => text.replaceAll(`«${name}»`, value),
      facts.code,
    );
    try {
      await navigator.clipboard.writeText(code);
      setText(copied, word("Copied."));
    } catch {
      setText(copied, word("The browser does not allow copying. In Python, print(explorer.code) shows it."));
    }
  }

  return { copy, copied, load, draw };
}
