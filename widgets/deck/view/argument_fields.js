// The fields for the arguments of the recorded function: change one, and Python records again.

import { createTextField } from "../../common/view/controls.js";
import { html, setText, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */

/**
 * Fields for the arguments: change one and Python records anew. What was typed stays, also when it was wrong.
 *
 * @param {Pick<import("./deck_facts.js").DeckModel, "get" | "set">} model
 * @param {() => void} save
 */
export function createArgumentFields(model, save) {
  const id = uniqueId();
  const fields = html("div", { class: "deck-fields" });
  const problem = html("div", { class: "view-problem deck-problem", role: "alert", id });
  const element = html("div", { class: "deck-arguments", role: "group" }, fields);
  /** @type {Map<string, HTMLInputElement>} */
  let inputs = new Map();
  let committed = "";

  /** @param {string} name @param {string} text */
  function makeField(name, text) {
    const input = createTextField(commit, { value: text, change: commit, "aria-describedby": id });
    inputs.set(name, input);
    return html("label", { class: "deck-field" }, html("span", {}, `${name} =`), input);
  }

  function commit() {
    const texts = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value]));
    if (JSON.stringify(texts) === committed) return;
    committed = JSON.stringify(texts);
    model.set("arguments", texts);
    save();
  }

  // A rejected text is left in its field, so that it can be fixed rather than typed again.
  function update() {
    const texts = model.get("arguments") ?? {};
    if (Object.keys(texts).join() !== [...inputs.keys()].join()) {
      inputs = new Map();
      fields.replaceChildren(...Object.entries(texts).map(([name, text]) => makeField(name, text)));
    }
    const message = model.get("problem") ?? "";
    if (!message) {
      for (const [name, input] of inputs) if (input.value !== texts[name]) input.value = texts[name];
      committed = JSON.stringify(texts);
    }
    setText(problem, message);
    element.hidden = inputs.size === 0;
  }

  /** @param {Facts} _facts @param {Word} word */
  function load(_facts, word) {
    element.setAttribute("aria-label", word("Arguments"));
    update();
  }

  return { element, problem, load, update };
}
