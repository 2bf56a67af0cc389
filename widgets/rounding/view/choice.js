// One of a few, all in sight: a group of radio buttons.

import { html, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";

export function createChoice(values, choose) {
  const name = uniqueId();
  const legend = html("legend");
  const inputs = values.map((value) =>
    html("input", { type: "radio", name, value, change: () => choose(value), ...KEEPS_KEYS }),
  );
  const options = inputs.map((input, index) => html("label", { class: "scope-option" }, input, values[index]));
  const element = html("fieldset", { class: "scope-choice" }, legend, ...options);

  function draw(text, chosen) {
    legend.textContent = text;
    inputs.forEach((input) => (input.checked = input.value === chosen));
  }

  return { element, draw };
}
