// What only Python can change: the function, the optimizer, the dtype, the start. Without a kernel they say so.

import { html, setText, uniqueId, KEEPS_KEYS } from "../shared/dom.js";

const LISTS = ["function", "optimizer", "dtype"];

export function createFields(model, controls) {
  const lists = Object.fromEntries(LISTS.map((trait) => [trait, makeList(trait)]));
  const start = html("input", {
    type: "text",
    class: "view-text",
    spellcheck: "false",
    autocomplete: "off",
    change: commit,
    // JupyterLab takes away what Enter does to a field by itself.
    keydown: (event) => event.key === "Enter" && commit(),
    ...KEEPS_KEYS,
  });
  const startName = html("span");
  const problem = html("div", { class: "view-problem", role: "alert", id: uniqueId() });
  start.setAttribute("aria-describedby", problem.id);
  const fields = html(
    "div",
    { class: "view-fields" },
    ...LISTS.map((trait) => lists[trait].element),
    html("label", { class: "view-field" }, startName, start),
  );
  const element = html("div", { class: "descent-fields" }, fields, problem);
  let facts, word, committed;

  function makeList(trait) {
    const select = html("select", {
      class: "view-choice",
      change: () => controls.ask(trait, select.value),
      ...KEEPS_KEYS,
    });
    const name = html("span");
    return { select, name, element: html("label", { class: "view-field" }, name, select) };
  }

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    const names = { function: word("Function"), optimizer: word("Optimizer"), dtype: word("Numbers") };
    for (const trait of LISTS) {
      const { select, name } = lists[trait];
      setText(name, names[trait]);
      select.replaceChildren(...facts.choices[trait].map(([value, text]) => html("option", { value }, text)));
    }
    setText(startName, word("Start"));
  }

  function commit() {
    if (start.value === committed) return;
    committed = start.value;
    controls.ask("start", start.value);
  }

  function draw(shot) {
    const why = shot.isAlive ? "" : word("This needs a running notebook.");
    for (const field of [start, ...LISTS.map((trait) => lists[trait].select)]) {
      field.disabled = !shot.isAlive;
      field.title = why;
    }
    setText(problem, shot.problem);
    for (const trait of LISTS) lists[trait].select.value = model.get(trait);
    if (!shot.problem && committed !== facts.start) start.value = committed = facts.start;
  }

  return { element, load, draw };
}
