// The fields for the arguments of the recorded function: change one, and Python records again. Where the function has no
// tape, a button puts one around it.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, setAttribute, setText, uniqueId } from "../../common/view/elements.js";
import { createArrayEditor } from "./array_editor.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").DeckModel} DeckModel */
/** @typedef {import("./deck_facts.js").Facts} Facts */

/**
 * What was typed stays, also when it was wrong.
 *
 * @param {Pick<DeckModel, "get" | "set">} model
 * @param {() => void} save
 */
export function createArgumentFields(model, save) {
  const id = uniqueId();
  const problem = html("div", { class: "view-problem deck-problem", role: "alert", id });
  const element = html("div", { class: "deck-arguments", role: "group" });
  /** @type {Map<string, HTMLInputElement>} */
  let inputs = new Map();
  /** @type {Map<string, ReturnType<typeof createArrayEditor>>} */
  let editors = new Map();
  /** @type {Word} */
  let word;
  let committed = "";
  let names = "";

  /** @param {string} name */
  function makeField(name) {
    const input = createTextField(commit, { change: commit, "aria-describedby": id });
    inputs.set(name, input);
    return html("label", { class: "deck-field" }, html("span", {}, `${name} =`), input);
  }

  /** @param {string} name */
  function makeEditor(name) {
    const editor = createArrayEditor(name, (text) => send({ ...texts(), [name]: text }));
    editors.set(name, editor);
    return editor.element;
  }

  function texts() {
    const typed = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value]));
    return { ...(model.get("arguments") ?? {}), ...typed };
  }

  function commit() {
    send(texts());
  }

  /** @param {Record<string, string>} next */
  function send(next) {
    if (JSON.stringify(next) === committed) return;
    committed = JSON.stringify(next);
    model.set("arguments", next);
    save();
  }

  // A rejected text is left in its field, so that it can be fixed rather than typed again.
  function update() {
    const given = model.get("arguments") ?? {};
    const arrays = model.get("arrays") ?? {};
    const wanted = Object.keys(given).map((name) => `${name} ${name in arrays}`);
    if (wanted.join() !== names) {
      [names, inputs, editors] = [wanted.join(), new Map(), new Map()];
      const fields = Object.keys(given).map((name) => (name in arrays ? makeEditor(name) : makeField(name)));
      element.replaceChildren(...fields);
    }
    const message = model.get("problem") ?? "";
    if (!message) {
      for (const [name, input] of inputs) if (input.value !== given[name]) input.value = given[name];
      for (const [name, editor] of editors) editor.load(arrays[name], given[name], word);
      committed = JSON.stringify(given);
    }
    setText(problem, message);
    element.hidden = inputs.size + editors.size === 0;
  }

  /** @param {Facts} _facts @param {Word} newWord */
  function load(_facts, newWord) {
    word = newWord;
    element.setAttribute("aria-label", word("Arguments"));
    update();
  }

  return { element, problem, load, update };
}

/**
 * The offer of a tape, where a function has none; taken, the same button takes it away again.
 *
 * @param {Pick<DeckModel, "get" | "set">} model
 * @param {() => void} save
 */
export function createTapeOffer(model, save) {
  const element = html("button", { type: "button", class: "deck-offer", click: change, ...KEEPS_KEYS });
  /** @type {Word} */
  let word;

  function change() {
    model.set("taped", !model.get("taped"));
    save();
  }

  function update() {
    const isTaped = model.get("taped") ?? false;
    element.hidden = !model.get("can_be_taped");
    setText(element, isTaped ? word("Remove the tape") : word("Wrap it in a tape for me"));
    setAttribute(element, "data-taped", String(isTaped));
  }

  /** @param {Facts} _facts @param {Word} newWord */
  function load(_facts, newWord) {
    word = newWord;
    update();
  }

  return { element, load, update };
}
