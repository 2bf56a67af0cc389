// A number, typed.

import { html, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";

export function createNumber({ word, commit }) {
  const id = uniqueId();
  const input = html("input", {
    id,
    type: "text",
    inputmode: "decimal",
    class: "view-text",
    autocomplete: "off",
    spellcheck: "false",
    // JupyterLab takes away what Enter does to a field by itself.
    keydown: (event) => event.key === "Enter" && commit(),
    ...KEEPS_KEYS,
  });
  const element = html("div", { class: "view-field" }, html("label", { for: id }, word("Your prediction")), input);

  return {
    element,
    read: () => ({ value: input.value }),
    draw: ({ committed }) => (element.hidden = Boolean(committed)),
    remove: () => {},
  };
}
