// What only Python can change: the function, the optimizer, the dtype, the start. Without a kernel they say so. And the
// run that is shown as TensorFlow code, on the clipboard.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, setText, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_state.js").Facts} Facts */
/** @typedef {import("./descent_state.js").SettingName} SettingName */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

/** @type {SettingName[]} */
const MENUS = ["function", "optimizer", "dtype"];

/** @param {import("./descent_controls.js").Controls} controls */
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

  /**
   * What was asked for stays in its field until Python has answered.
   *
   * @param {ViewState} state
   */
  function draw({ requests, settings, isAlive, problem: message }) {
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

export function createCopyButton() {
  const button = html("button", { type: "button", class: "view-word", click: copyCode, ...KEEPS_KEYS });
  const copied = html("span", { class: "descent-copied", "aria-live": "polite" });
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ViewState} */
  let shown;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(button, word("Copy as code"));
  }

  /** @param {ViewState} state */
  function draw(state) {
    shown = state;
    setText(copied, "");
  }

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(codeOf(facts, shown));
      setText(copied, word("Copied."));
    } catch {
      setText(copied, word("The browser does not allow copying. In Python, print(explorer.code) shows it."));
    }
  }

  return { button, copied, load, draw };
}

/**
 * Return the run shown as TensorFlow code.
 *
 * @param {Pick<Facts, "code" | "rateTexts">} facts
 * @param {Pick<ViewState, "rate" | "step">} state
 */
export function codeOf({ code, rateTexts }, { rate, step }) {
  return code.replaceAll("«learning_rate»", rateTexts[rate]).replaceAll("«iterations»", String(step));
}
