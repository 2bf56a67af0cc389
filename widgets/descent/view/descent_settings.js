// What only Python can change: the function, the optimizer, the dtype, the start. Without a kernel they say so. Sliding
// leaves them as they are.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, setText, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").SettingName} SettingName */

/** @type {SettingName[]} */
const MENUS = ["function", "optimizer", "dtype"];

/** @param {import("./descent_state.js").Controls} controls */
export function createSettings(controls) {
  const menus = { function: makeMenu("function"), optimizer: makeMenu("optimizer"), dtype: makeMenu("dtype") };
  const problem = html("div", { class: "view-problem", role: "alert", id: uniqueId() });
  const start = createTextField(commit, { change: commit, "aria-describedby": problem.id });
  const startName = html("span");
  const waiting = html("span", { class: "descent-waiting" });
  const startField = html("label", { class: "view-field" }, startName, start);
  const fields = html("div", { class: "view-fields" }, ...MENUS.map((name) => menus[name].element), startField);
  const element = html("div", { class: "descent-fields" }, fields, problem);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {string | undefined} the text that the field had when it was last known to be told to Python, or by Python */
  let committed;

  /** @param {SettingName} setting */
  function makeMenu(setting) {
    const change = () => controls.ask(setting, select.value);
    const select = html("select", { class: "view-choice", change, ...KEEPS_KEYS });
    const name = html("span");
    return { select, name, element: html("label", { class: "view-field" }, name, select) };
  }

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    const names = { function: word("Function"), optimizer: word("Optimizer"), dtype: word("Numbers") };
    for (const setting of MENUS) {
      const { select, name } = menus[setting];
      setText(name, names[setting]);
      if (select.options.length === 0)
        select.append(...facts.choices[setting].map(([value, text]) => html("option", { value }, text)));
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
  function draw() {
    const { requests, settings, isAlive, problem: message } = controls.settings();
    const why = isAlive ? "" : word("This needs a running notebook.");
    for (const field of [start, ...MENUS.map((setting) => menus[setting].select)]) {
      field.disabled = !isAlive;
      field.title = why;
    }
    setText(problem, message);
    const isRefused = message !== "" && start.value === committed && committed !== facts.start;
    start.setAttribute("aria-invalid", String(isRefused));
    for (const setting of MENUS) menus[setting].select.value = requests[setting]?.[0] ?? settings[setting];
    waiting.classList.toggle("is-waiting", Object.keys(requests).length > 0);
    if (message || "start" in requests || committed === facts.start) return;
    start.value = facts.start;
    committed = facts.start;
  }

  return { element, waiting, load, draw };
}
