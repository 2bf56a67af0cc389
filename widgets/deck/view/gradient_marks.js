// How a gradient looks on its way back along an edge: its norm is the width of the line, on a scale of powers of ten; its
// sign, where it is one number, is a color and a mark.

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Contribution} Contribution */
/** @typedef {{ low: number, high: number }} NormScale powers of ten: the exponents of the thinnest line and of the widest */

const WIDTHS = { none: 1, least: 1.5, most: 7 }; // pixels
const MOST_POWERS = 8; // a gradient that is smaller still is as thin as the thinnest
const LEAST_POWERS = 2;

/**
 * Return what a pullback passed back along an edge: to an op that takes one tensor twice it passes two gradients.
 *
 * @param {Facts} facts
 * @param {{ entry: number, input: number, from: number }} edge
 * @param {Contribution[]} [contributions]
 */
export function passedBack(facts, { entry, input, from }, contributions = []) {
  const before = facts.entries[entry].inputs.slice(0, input).filter((tensor) => tensor === from).length;
  const there = contributions.filter((contribution) => contribution.tensor === from);
  return there[before] ?? there.at(-1);
}

/**
 * Return the scale of line widths that has room for all gradients of a recording: whole powers of ten.
 *
 * @param {Iterable<number | null | undefined>} norms
 * @returns {NormScale | undefined} undefined where no gradient has a norm
 */
export function normScale(norms) {
  let [least, most] = [Infinity, 0];
  for (const norm of norms) {
    if (!norm || !Number.isFinite(norm)) continue;
    [least, most] = [Math.min(least, norm), Math.max(most, norm)];
  }
  if (!most) return undefined;
  const high = Math.ceil(Math.log10(most) - 1e-9) + 0; // no -0
  const low = Math.min(Math.floor(Math.log10(least) + 1e-9), high - LEAST_POWERS);
  return { low: Math.max(low, high - MOST_POWERS), high };
}

/** @param {Facts} facts */
export function allNorms({ contributions }) {
  return contributions.flatMap((byTensor) =>
    [...byTensor.values()].flatMap((timeline) => timeline.map(({ norm }) => norm)),
  );
}

/**
 * Return how wide a line is: in proportion to the power of ten of the norm.
 *
 * @param {number | null | undefined} norm
 * @param {NormScale | undefined} scale
 */
export function lineWidth(norm, scale) {
  if (norm === 0) return WIDTHS.none;
  if (!norm || !scale) return WIDTHS.least;
  const part = (Math.log10(norm) - scale.low) / (scale.high - scale.low);
  return WIDTHS.least + (WIDTHS.most - WIDTHS.least) * Math.max(0, Math.min(1, part));
}

/**
 * Return what a gradient's sign is called in a class name; "" where it is an array, or has no number.
 *
 * @param {Contribution} contribution
 */
export function signName({ sign }) {
  if (sign === 0) return "zero";
  return sign ? (sign > 0 ? "positive" : "negative") : "";
}

/**
 * Return a power of ten as it stands in the key.
 *
 * @param {number} exponent
 */
export function powerText(exponent) {
  if (exponent >= -3 && exponent <= 4) return String(Number(`1e${exponent}`));
  return `1e${exponent}`;
}
