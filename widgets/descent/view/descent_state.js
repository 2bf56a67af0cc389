// What the descent explorer knows and shows: the facts of all paths, read from bytes, and the view state, which follows
// from the facts and the traits. Nothing here draws.

import {
  FLOAT_ARRAYS,
  floatsFrom,
  isNegativeAt,
  lastAtMost,
  nearestIndex,
  printed,
} from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/numbers.js").DType} DType */
/** @typedef {import("../../common/view/numbers.js").FloatArray} FloatArray */
/** @typedef {import("../../common/view/model.js").Model<DescentTraits>} DescentModel */
/** @typedef {ReturnType<typeof readFacts>} Facts */
/** @typedef {ReturnType<typeof viewState>} ViewState */

/**
 * The JSON text of the trait `facts` (descent/payload.py is the other side).
 *
 * @typedef {object} DescentFacts
 * @property {string} title
 * @property {string} note
 * @property {string} code the run as TensorFlow code, with «learning_rate» and «iterations» to be filled
 * @property {string} start as it was given
 * @property {string} optimizer
 * @property {boolean} isPlain whether an update is learning rate × gradient
 * @property {DType} dtype
 * @property {string} rule the optimizer's update, as code
 * @property {Record<string, string>} names of optimizers
 * @property {Record<SettingName, [value: string, text: string][]>} choices
 * @property {Record<StepPart, string>} moments the parts of a step, as code
 * @property {number[]} rates the learning rates: rising
 * @property {string[]} rateTexts
 * @property {{ kind: string, says: string }[]} verdicts what becomes of each path
 * @property {VerdictBand[]} kinds runs of learning rates with the same verdict
 * @property {RateMark[]} marks 1/λ and 2/λ
 * @property {1 | 2} dimensions of x
 * @property {boolean} isList whether x is written as a list
 * @property {number[]} steps the numbers of the steps that are sent: rising
 * @property {number[]} stops the indices of steps at which the slider can rest
 * @property {number} first how many of the steps are in the trait `first`; the others are in `rest`
 * @property {number[][]} axes the grid that the loss is known on
 * @property {(number | null)[]} heights of a loss of one number, on its axis; null where it has no value
 * @property {number[][]} contours of a loss of two numbers: x0, y0, x1, y1 and so on
 * @property {[low: number, high: number]} frame the heights that are shown
 * @property {[low: number, high: number]} span the axis of the values
 * @property {[low: number, high: number]} powers the same, logarithmic, for y − lowest
 * @property {number} lowest the lowest value of any path
 * @property {Record<string, string>} words
 */
/** @typedef {"function" | "optimizer" | "dtype"} SettingName */
/** @typedef {"record" | "gradient" | "scale" | "assign"} StepPart */
/** @typedef {{ kind: string, from: number, to: number }} VerdictBand */
/** @typedef {{ at: number, name: string, text: string }} RateMark */
/** @typedef {{ x: FloatArray, y: FloatArray, gradient: FloatArray }} Run over the steps that are known */
/**
 * @typedef {{ learning_rate: number, optimizer: string, dtype: DType, start: string, steps: number[], x: DataView,
 *   y: DataView }} KeptRunTrait
 */
/** @typedef {KeptRunTrait & { numbers: Pick<Run, "x" | "y"> }} KeptRun */
/** @typedef {Record<string, [value: string, number: number]>} Requests what Python is asked for, each with its number */

/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, first: DataView, rest: DataView,
 *   wants_rest: boolean, learning_rate: number, iterations: number, logarithmic: boolean, opened: boolean,
 *   kept: KeptRunTrait[], function: string, optimizer: string, dtype: string, asked: Requests,
 *   answered: number }} DescentTraits
 */

/** @param {Pick<DescentModel, "get">} model */
export function readFacts(model) {
  /** @type {DescentFacts} */
  const facts = JSON.parse(model.get("facts"));
  const hasRest = facts.steps.length > facts.first;
  const isWhole = !hasRest || Boolean(model.get("rest")?.byteLength);
  const parts = [partOf(facts, model.get("first"), facts.first)];
  if (hasRest && isWhole) parts.push(partOf(facts, model.get("rest"), facts.steps.length - facts.first));
  const known = isWhole ? facts.steps.length : facts.first;
  const stops = facts.stops.filter((index) => index < known);
  /** @type {Map<number, Run>} */
  const runs = new Map();
  const run = (/** @type {number} */ rate) => {
    const found = runs.get(rate) ?? runOf(facts, parts, rate);
    runs.set(rate, found);
    return found;
  };
  return { ...facts, known, stops, isWhole, run };
}

/**
 * A binary trait holds x, y and gradient for some steps: one after the other, for each learning rate its steps.
 *
 * @param {DescentFacts} facts
 * @param {DataView} bytes
 * @param {number} length how many steps
 */
function partOf(facts, bytes, length) {
  const numbers = floatsFrom(facts.dtype, bytes);
  const [count, size] = [length * facts.rates.length, facts.dimensions];
  const x = numbers.subarray(0, count * size);
  const y = numbers.subarray(count * size, count * size + count);
  return { length, x, y, gradient: numbers.subarray(count * size + count) };
}

/** @param {DescentFacts} facts @param {ReturnType<typeof partOf>[]} parts @param {number} rate @returns {Run} */
function runOf(facts, parts, rate) {
  const join = (/** @type {"x" | "y" | "gradient"} */ name, size = facts.dimensions) => {
    const pieces = parts.map((part) => part[name].subarray(rate * part.length * size, (rate + 1) * part.length * size));
    const whole = new FLOAT_ARRAYS[facts.dtype](pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  };
  return { x: join("x"), y: join("y", 1), gradient: join("gradient") };
}

/** @type {WeakMap<KeptRunTrait[], KeptRun[]>} */
const keptRunsOf = new WeakMap();
/** @type {KeptRunTrait[]} */
const NONE = [];

/** @param {Pick<DescentModel, "get">} model */
export function keptTrait(model) {
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
  const numbers = (/** @type {KeptRunTrait} */ { dtype, x, y }) => ({
    x: floatsFrom(dtype, x),
    y: floatsFrom(dtype, y),
  });
  const runs = keptRunsOf.get(trait) ?? trait.map((run) => ({ ...run, numbers: numbers(run) }));
  keptRunsOf.set(trait, runs);
  return runs;
}

/**
 * Return what Python was asked for and has not answered yet.
 *
 * @param {Pick<DescentModel, "get">} model
 * @returns {Requests}
 */
export function openRequests(model) {
  const requests = Object.entries(model.get("asked") ?? {});
  return Object.fromEntries(requests.filter(([, [, number]]) => number > (model.get("answered") ?? 0)));
}

/**
 * Return the index of the last step that is shown, and the position of the iterations slider.
 *
 * @param {Facts} facts
 * @param {Pick<DescentModel, "get">} model
 */
export function shownStep({ known, steps, stops }, model) {
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
  const run = facts.run(rate);
  return {
    run,
    rate,
    index,
    step: facts.steps[index],
    stop,
    verdict: facts.verdicts[rate],
    readout: readoutText(facts, run, index),
    kept: keptRuns(model),
    isLogarithmic: Boolean(model.get("logarithmic")),
    isOpened: Boolean(model.get("opened")),
    problem: model.get("problem") ?? "",
    settings: { function: model.get("function"), optimizer: model.get("optimizer"), dtype: model.get("dtype") },
    requests: openRequests(model),
    isAlive: model.get("alive") !== false,
  };
}

/**
 * Return what tf.print("y =", y, "; x =", x) prints.
 *
 * @param {Facts} facts
 * @param {Run} run
 * @param {number} index
 */
export function readoutText(facts, run, index) {
  return `y = ${numberText(facts, run.y, index)} ; x = ${pointText(facts, run.x, index)}`;
}

/** @param {Pick<Facts, "dtype">} facts @param {FloatArray} numbers @param {number} index */
export function numberText({ dtype }, numbers, index) {
  return printed(numbers[index], dtype, isNegativeAt(numbers, index));
}

/**
 * Return an x or a gradient as text: a number, or numbers in brackets.
 *
 * @param {Pick<Facts, "dtype" | "dimensions" | "isList">} facts
 * @param {FloatArray} numbers
 * @param {number} index of the step
 */
export function pointText(facts, numbers, index) {
  const size = facts.dimensions;
  const texts = Array.from({ length: size }, (_, i) => numberText(facts, numbers, index * size + i));
  return facts.isList ? `[${texts.join(" ")}]` : texts[0];
}
