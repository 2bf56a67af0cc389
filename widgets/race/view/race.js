// A race: its button and progress, its execution modes, and the scale of their times. All it needs is a model and an
// element.

import {
  createStatus,
  html,
  KEEPS_KEYS,
  oncePerFrame,
  setAttribute,
  setText,
  translator,
  uniqueId,
} from "../../common/view/elements.js";
import { watchKernel } from "../../common/view/kernel.js";
import { lockable, renderer, save } from "../../common/view/model.js";
import { createMode } from "./mode.js";
import { buttonState, kernelProblem, shownStandings, timeScale } from "./standings.js";

/** @typedef {import("./standings.js").Standings} Standings */
/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/model.js").CommonTraits} CommonTraits */

/**
 * The traits of an ExecutionRace (race/widget.py is the other side).
 * @typedef {CommonTraits & {facts: string, standings: string, progress: number, racing: boolean}} RaceTraits
 */

/** @typedef {import("../../common/view/model.js").Model<RaceTraits>} Model */

const TRAITS = ["standings", "progress", "racing", "problem"];

export default { render: lockable(renderer(createRace)) };

/** @param {Model} model */
function createRace(model) {
  const redraw = oncePerFrame(draw);
  const isRacing = () => Boolean(model.get("racing"));
  const kernel = watchKernel(model, ["standings", "racing"], isRacing, redraw.request);
  const controls = createControls(model);
  const status = createStatus();
  const axis = createAxis();
  const id = uniqueId();
  const title = html("div", { id, class: "view-title" });
  const settings = html("p", { class: "race-settings" });
  const problem = html("div", { class: "view-problem", role: "alert" });
  const list = html("ul", { class: "race-modes" });
  const machine = html("p", { class: "race-machine" });
  const parts = [title, settings, controls.element, problem, status.element, list, axis.element, machine];
  const view = html("div", { class: "view race", role: "group", "aria-labelledby": id }, ...parts);
  const element = html("div", { class: "tapedeck" }, view);
  /** @type {Word} */
  let word = translator({});
  /** @type {ReturnType<typeof createMode>[]} */
  let modes = [];
  load();

  function load() {
    const facts = { modes: [], words: {}, ...JSON.parse(model.get("facts") || "{}") };
    word = translator(facts.words);
    setText(title, facts.title ?? "");
    setText(settings, facts.settings ?? "");
    list.setAttribute("aria-label", word("Execution modes"));
    controls.load(word);
    axis.load(word);
    modes = facts.modes.map((/** @type {Parameters<typeof createMode>[0]} */ mode) => createMode(mode, word));
    list.replaceChildren(...modes.map((mode) => mode.element));
    redraw.request();
  }

  function draw() {
    /** @type {Partial<Standings>} */
    const told = JSON.parse(model.get("standings") || "{}");
    view.hidden = !told.results;
    if (view.hidden) return;
    const { isKernelGone, secondsSilent } = kernel.now();
    const isRunning = isRacing();
    const standings = shownStandings(/** @type {Standings} */ (told), isKernelGone, word);
    controls.draw({ state: standings.state, isRacing: isRunning, isSaved: model.get("alive") === false, isKernelGone });
    setText(
      problem,
      kernelProblem({ isRacing: isRunning, isKernelGone, secondsSilent }, word) || (model.get("problem") ?? ""),
    );
    status.draw(standings.summary);
    setText(machine, standings.machine);
    const scale = axis.draw(standings.timeScale);
    modes.forEach((mode, index) => {
      mode.draw(standings.results[index], scale);
    });
  }

  function remove() {
    redraw.cancel();
    kernel.remove();
    status.remove();
    element.remove();
  }

  const redraws = Object.fromEntries(TRAITS.map((trait) => [trait, redraw.request]));
  return { element, listeners: { ...redraws, facts: load }, remove };
}

/**
 * The one button, which starts or stops, and how far the race is.
 * @param {Model} model
 */
function createControls(model) {
  const id = uniqueId();
  const button = html("button", { type: "button", class: "view-word race-button", click: press, ...KEEPS_KEYS });
  const progress = /** @type {HTMLProgressElement} */ (html("progress", { class: "race-progress", max: 1, value: 0 }));
  const percent = html("span", { class: "race-percent", "aria-hidden": "true" });
  const reason = html("span", { id, class: "race-reason" });
  const element = html("div", { class: "race-controls" }, button, progress, percent, reason);
  button.setAttribute("aria-describedby", id);
  /** @type {Word} */
  let word;

  /** @param {Word} newWord */
  function load(newWord) {
    word = newWord;
    setAttribute(progress, "aria-label", word("Progress"));
  }

  function press() {
    if (button.getAttribute("aria-disabled") === "true") return;
    model.set("racing", !model.get("racing"));
    save(model);
  }

  /** @param {Parameters<typeof buttonState>[0]} race */
  function draw(race) {
    const state = buttonState(race, word);
    setText(button, state.text);
    setAttribute(button, "aria-disabled", String(state.isDisabled));
    setText(reason, state.reason);
    const share = model.get("progress") ?? 0;
    progress.value = share;
    setText(percent, word("{percent} %", { percent: Math.floor(100 * share) }));
  }

  return { element, load, draw };
}

/** The scale of seconds below the modes, the same for all of them. */
function createAxis() {
  const ticks = html("div", { class: "race-ticks", "aria-hidden": "true" });
  const name = html("div", { class: "race-axis-name" });
  const element = html("div", { class: "race-axis" }, ticks, name);
  let drawn = "";
  /** @type {ReturnType<typeof timeScale>} */
  let scale;

  /** @param {Word} word */
  function load(word) {
    setText(name, word("seconds: full bars for 1,000 steps, outlined bars for the first call"));
  }

  /** @param {[number, number]} limits */
  function draw(limits) {
    if (drawn !== String(limits)) {
      drawn = String(limits);
      scale = timeScale(limits);
      ticks.replaceChildren(...scale.ticks.map((tick) => html("span", { style: `left: ${tick.percent}%` }, tick.text)));
    }
    return scale;
  }

  return { element, load, draw };
}
