// The descent explorer: every path is here already, and sliding chooses which one is drawn.

import { keyHandler, matches } from "../../common/view/controls.js";
import { createStatus, html, KEEPS_KEYS, oncePerFrame, setText, translator } from "../../common/view/elements.js";
import { lockable, renderer } from "../../common/view/model.js";
import { createDataPlot } from "./data_plot.js";
import { readFacts } from "./descent_facts.js";
import { createSettings } from "./descent_settings.js";
import { createSliders } from "./descent_sliders.js";
import { createControls, viewState } from "./descent_state.js";
import { createPathPlot } from "./path_plot.js";
import { createProgress } from "./progress.js";
import { createCopyButton, createKeptRuns, createStepDetails } from "./run_details.js";
import { createValuesPlot } from "./values_plot.js";
import { createWhatIf } from "./what_if.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const REDRAWN = ["computing", "progress", "learning_rate", "series", "logarithmic", "opened", "kept", "compared"];
const SETTINGS = [
  "function",
  "optimizer",
  "schedule",
  "decay_steps",
  "batch_size",
  "scaled",
  "dtype",
  "asked",
  "problem",
];

export default { render: lockable(renderer(createExplorer)) };

/** @param {import("./descent_facts.js").DescentModel} model */
function createExplorer(model) {
  const drawing = oncePerFrame(draw);
  const redraw = drawing.request;
  const controls = createControls(model);
  const settings = createSettings(controls);
  const sliders = createSliders(controls);
  const progress = createProgress(model, redraw);
  const status = createStatus();
  const path = createPathPlot(controls, redraw);
  const data = createDataPlot(redraw);
  const values = createValuesPlot(controls, redraw);
  const step = createStepDetails(controls);
  const kept = createKeptRuns(controls);
  const code = createCopyButton();
  const whatIf = createWhatIf(controls);
  const parts = [progress, sliders, path, data, values, step, kept, code, whatIf];
  const panels = html("div", { class: "descent-panels" }, path.element, data.element, values.element);
  const title = html("div", { class: "view-title" });
  const readout = html("div", { class: "descent-readout" });
  const notes = html("p", { class: "descent-notes" });
  const pressed = keyHandler(controls, isKept);
  const handlers = { keydown: keyPressed, keyup: keyReleased };
  const element = html(
    "div",
    { class: "view descent", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    html("div", { class: "descent-head" }, title, settings.waiting, readout),
    settings.element,
    progress.element,
    sliders.element,
    status.element,
    panels,
    html("div", { class: "descent-actions" }, kept.keep, step.opener, code.button, code.copied),
    whatIf.element,
    kept.element,
    step.element,
    notes,
  );
  const root = html("div", { class: "tapedeck" }, element);
  /** @type {Facts} */
  let facts;
  let [areFactsNew, areSettingsNew] = [false, false];
  load();

  function load() {
    [areFactsNew, areSettingsNew] = [false, true];
    facts = readFacts(model);
    if (!facts.isWhole) controls.choose("wants_rest", true);
    const word = translator(facts.words);
    controls.load(facts);
    panels.classList.toggle("has-data", Boolean(facts.fit));
    setText(title, facts.title);
    element.setAttribute("aria-label", word("Gradient descent on {title}", { title: facts.title }));
    setText(notes, [facts.note, facts.dataNote].filter(Boolean).join(" "));
    [settings, ...parts].forEach((part) => part.load(facts, word));
    status.load(facts.verdicts.map((verdict) => verdict.text));
    redraw();
  }

  // Facts and numbers change together; once they all are here they are read, once.
  function factsChanged() {
    areFactsNew = true;
    redraw();
  }

  function settingsChanged() {
    areSettingsNew = true;
    redraw();
  }

  // Python has answered what a field asked for, whether by other facts or by a problem.
  function answered() {
    path.release();
    settingsChanged();
  }

  function iterationsChanged() {
    controls.player.moved();
    redraw();
  }

  function draw() {
    if (areFactsNew) load();
    if (areSettingsNew) settings.draw();
    areSettingsNew = false;
    const state = viewState(facts, model);
    setText(readout, state.readout);
    status.draw(state.verdict.text);
    parts.forEach((part) => part.draw(state));
  }

  /** @param {KeyboardEvent} event */
  function keyPressed(event) {
    if (matches(event.target, "input[type=text], select") || !path.key(event)) pressed(event);
    else event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  function keyReleased({ key, target }) {
    if (/^(Arrow|Home|End)/.test(key) && !matches(target, "input[type=range]")) controls.rest();
  }

  function remove() {
    controls.player.pause();
    drawing.cancel();
    [status, progress, sliders, path, data, values].forEach((part) => part.remove());
    root.remove();
  }

  const listeners = {
    facts: factsChanged,
    first: factsChanged,
    rest: factsChanged,
    answered,
    iterations: iterationsChanged,
    ...Object.fromEntries(SETTINGS.map((trait) => [trait, settingsChanged])),
    ...Object.fromEntries(REDRAWN.map((trait) => [trait, redraw])),
  };
  return { element: root, listeners, remove };
}

/**
 * A slider that has the focus keeps its keys, and a box its Space; anywhere else they change the iterations.
 *
 * @param {KeyboardEvent} event
 */
function isKept({ key, target }) {
  return matches(target, "input[type=range]") || (key === " " && matches(target, "input"));
}
