// What only Python can change: the function, the optimizer, its schedule, the dtype, the start. Without a kernel they say so. Sliding
// leaves them as they are.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, setAttribute, setText, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").SettingName} SettingName */

/** @type {SettingName[]} */
const MENUS = ["function", "optimizer", "schedule", "batch_size", "dtype"];
const FIELD = { least: 12, most: 46 }; // letters

/** @param {import("./descent_state.js").Controls} controls */
export function createSettings(controls) {
  const menus = {
    function: makeMenu("function"),
    optimizer: makeMenu("optimizer"),
    schedule: makeMenu("schedule"),
    dtype: makeMenu("dtype"),
    batch_size: makeMenu("batch_size"),
  };
  const problem = html("div", { class: "view-problem", role: "alert", id: uniqueId() });
  const start = makeText("start");
  const decay = makeText("decay_steps", "descent-decay");
  const waiting = html("span", { class: "descent-waiting" });
  const { function: of, optimizer, schedule, batch_size: batch, dtype } = menus;
  const shown = [of, optimizer, schedule, decay, batch, dtype, start].map((field) => field.element);
  const fields = html("div", { class: "view-fields" }, ...shown);
  const element = html("div", { class: "descent-fields" }, fields, problem);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;

  /** @param {SettingName} setting */
  function makeMenu(setting) {
    const change = () => controls.ask(setting, select.value);
    const select = html("select", { class: "view-choice", change, ...KEEPS_KEYS });
    const name = html("span");
    return { select, name, element: html("label", { class: "view-field" }, name, select) };
  }

  /**
   * Make a field for a text.
   *
   * @param {"start" | "decay_steps"} setting
   * @param {string} kind a class
   */
  function makeText(setting, kind = "") {
    /** @type {string | undefined} the text that the field had when it was last told to Python, or by Python */
    let committed;
    const input = createTextField(commit, { change: commit, "aria-describedby": problem.id });
    const name = html("span");
    const element = html("label", { class: `view-field ${kind}` }, name, input);

    function commit() {
      if (input.value === committed) return;
      committed = input.value;
      controls.ask(setting, input.value);
    }

    /** @param {string} told by Python @param {boolean} isAsked @param {string} message */
    function draw(told, isAsked, message) {
      const isRefused = message !== "" && input.value === committed && committed !== told;
      setAttribute(input, "aria-invalid", String(isRefused));
      if (message || isAsked || committed === told) return;
      input.value = told;
      committed = told;
    }

    return { input, name, element, draw };
  }

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    const names = {
      function: word("Function"),
      optimizer: word("Optimizer"),
      schedule: word("Schedule"),
      dtype: word("Numbers"),
      batch_size: word("Batch"),
    };
    for (const setting of MENUS) {
      const { select, name } = menus[setting];
      setText(name, names[setting]);
      const isSame =
        [...select.options].map((option) => option.text).join() ===
        facts.choices[setting].map(([, text]) => text).join();
      if (!isSame)
        select.replaceChildren(...facts.choices[setting].map(([value, text]) => html("option", { value }, text)));
    }
    setText(start.name, word("Start"));
    setText(decay.name, word("Decay steps"));
    decay.element.hidden = !facts.decays;
    menus.batch_size.element.hidden = facts.choices.batch_size.length === 0;
    setText(waiting, word("Waiting for Python."));
  }

  // What was asked for stays in its field until Python has answered.
  function draw() {
    const { requests, settings, decaySteps, isAlive, problem: message } = controls.settings();
    const why = isAlive ? "" : word("This needs a running notebook.");
    for (const field of [start.input, decay.input, ...MENUS.map((setting) => menus[setting].select)]) {
      field.disabled = !isAlive;
      field.title = why;
    }
    start.input.readOnly = facts.isStartCut;
    start.input.size = Math.max(FIELD.least, Math.min(FIELD.most, facts.start.length));
    if (isAlive && facts.isStartCut) start.input.title = word("Python sets it: explorer.start = [...]");
    setText(problem, message);
    for (const setting of MENUS) menus[setting].select.value = requests[setting]?.[0] ?? settings[setting];
    waiting.classList.toggle("is-waiting", Object.keys(requests).length > 0);
    start.draw(facts.start, "start" in requests, message);
    decay.draw(decaySteps, "decay_steps" in requests, message);
  }

  return { element, waiting, load, draw };
}
