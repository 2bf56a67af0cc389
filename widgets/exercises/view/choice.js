// One of a few: native radio buttons, so that every key and every screen reader knows them.

import { html, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";

export function createChoice({ facts, word, commit }) {
  const name = uniqueId();
  const inputs = facts.choices.map((choice) =>
    html("input", {
      type: "radio",
      name,
      value: choice,
      keydown: (event) => event.key === "Enter" && choose(event.target),
      ...KEEPS_KEYS,
    }),
  );
  const labels = inputs.map((input, at) =>
    html("label", { class: "prediction-choice" }, input, html("span", {}, facts.choices[at])),
  );
  const legend = html("legend", { class: "view-unseen" }, word("Your prediction"));
  const element = html("fieldset", { class: "prediction-choices" }, legend, ...labels);

  function choose(input) {
    input.checked = true;
    commit();
  }

  function read() {
    const chosen = inputs.find((input) => input.checked);
    return chosen ? { value: chosen.value } : { problem: word("Choose one") };
  }

  return { element, read, draw: ({ committed }) => (element.hidden = Boolean(committed)), remove: () => {} };
}
