// The forms of a prediction that are typed or chosen: a number, one of a few, lines in order.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, uniqueId } from "../../common/view/elements.js";
import { createSortableLists } from "../../common/view/sortable_list.js";

/** @typedef {import("./prediction.js").Form} Form */
/** @typedef {import("./prediction.js").FormContext} FormContext */

/** @param {FormContext} context @returns {Form} */
export function createNumberForm({ word, commit }) {
  const id = uniqueId();
  const input = createTextField(commit, { id, inputmode: "decimal" });
  const element = html("div", { class: "view-field" }, html("label", { for: id }, word("Your prediction")), input);
  return { element, read: () => ({ value: input.value }), draw: hideOnceCommitted(element) };
}

/**
 * One of a few: native radio buttons, so that every key and every screen reader knows them.
 *
 * @param {FormContext} context
 * @returns {Form}
 */
export function createChoiceForm({ facts, word, commit }) {
  const name = uniqueId();
  const inputs = facts.choices.map((value) => {
    const input = html("input", { type: "radio", name, value, ...KEEPS_KEYS });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      input.checked = true;
      commit();
    });
    return input;
  });
  const labels = inputs.map((input, index) =>
    html("label", { class: "prediction-choice" }, input, html("span", {}, facts.choices[index])),
  );
  const legend = html("legend", { class: "view-unseen" }, word("Your prediction"));
  const element = html("fieldset", { class: "prediction-choices" }, legend, ...labels);

  function read() {
    const chosen = inputs.find((input) => input.checked);
    return chosen ? { value: chosen.value } : { problem: word("Choose one") };
  }

  return { element, read, draw: hideOnceCommitted(element) };
}

/**
 * Lines in the order in which they come: they start shuffled.
 *
 * @param {FormContext} context
 * @returns {Form}
 */
export function createOrderForm({ facts, word }) {
  const sortable = createSortableLists({ changed: () => {}, word });
  const help = html("p", { class: "prediction-help" });
  help.textContent = word("Alt and an arrow key move the line; so do the buttons, and the mouse.");
  const element = html("div", {}, sortable.element, help);
  sortable.load([word("First to last")], new Map(facts.order.map((text) => [text, { text }])));
  sortable.draw([facts.order]);
  return { element, read: () => ({ value: sortable.lists()[0] }), draw: hideOnceCommitted(element) };
}

/** @param {HTMLElement} element @returns {Form["draw"]} */
function hideOnceCommitted(element) {
  return ({ committed }) => {
    element.hidden = Boolean(committed);
  };
}
