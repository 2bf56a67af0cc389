// What only Python can change: the function, the optimizer, the dtype, the start. Without a kernel they say so.

import { html, setText, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";

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
  const waiting = html("span", { class: "descent-waiting" });
  const fields = html(
    "div",
    { class: "view-fields" },
    ...LISTS.map((trait) => lists[trait].element),
    html("label", { class: "view-field" }, startName, start),
  );
  const element = html("div", { class: "descent-fields" }, fields, problem);
  let facts, word;
  let committed; // the text that the field had when it was last known to be told to Python, or told by Python

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
      if (select.options.length === 0)
        select.append(...facts.choices[trait].map(([value, text]) => html("option", { value }, text)));
    }
    setText(startName, word("Start"));
    setText(waiting, word("Waiting for Python."));
  }

  function commit() {
    if (start.value === committed) return;
    committed = start.value;
    controls.ask("start", start.value);
  }

  // What was asked for stays in its field until Python has answered.
  function draw({ asked, isAlive, problem: found }) {
    const why = isAlive ? "" : word("This needs a running notebook.");
    for (const field of [start, ...LISTS.map((trait) => lists[trait].select)]) {
      field.disabled = !isAlive;
      field.title = why;
    }
    setText(problem, found);
    start.setAttribute("aria-invalid", String(found !== "" && start.value === committed && committed !== facts.start));
    for (const trait of LISTS) lists[trait].select.value = asked[trait] ?? model.get(trait);
    waiting.classList.toggle("is-waiting", Object.keys(asked).length > 0);
    if (!found && !("start" in asked) && committed !== facts.start) start.value = committed = facts.start;
  }

  return { element, waiting, load, draw };
}
