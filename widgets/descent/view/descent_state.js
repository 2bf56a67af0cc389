// The traits of the descent explorer: what is to be seen follows from them and the facts, and sliders, keys and buttons
// change them. Nothing here draws.

import { createPlayer, translator } from "../../common/view/elements.js";
import { save, saveAtRest } from "../../common/view/model.js";
import { floatsFrom, isNegativeAt, lastAtMost, nearestIndex, printed } from "../../common/view/numbers.js";

import { runOf } from "./descent_facts.js";

/** @typedef {import("../../common/view/numbers.js").FloatArray} FloatArray */
/** @typedef {import("./descent_facts.js").DescentModel} DescentModel */
/** @typedef {import("./descent_facts.js").DescentTraits} DescentTraits */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").KeptRun} KeptRun */
/** @typedef {import("./descent_facts.js").KeptRunTrait} KeptRunTrait */
/** @typedef {import("./descent_facts.js").Requests} Requests */
/** @typedef {import("./descent_facts.js").Run} Run */
/** @typedef {import("./descent_facts.js").Asked} Asked */
/** @typedef {ReturnType<typeof createControls>} Controls */
/** @typedef {ReturnType<typeof viewState>} ViewState */

/** @type {WeakMap<KeptRunTrait[], KeptRun[]>} */
const keptRunsOf = new WeakMap();
/** @type {KeptRunTrait[]} */
const NONE = [];

/** @param {Pick<DescentModel, "get">} model */
function keptTrait(model) {
  return model.get("kept") ?? NONE;
}

/**
 * Return the runs that were kept. Each brings its own numbers, since its rate, optimizer, dtype or start may not be that
 * of the others. As long as the trait is the same list, so is this.
 *
 * @param {Pick<DescentModel, "get">} model
 */
function keptRuns(model) {
  const trait = keptTrait(model);
  const numbers = (/** @type {KeptRunTrait} */ { dtype, x, y, gradient, scheduled }) => ({
    x: floatsFrom(dtype, x),
    y: floatsFrom(dtype, y),
    gradient: floatsFrom(dtype, gradient),
    scheduled: floatsFrom(dtype, scheduled),
  });
  const runs = keptRunsOf.get(trait) ?? trait.map((run) => ({ ...run, numbers: numbers(run) }));
  keptRunsOf.set(trait, runs);
  return runs;
}

/**
 * Return what the settings are, and what Python was asked to make of them.
 *
 * @param {Pick<DescentModel, "get">} model
 */
function settingsOf(model) {
  return {
    settings: {
      function: model.get("function"),
      optimizer: model.get("optimizer"),
      schedule: model.get("schedule"),
      dtype: model.get("dtype"),
      batch_size: String(model.get("batch_size") ?? ""),
    },
    isScaled: model.get("scaled"),
    decaySteps: String(model.get("decay_steps")),
    requests: openRequests(model),
    problem: model.get("problem") ?? "",
    isAlive: model.get("alive") !== false,
  };
}

/**
 * Return what Python was asked for and has not answered yet.
 *
 * @param {Pick<DescentModel, "get">} model
 * @returns {Requests}
 */
function openRequests(model) {
  const requests = Object.entries(model.get("asked") ?? {});
  return Object.fromEntries(requests.filter(([, [, number]]) => number > (model.get("answered") ?? 0)));
}

/**
 * Return the index of the last step that is shown, and the position of the iterations slider.
 *
 * @param {Facts} facts
 * @param {Pick<DescentModel, "get">} model
 */
function shownStep({ known, steps, stops }, model) {
  const index = Math.min(known - 1, lastAtMost(steps, model.get("iterations")));
  return { index, stop: lastAtMost(stops, index) };
}

/**
 * Return what is to be seen now: the run that the sliders have chosen, up to the step that they have chosen.
 *
 * @param {Facts} facts
 * @param {Pick<DescentModel, "get">} model
 */
export function viewState(facts, model) {
  const rate = nearestIndex(facts.rates, model.get("learning_rate"));
  const { index, stop } = shownStep(facts, model);
  const run = runOf(facts, rate);
  return {
    run,
    rate,
    index,
    step: facts.steps[index],
    stop,
    verdict: facts.verdicts[rate],
    readout: readoutText(facts, run, index),
    kept: keptRuns(model),
    series: model.get("series") ?? "loss",
    isLogarithmic: Boolean(model.get("logarithmic")),
    isOpened: Boolean(model.get("opened")),
    isAlive: model.get("alive") !== false,
  };
}

/**
 * Return what tf.print("y =", y, "; x =", x) prints; of a few parameters with names of their own, each by its own. Where
 * one of them is called y, f is what f returns.
 *
 * @param {Facts} facts
 * @param {Run} run
 * @param {number} index
 */
export function readoutText(facts, run, index) {
  const { valueName, wholeName, ownNames, printed, perStep } = facts;
  const own = ownNames.map((name, i) => `${name} = ${numberText(facts, run.x, index * perStep.x + printed[i])}`);
  const place = wholeName === null ? own.join(", ") : `${wholeName} = ${xText(facts, run, index)}`;
  return `${valueName} = ${numberText(facts, run.y, index)} ; ${place}`;
}

/** @param {Pick<Facts, "dtype">} facts @param {FloatArray} numbers @param {number} index */
export function numberText({ dtype }, numbers, index) {
  return printed(numbers[index], dtype, isNegativeAt(numbers, index));
}

const FEW = 3; // numbers at each end, where not all are written

/**
 * Return x as tf.print writes it: a number, or numbers in brackets, of more than six the first and last three.
 *
 * @param {Pick<Facts, "dtype" | "isList" | "count" | "perStep" | "printed">} facts
 * @param {Pick<Run, "x">} run
 * @param {number} index of the step
 */
export function xText(facts, run, index) {
  const { count, isList, perStep, printed } = facts;
  const texts = printed.map((column) => numberText(facts, run.x, index * perStep.x + column));
  if (count > 2 * FEW) texts.splice(FEW, 0, "...");
  return isList ? `[${texts.join(" ")}]` : texts[0];
}

/**
 * Return a gradient as text: as tf.print writes it; or only its norm, where no more is known here.
 *
 * @param {Pick<Facts, "dtype" | "isList" | "count" | "perStep" | "words">} facts
 * @param {Pick<Run, "gradient">} run
 * @param {number} index of the step
 */
export function gradientText(facts, run, index) {
  const size = facts.perStep.gradient;
  const texts = Array.from({ length: size }, (_, i) => numberText(facts, run.gradient, index * size + i));
  if (size < facts.count) return translator(facts.words)("of length {norm}", { norm: texts[0] });
  return facts.isList ? `[${texts.join(" ")}]` : texts[0];
}

const STEPS_PER_SECOND = 20; // while playing
const MOST_RUNS = 6; // that are kept

/**
 * Create what sliders, keys and buttons do. A change is seen at once and sent to Python only when things rest, so that
 * sliding needs no kernel; and when there is none any more, sliding goes on.
 *
 * @param {DescentModel} model
 */
export function createControls(model) {
  /** @type {Facts} */
  let facts;
  /** @type {(isPlaying: boolean) => void} */
  let playingChanged = () => {};
  const rest = () => saveAtRest(model);
  const stop = () => shownStep(facts, model).stop;
  const lastStop = () => facts.stops.length - 1;
  const slide = (/** @type {number} */ to) =>
    model.set("iterations", facts.steps[facts.stops[Math.max(0, Math.min(lastStop(), to))]]);
  const goTo =
    (/** @type {() => number} */ target) =>
    (how = { byKey: false }) => {
      slide(target());
      if (!how.byKey) rest();
    };
  const player = createPlayer({
    position: stop,
    last: lastStop,
    move: slide,
    changed: (isPlaying) => {
      playingChanged(isPlaying);
      if (!isPlaying) rest();
    },
  });
  player.setSpeed(STEPS_PER_SECOND);

  /**
   * @template {keyof DescentTraits} Trait
   * @param {Trait} trait
   * @param {DescentTraits[Trait]} value
   */
  function choose(trait, value) {
    model.set(trait, value);
    save(model);
  }

  /**
   * Ask Python for another setting. What is not answered yet is asked again with what is asked next: of several
   * messages, a busy kernel may get the last.
   *
   * @param {Asked} setting
   * @param {string | string[] | number[] | boolean} value
   */
  function ask(setting, value) {
    const requests = openRequests(model);
    const numbers = Object.values(requests).map(([, number]) => number);
    choose("asked", { ...requests, [setting]: [value, 1 + Math.max(model.get("answered") ?? 0, ...numbers)] });
  }

  /**
   * Ask for one more run; those that are not answered yet are asked for with it.
   *
   * @param {string} value
   */
  function askWhatIf(value) {
    const waiting = openRequests(model).what_if?.[0] ?? [];
    if (!waiting.includes(value)) ask("what_if", [...waiting, value]);
  }

  return {
    load: (/** @type {Facts} */ newFacts) => {
      facts = newFacts;
    },
    onPlaying: (/** @type {(isPlaying: boolean) => void} */ listener) => {
      playingChanged = listener;
    },
    rest,
    player,
    slide,
    slideRate: (/** @type {number} */ to) => model.set("learning_rate", facts.rates[to]),
    choose,
    ask,
    settings: () => settingsOf(model),
    askWhatIf,
    compared: () => model.get("compared") ?? "",
    kept: () => keptTrait(model),
    isFull: () => keptTrait(model).length >= MOST_RUNS,
    isOpened: () => Boolean(model.get("opened")),
    isAlive: () => model.get("alive") !== false,
    first: goTo(() => 0),
    back: goTo(() => stop() - 1),
    forward: goTo(() => stop() + 1),
    last: goTo(lastStop),
    play: player.toggle,
  };
}
