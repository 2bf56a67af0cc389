// What the derivative explorer knows and shows: the facts, read from bytes, and the view state, which follows from the
// facts and the traits. Nothing here draws.

import { floatsFrom, isNegativeAt, printed } from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/numbers.js").DType} DType */
/** @typedef {import("../../common/view/numbers.js").FloatArray} FloatArray */
/** @typedef {import("../../common/view/model.js").Model<DerivativesTraits>} DerivativesModel */
/** @typedef {ReturnType<typeof readFacts>} Facts */
/** @typedef {ReturnType<typeof viewState>} ViewState */
/** @typedef {ReturnType<typeof sampleAt>} Sample */
/** @typedef {[numbers: FloatArray, index: number]} Entry Where a number stands: its sign bit is read there too. */

/**
 * The JSON text of the trait `facts` (derivatives/payload.py is the other side).
 *
 * @typedef {object} DerivativesFacts
 * @property {string} title
 * @property {DType} dtype
 * @property {DType[]} dtypes that are compared, first the explorer's own
 * @property {number[]} x the positions: rising, with equal distances
 * @property {number[]} h the steps of the central difference: falling
 * @property {string[]} steps the steps as text
 * @property {string[]} names of f and its derivatives
 * @property {string[]} dashes how each curve is dashed
 * @property {boolean[]} drawable whether there is anything to draw, by order
 * @property {number[]} states whether the tape has a number, None, or failed, by order
 * @property {Record<string, [low: number, high: number]>} windows what the plot shows, by the orders that are drawn
 * @property {[low: number, high: number][]} distances the axis of the errors, by order
 * @property {string[]} notes
 * @property {Record<string, string>} words
 */

/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, numbers: DataView,
 *   distances: DataView, point: DataView, at: number, h: number, orders: number[], tangent: boolean,
 *   parabola: boolean, compared: number }} DerivativesTraits
 */

const TAPE_ORDERS = 5; // f … f⁗
const DIFFERENCE_ORDERS = 4; // f′ … f⁗ by central difference
const COMPARED_ORDERS = 2; // f′ and f″ in the other dtype too

/**
 * Read the facts: for every position the tape's numbers and the central differences for every h.
 *
 * @param {Pick<DerivativesModel, "get">} model
 */
export function readFacts(model) {
  /** @type {DerivativesFacts} */
  const facts = JSON.parse(model.get("facts"));
  const stepCount = facts.h.length;
  const shape = {
    stepCount,
    numbers: TAPE_ORDERS + DIFFERENCE_ORDERS * stepCount,
    distances: (DIFFERENCE_ORDERS + COMPARED_ORDERS * (facts.dtypes.length - 1)) * stepCount,
  };
  const grid = {
    numbers: floatsFrom(facts.dtype, model.get("numbers")),
    distances: floatsFrom("float32", model.get("distances")),
  };
  /** @param {number} order @param {number} position */
  const value = (order, position) => grid.numbers[position * shape.numbers + order];
  return { ...facts, shape, grid, value };
}

/**
 * Return what is known at x: exactly, if `point` is that of x, else at the nearest position.
 *
 * @param {Facts} facts
 * @param {number} x
 * @param {DataView} point the same numbers at one exact place: x, numbers, distances and states in a row
 */
export function sampleAt(facts, x, point) {
  const { shape, grid } = facts;
  const exact = floatsFrom("float64", point);
  if (exact[0] === x) {
    const first = 1 + shape.numbers;
    const states = [...exact.subarray(first + shape.distances)];
    return sample(facts, exact[0], states, [exact, 1], [exact, first]);
  }
  const i = nearestPosition(facts.x, x);
  return sample(
    facts,
    facts.x[i],
    facts.states,
    [grid.numbers, i * shape.numbers],
    [grid.distances, i * shape.distances],
  );
}

/**
 * @param {Facts} facts
 * @param {number} x
 * @param {number[]} states
 * @param {Entry} firstNumber
 * @param {Entry} firstDistance
 */
function sample({ shape: { stepCount } }, x, states, [numbers, at], [distances, from]) {
  return {
    x,
    states,
    /** @param {number} order */
    value: (order) => numbers[at + order],
    /** @param {number} order @returns {Entry} */
    tape: (order) => [numbers, at + order],
    /** @param {number} order @param {number} step @returns {Entry} */
    difference: (order, step) => [numbers, at + TAPE_ORDERS + (order - 1) * stepCount + step],
    /** @param {number} order @param {number} step */
    distance: (order, step) => distances[from + (order - 1) * stepCount + step],
    /** @param {number} order @param {number} step */
    distanceInOtherDType: (order, step) => distances[from + (DIFFERENCE_ORDERS + order - 1) * stepCount + step],
  };
}

/**
 * Return the index of what is nearest to a value in a rising list with equal distances.
 *
 * @param {number[]} rising
 * @param {number} value
 */
export function nearestPosition(rising, value) {
  const last = rising.length - 1;
  const at = Math.round(((value - rising[0]) / (rising[last] - rising[0])) * last);
  return Math.max(0, Math.min(last, at));
}

/**
 * Return what is to be seen now: the traits, and what is known where they point to.
 *
 * @param {Facts} facts
 * @param {Pick<DerivativesModel, "get">} model
 */
export function viewState(facts, model) {
  const asked = model.get("at");
  const sample = sampleAt(facts, asked, model.get("point"));
  return {
    asked,
    sample,
    isSnapped: sample.x !== asked,
    position: nearestPosition(facts.x, sample.x),
    step: Math.max(0, facts.h.indexOf(model.get("h"))),
    orders: model.get("orders"),
    tangent: model.get("tangent"),
    parabola: model.get("parabola"),
    compared: model.get("compared"),
    problem: model.get("problem") ?? "",
  };
}

const IS_NUMBER = 1;
const IS_NONE = 0;

/**
 * Return the x that the tape ran at, as TensorFlow prints it.
 *
 * @param {Pick<Facts, "dtype">} facts
 * @param {number} x
 */
export function positionText({ dtype }, x) {
  return printed(dtype === "float32" ? Math.fround(x) : x, dtype);
}

/**
 * Return the tape's number of one order, as TensorFlow prints it.
 *
 * @param {Pick<Facts, "dtype">} facts
 * @param {Sample} sample
 * @param {number} order
 */
export function tapeText(facts, sample, order) {
  if (sample.states[order] === IS_NUMBER) return entryText(facts, sample.tape(order));
  return sample.states[order] === IS_NONE ? "None" : "?";
}

/** @param {Pick<Facts, "dtype">} facts @param {Entry} entry */
export function entryText({ dtype }, [numbers, index]) {
  return printed(numbers[index], dtype, Number.isNaN(numbers[index]) && isNegativeAt(numbers, index));
}

/**
 * Return how far apart two numbers are, in two digits (derivatives/text.py is the twin).
 *
 * @param {number} distance
 */
export function distanceText(distance) {
  if (!Number.isFinite(distance)) return Number.isNaN(distance) ? "?" : "inf";
  const rounded = Number(distance.toPrecision(2));
  if (rounded === 0 || (rounded >= 1e-3 && rounded < 1e4)) return String(rounded);
  return rounded.toExponential().replace("e+", "e");
}
