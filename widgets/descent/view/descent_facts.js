// What the descent explorer knows: the facts of all paths, read from bytes, and where the loss has no value. Nothing here
// draws.

import { bytesFrom, FLOAT_ARRAYS, floatsFrom } from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/numbers.js").DType} DType */
/** @typedef {import("../../common/view/numbers.js").FloatArray} FloatArray */
/** @typedef {import("../../common/view/model.js").Model<DescentTraits>} DescentModel */
/** @typedef {ReturnType<typeof readFacts>} Facts */

/**
 * The JSON text of the trait `facts` (descent/payload.py is the other side).
 *
 * @typedef {object} DescentFacts
 * @property {string} title
 * @property {string} valueName what y is called
 * @property {string} note
 * @property {string} dataNote why the data are not drawn, or ""
 * @property {string} code the run as TensorFlow code, with «learning_rate» and «iterations» to be filled
 * @property {string} start as it was given, or the beginning of it
 * @property {boolean} isStartCut whether there is more of it
 * @property {string} optimizer
 * @property {string} details what else the paths were computed with, or ""
 * @property {boolean} scaled whether the features are
 * @property {boolean} canScale whether they can be
 * @property {string} scaling what that changes, or why it cannot be
 * @property {[value: string, label: string][]} whatIfs what can be tried in place of what is shown
 * @property {boolean} decays whether the schedule falls within the trait `decay_steps`
 * @property {boolean} isPlain whether an update is learning rate × gradient
 * @property {DType} dtype
 * @property {string} rule the optimizer's update, as code
 * @property {Record<string, string>} names of optimizers
 * @property {Record<SettingName, [value: string, text: string][]>} choices
 * @property {Record<StepPart, string>} stepCode the parts of a step, as code
 * @property {number[]} rates the learning rates whose paths are known: rising
 * @property {number} slots how many positions the slider has: one for each learning rate that comes in the end
 * @property {number[]} places the position of each of the rates
 * @property {string[]} rateTexts
 * @property {{ kind: string, text: string }[]} verdicts what becomes of each path
 * @property {VerdictBand[]} kinds runs of positions of the slider with the same verdict
 * @property {RateMark[]} marks 1/λ and 2/λ
 * @property {1 | 2} dimensions of the picture
 * @property {boolean} onPlane whether it is a plane through more parameters: then x begins with the coordinates on it
 * @property {{ x: number, gradient: number }} perStep how many numbers are sent of each
 * @property {boolean} isScheduled whether a schedule sets the learning rate of each step
 * @property {number} count how many parameters there are
 * @property {number[]} columns where each parameter is among the numbers of x, if all are sent
 * @property {number[]} printed where those are that tf.print writes
 * @property {{ column: number, name: string }[]} lines the parameters that are drawn, and where they are in x
 * @property {string} leftOut which are not
 * @property {[low: number, high: number]} parameterSpan
 * @property {number[] | null} best all parameters at the minimum
 * @property {(string | null)[]} shares for each learning rate how much of its path lies in the plane; null if it stays
 * @property {number} iterations of each path
 * @property {boolean} isList whether x is written as a list
 * @property {number[]} steps the numbers of the steps that are sent: rising
 * @property {number[]} stops the indices of steps at which the slider can rest
 * @property {number} first how many of the steps are in the trait `first`; the others are in `rest`
 * @property {number[][]} axes the grid that the loss is known on
 * @property {(number | null)[]} heights of a loss of one number, on its axis; null where it has no value
 * @property {string} ground of a loss of two numbers, on the grid, axes[1] first: the base64 of its bytes
 * @property {number[][][]} areas of a loss of two numbers: the outlines of what lies below each level, the highest level
 *   first, each as x0, y0, x1, y1 and so on
 * @property {{ x: number, y: number, text: string }[]} levelNames
 * @property {{ at: number[], value: number, text: string }[]} minima that were found
 * @property {{ kind: "most" | "least", at: number[], along: number[], value: string }[]} bends the lines through the first
 *   minimum along which a loss of two numbers curves most and least
 * @property {string[]} axisNames what the axes are called
 * @property {string[]} ownNames of the parameters, where each is told by its own
 * @property {string | null} wholeName what to call all of them together; null where each is told by its own name
 * @property {Fit | null} fit the data under the loss, where they are certain
 * @property {[low: number, high: number]} frame the heights that are shown
 * @property {Record<"loss" | "norm", SeriesAxes>} series the axes of what is drawn against the iterations
 * @property {number} lowest the lowest value of any path
 * @property {Record<string, string>} words
 */
/**
 * @typedef {{ features: number[][], targets: number[], base: number[], slopes: number[][], isLogit: boolean,
 *   plane: number[][] | null, count: number }} Fit predictions are base + slopes · parameters (fit.py is the other side)
 */
/** @typedef {"loss" | "norm" | "rate" | "parameters"} SeriesName */
/**
 * @typedef {{ span: [low: number, high: number], powers: [low: number, high: number] }} SeriesAxes linear, and
 *   logarithmic: for the loss, of what is above the lowest
 */
/** @typedef {"function" | "optimizer" | "schedule" | "dtype" | "batch_size"} SettingName */
/** @typedef {SettingName | "start" | "place" | "decay_steps" | "what_if" | "scaled"} Asked what Python can be asked for; a
 *   place is where to start on the plane */
/** @typedef {"record" | "gradient" | "scale" | "assign"} StepPart */
/** @typedef {{ kind: string, diverges: boolean, from: number, to: number }} VerdictBand */
/** @typedef {{ at: number, name: string, text: string }} RateMark */
/**
 * @typedef {{ x: FloatArray, y: FloatArray, gradient: FloatArray, scheduled: FloatArray }} Numbers of a run, step by step;
 *   `scheduled` is empty where the learning rate stays what it is
 */
/**
 * @typedef {Numbers & { inPlane: FloatArray }} Run over the steps that are known; `inPlane` has the gradient's two
 *   components along a plane, and is empty without one
 */
/**
 * @typedef {{ learning_rate: number, optimizer: string, dtype: DType, start: string, details?: string, scaled?: boolean,
 *   steps: number[], x: DataView, y: DataView, gradient: DataView, scheduled: DataView }} KeptRunTrait
 */
/** @typedef {KeptRunTrait & { numbers: Numbers }} KeptRun */
/** @typedef {Record<string, [value: any, number: number]>} Requests what Python is asked for, each with its number */

/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, first: DataView, rest: DataView,
 *   wants_rest: boolean, learning_rate: number, iterations: number, series: SeriesName, logarithmic: boolean, opened: boolean,
 *   kept: KeptRunTrait[], compared: string, scaled: boolean, batch_size: number | null, function: string, optimizer: string, schedule: string, decay_steps: number, dtype: string, asked: Requests,
 *   answered: number, computing: boolean, progress: import("./progress.js").Progress }} DescentTraits
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
  /** @type {Map<number, Run>} by learning rate, those that were read */
  const runs = new Map();
  const ground = facts.ground ? new FLOAT_ARRAYS[facts.dtype](bytesFrom(facts.ground)) : undefined;
  return { ...facts, known, stops, isWhole, parts, runs, ground };
}

/**
 * A binary trait holds x, y, gradient, the gradient in the plane, and what a schedule sets, for some steps: one after the
 * other, for each learning rate its steps.
 *
 * @param {DescentFacts} facts
 * @param {DataView} bytes
 * @param {number} length how many steps
 */
function partOf(facts, bytes, length) {
  const numbers = floatsFrom(facts.dtype, bytes);
  const count = length * facts.rates.length;
  let end = 0;
  const next = (/** @type {number} */ size) => {
    const begin = end;
    end += size * count;
    return numbers.subarray(begin, end);
  };
  const { x, gradient } = facts.perStep;
  return {
    length,
    x: next(x),
    y: next(1),
    gradient: next(gradient),
    inPlane: next(inPlaneOf(facts)),
    scheduled: numbers.subarray(end),
  };
}

/**
 * Return how many numbers the gradient in the plane has, if there is a plane.
 *
 * @param {Pick<DescentFacts, "onPlane">} facts
 */
function inPlaneOf({ onPlane }) {
  return onPlane ? 2 : 0;
}

/**
 * Return the run at a learning rate: its numbers in one piece. It is read once.
 *
 * @param {Facts} facts
 * @param {number} rate its index
 * @returns {Run}
 */
export function runOf(facts, rate) {
  const { dtype, perStep, parts, runs } = facts;
  const join = (/** @type {keyof Run} */ name, size = 1) => {
    const pieces = parts.map((part) => part[name].subarray(rate * part.length * size, (rate + 1) * part.length * size));
    const whole = new FLOAT_ARRAYS[dtype](pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  };
  const run = runs.get(rate) ?? {
    x: join("x", perStep.x),
    y: join("y"),
    gradient: join("gradient", perStep.gradient),
    inPlane: join("inPlane", inPlaneOf(facts)),
    scheduled: join("scheduled"),
  };
  runs.set(rate, run);
  return run;
}

/**
 * Return all parameters of a run at a step; none if not all are known.
 *
 * @param {Pick<Facts, "perStep" | "columns">} facts
 * @param {Pick<Run, "x">} run
 * @param {number} index
 */
export function parametersAt({ perStep, columns }, run, index) {
  return columns.map((column) => run.x[index * perStep.x + column]);
}

/**
 * Return the heights of a curve, nan where its line is to break: between two points that lie beyond opposite edges there
 * is a pole, not a line.
 *
 * @param {Pick<Facts, "heights" | "frame">} facts
 */
export function unbrokenHeights({ heights, frame: [low, high] }) {
  const side = (/** @type {number | null} */ height) =>
    height === null ? 0 : Number(height > high) - Number(height < low);
  return heights.map((height, i) => {
    const isPole = i > 0 && side(height) * side(heights[i - 1]) < 0;
    return height === null || isPole ? NaN : height;
  });
}
