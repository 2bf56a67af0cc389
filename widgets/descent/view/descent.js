// The descent explorer: every path is here already, and sliding chooses which one is drawn.

import { keyHandler, matches } from "../../common/view/controls.js";
import { createStatus, html, KEEPS_KEYS, oncePerFrame, setText, translator } from "../../common/view/elements.js";
import { lockable, renderer } from "../../common/view/model.js";
import { createControls, createSliders } from "./descent_controls.js";
import { createPathPlot, createValuesPlot } from "./descent_plots.js";
import { createCopyButton, createSettings } from "./descent_settings.js";
import { readFacts, viewState } from "./descent_state.js";
import { createKeptRuns, createStepDetails } from "./run_details.js";

const REDRAWN = [
  "learning_rate",
  "logarithmic",
  "opened",
  "kept",
  "problem",
  "function",
  "optimizer",
  "dtype",
  "asked",
];

export default { render: lockable(renderer(createExplorer)) };

/** @param {import("./descent_state.js").DescentModel} model */
function createExplorer(model) {
  const drawing = oncePerFrame(draw);
  const redraw = drawing.request;
  const controls = createControls(model);
  const settings = createSettings(controls);
  const sliders = createSliders(controls);
  const status = createStatus();
  const path = createPathPlot(controls, redraw);
  const values = createValuesPlot(controls, redraw);
  const step = createStepDetails(controls);
  const kept = createKeptRuns(controls);
  const code = createCopyButton();
  const parts = [settings, sliders, path, values, step, kept, code];
  const title = html("div", { class: "view-title" });
  const readout = html("div", { class: "descent-readout" });
  const notes = html("p", { class: "descent-notes" });
  const handlers = { keydown: keyPressed(controls), keyup: keyReleased };
  const element = html(
    "div",
    { class: "view descent", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    html("div", { class: "descent-head" }, title, settings.waiting, readout),
    settings.element,
    sliders.element,
    status.element,
    html("div", { class: "descent-panels" }, path.element, values.element),
    html("div", { class: "descent-actions" }, kept.keep, step.opener, code.button, code.copied),
    kept.element,
    step.element,
    notes,
  );
  const root = html("div", { class: "tapedeck" }, element);
  /** @type {import("./descent_state.js").Facts} */
  let facts;
  let isStale = false;
  load();

  function load() {
    isStale = false;
    facts = readFacts(model);
    if (!facts.isWhole) controls.choose("wants_rest", true);
    const word = translator(facts.words);
    controls.load(facts);
    setText(title, facts.title);
    element.setAttribute("aria-label", word("Gradient descent on {title}", { title: facts.title }));
    setText(notes, facts.note);
    parts.forEach((part) => part.load(facts, word));
    status.load(facts.verdicts.map((verdict) => verdict.says));
    redraw();
  }

  // Facts and numbers change together; once they all are here they are read, once.
  function reload() {
    isStale = true;
    redraw();
  }

  function iterationsChanged() {
    controls.player.moved();
    redraw();
  }

  // Python has answered what a field asked for, whether by other facts or by a problem.
  function answered() {
    path.release();
    redraw();
  }

  function draw() {
    if (isStale) load();
    const state = viewState(facts, model);
    setText(readout, state.readout);
    status.draw(state.verdict.says);
    parts.forEach((part) => part.draw(state));
  }

  /** @param {KeyboardEvent} event */
  function keyReleased({ key, target }) {
    if (/^(Arrow|Home|End)/.test(key) && !matches(target, "input[type=range]")) controls.rest();
  }

  function remove() {
    controls.player.pause();
    drawing.cancel();
    [status, sliders, path, values].forEach((part) => part.remove());
    root.remove();
  }

  const listeners = {
    facts: reload,
    first: reload,
    rest: reload,
    iterations: iterationsChanged,
    answered,
    ...Object.fromEntries(REDRAWN.map((trait) => [trait, redraw])),
  };
  return { element: root, listeners, remove };
}

/**
 * A slider that has the focus keeps its keys, and a box its Space; anywhere else they change the iterations.
 *
 * @param {import("./descent_controls.js").Controls} controls
 */
function keyPressed(controls) {
  const press = keyHandler(controls);
  return (/** @type {KeyboardEvent} */ event) => {
    const { key, target } = event;
    const isTheirs = matches(target, "input[type=range]") || (key === " " && matches(target, "input"));
    if (!isTheirs) press(event);
  };
}
