// Fields for the arguments: change one and Python records anew. What was typed stays, also when it was wrong.

import { html, setText, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";

export function createArguments(model, save) {
  const id = uniqueId();
  const fields = html("div", { class: "deck-fields" });
  const problem = html("div", { class: "view-problem", role: "alert", id });
  const element = html("div", { class: "deck-arguments", role: "group" }, fields, problem);
  let inputs = new Map();
  let committed = "";

  function makeField(name, text) {
    const input = html("input", {
      type: "text",
      value: text,
      spellcheck: "false",
      autocomplete: "off",
      "aria-describedby": id,
      change: commit,
      // JupyterLab takes away what Enter does to a field by itself.
      keydown: (event) => event.key === "Enter" && commit(),
      ...KEEPS_KEYS,
    });
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

  function build(texts) {
    inputs = new Map();
    fields.replaceChildren(...Object.entries(texts).map(([name, text]) => makeField(name, text)));
  }

  // A rejected text is left in its field, so that it can be mended rather than typed again.
  function update() {
    const texts = model.get("arguments") ?? {};
    const names = Object.keys(texts);
    if (names.join() !== [...inputs.keys()].join()) build(texts);
    const message = model.get("problem") ?? "";
    if (!message) names.forEach((name) => setValue(inputs.get(name), texts[name]));
    if (!message) committed = JSON.stringify(texts);
    setText(problem, message);
    element.hidden = names.length === 0 && !message;
  }

  function load(facts, word) {
    element.setAttribute("aria-label", word("Arguments"));
    update();
  }

  return { element, load, update };
}

function setValue(input, text) {
  if (input.value !== text) input.value = text;
}
