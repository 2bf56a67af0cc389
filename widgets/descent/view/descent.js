// The descent explorer: every path is here already, and sliding chooses which one is drawn. The two sliders are here: the
// learning rate, under the bands of what becomes of it, and the iterations, which also play.

import { iconButton, keyHandler, matches, showPlaying } from "../../common/view/controls.js";
import {
  createSlider,
  createStatus,
  html,
  KEEPS_KEYS,
  oncePerFrame,
  setAttribute,
  setText,
  translator,
} from "../../common/view/elements.js";
import { lockable, renderer } from "../../common/view/model.js";
import { bandNames, markTexts, percentOf, readFacts } from "./descent_facts.js";
import { createPathPlot, createValuesPlot } from "./descent_plots.js";
import { createSettings } from "./descent_settings.js";
import { createControls, viewState } from "./descent_state.js";
import { createCopyButton, createKeptRuns, createStepDetails } from "./run_details.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const REDRAWN = ["learning_rate", "logarithmic", "opened", "kept"];
const SETTINGS = ["function", "optimizer", "dtype", "asked", "problem"];

export default { render: lockable(renderer(createExplorer)) };

/** @param {import("./descent_facts.js").DescentModel} model */
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
  const parts = [sliders, path, values, step, kept, code];
  const title = html("div", { class: "view-title" });
  const readout = html("div", { class: "descent-readout" });
  const notes = html("p", { class: "descent-notes" });
  const handlers = { keydown: keyHandler(controls, isKept), keyup: keyReleased };
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
    setText(title, facts.title);
    element.setAttribute("aria-label", word("Gradient descent on {title}", { title: facts.title }));
    setText(notes, facts.note);
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

/** @param {Controls} controls */
function createSliders(controls) {
  const rate = createSlider({ kind: "descent-rate", move: controls.slideRate, rest: controls.rest });
  const iterations = createSlider({ kind: "descent-iterations", move: controls.slide, rest: controls.rest });
  const bands = createVerdictBands();
  const play = iconButton("play", controls.play);
  const element = html(
    "div",
    { class: "descent-sliders" },
    rate.element,
    html("div", { class: "descent-play" }, play, iterations.element),
  );
  rate.above.append(bands.element);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  let isPlaying = false;
  controls.onPlaying(showIsPlaying);

  /** @param {boolean} isNow */
  function showIsPlaying(isNow) {
    isPlaying = isNow;
    showPlaying(play, isPlaying, word);
  }

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    rate.load(word("Learning rate"), facts.rates.length - 1);
    iterations.load(word("Iterations"), facts.stops.length - 1);
    bands.load(facts);
    showIsPlaying(isPlaying);
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { kind, text } = state.verdict;
    const rateText = facts.rateTexts[state.rate];
    rate.draw(state.rate, `${rateText} · ${kind}`, `${rateText}: ${text}`);
    iterations.draw(state.stop, String(state.step), `${state.step}: ${state.readout}`);
    bands.draw(state.rate);
  }

  return { element, load, draw, remove: bands.remove };
}

/** A band for each run of rates with the same verdict, named where there is room, and marks at 1/λ and 2/λ. */
function createVerdictBands() {
  const strip = html("div", { class: "descent-strip" });
  const marks = html("div", { class: "descent-marks" });
  const element = html("div", { class: "descent-bands" }, strip, marks);
  const observer = new ResizeObserver(nameThoseWithRoom);
  observer.observe(element);
  /** @type {Facts | undefined} */
  let facts;
  /** @type {{ element: HTMLElement, name: HTMLElement }[]} */
  let bands = [];

  /** @param {Facts} newFacts */
  function load(newFacts) {
    facts = newFacts;
    const last = facts.rates.length - 1;
    bands = facts.kinds.map(({ kind, from, to }) => {
      const left = percentOf(from - 0.5, last);
      const name = html("span", {}, kind);
      const style = `left: ${left}; width: calc(${percentOf(to + 0.5, last)} - ${left})`;
      return { name, element: html("div", { class: "descent-band", style, title: kind }, name) };
    });
    strip.replaceChildren(...bands.map((band) => band.element));
    marks.replaceChildren(
      ...facts.marks.map(({ at, text }, i) => {
        const side = i === 0 ? "is-left" : "is-right"; // so that the two never meet
        const style = `left: ${percentOf(at, last)}`;
        return html("span", { class: `descent-mark ${side}`, style, title: text });
      }),
    );
    marks.hidden = facts.marks.length === 0;
    nameThoseWithRoom();
  }

  function nameThoseWithRoom() {
    if (!facts) return;
    const width = strip.getBoundingClientRect().width;
    const names = bandNames(facts, width);
    bands.forEach(({ name }, i) => {
      name.hidden = !names[i];
    });
    markTexts(facts, width).forEach((text, i) => setText(marks.children[i], text));
  }

  /** @param {number} rate */
  function draw(rate) {
    facts?.kinds.forEach(({ from, to }, i) => {
      setAttribute(bands[i].element, "data-chosen", String(from <= rate && rate <= to));
    });
  }

  return { element, load, draw, remove: () => observer.disconnect() };
}
