// The microscope: a number line, from a whole run down to single floats.

import { createStatus, html, oncePerFrame, panel, setText, translator } from "../../common/view/elements.js";
import { lockable, renderer } from "../../common/view/model.js";
import { createChoice, createControls, createSliders } from "./microscope_controls.js";
import { DTYPES, readFacts, stepSentence, viewState } from "./microscope_state.js";
import { createNumbersTable, createStallsTable } from "./microscope_tables.js";
import { createNumberLine } from "./number_line.js";
import { createUpdatesPlot } from "./updates_plot.js";

/** @typedef {import("./microscope_state.js").Facts} Facts */

const NO_BYTES = new DataView(new ArrayBuffer(0));
const REDRAWN = ["step", "learning_rate", "dtype", "zoom", "next_rate", "problem"];

export default { render: lockable(renderer(createMicroscope)) };

/** @param {import("./microscope_state.js").MicroscopeModel} model */
function createMicroscope(model) {
  let facts = readFacts("", NO_BYTES);
  let word = translator({});
  /** @type {import("../../common/view/elements.js").Word} */
  const currentWord = (text, blanks) => word(text, blanks);
  const drawing = oncePerFrame(draw);
  const controls = createControls(model, () => facts);
  const status = createStatus(Infinity);
  const line = createNumberLine({ redraw: drawing.request, word: currentWord });
  const updates = createUpdatesPlot({ redraw: drawing.request, word: currentWord });
  const sliders = createSliders(controls);
  const numbers = createNumbersTable();
  const stalls = createStallsTable();
  const choice = createChoice(DTYPES, controls.dtype);
  const title = html("div", { class: "view-title" });
  const problem = html("div", { class: "view-problem", role: "alert" });
  const panels = {
    numbers: panel("scope-numbers", numbers.element),
    updates: panel("scope-updates", updates.element),
    stalls: panel("scope-where", stalls.element),
  };
  const { step, jump, rate, next } = sliders;
  const settings = html("div", { class: "scope-settings" }, step, jump, rate, next);
  const zooming = html("div", { class: "scope-zooming" }, sliders.zoom, sliders.look);
  const head = html("div", { class: "scope-head" }, title, choice.element);
  const left = html("div", { class: "scope-column" }, settings, panels.updates.element);
  const right = html("div", { class: "scope-column" }, panels.numbers.element, panels.stalls.element);
  const body = html("div", { class: "scope-body" }, left, right);
  const view = html("div", { class: "view scope" }, head, problem, status.element, line.element, zooming, body);
  const element = html("div", { class: "tapedeck" }, view);
  load();

  function load() {
    const bytes = model.get("runs");
    facts = readFacts(model.get("facts"), bytes?.byteLength ? bytes : NO_BYTES);
    word = translator(facts.words);
    setText(title, facts.title ?? "");
    setText(panels.numbers.name, word("Numbers"));
    setText(panels.updates.name, word("How long the updates are"));
    setText(panels.stalls.name, word("Where each learning rate stalls"));
    sliders.load(facts, word);
    stalls.load(facts);
    numbers.load(word);
    status.load(lastSentences(facts));
    drawing.request();
  }

  function draw() {
    const state = viewState(facts, model);
    setText(problem, model.get("problem") ?? "");
    choice.draw(word("Floats"), model.get("dtype"));
    view.hidden = !state;
    if (!state) return;
    [line, sliders, numbers, updates, stalls].forEach((part) => part.draw(state));
    status.draw(state.sentence);
  }

  function remove() {
    drawing.cancel();
    [controls, line, updates, status].forEach((part) => part.remove());
    element.remove();
  }

  const redraw = Object.fromEntries(REDRAWN.map((trait) => [trait, drawing.request]));
  return { element, listeners: { facts: load, runs: load, ...redraw }, remove };
}

/**
 * Return what is said at the end of each run: no other sentence is longer than all of these.
 *
 * @param {Facts} facts
 */
function lastSentences(facts) {
  const { iterations, names } = facts;
  return Object.values(facts.runs)
    .flat()
    .map((run) => stepSentence(facts, run, run.at(Infinity), iterations, { row: run.tried(0), name: names[0] }));
}
