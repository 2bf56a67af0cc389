// What stands on a row of the tape, where there is little room: what an entry made, and what it passed back.

import { nameOf } from "./deck_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Entry} Entry */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Step} Step */

/**
 * What an entry made, with its name; the shape is enough where the numbers are too many.
 *
 * @param {Facts} facts
 * @param {Entry} entry
 */
export function outputsText(facts, entry, short = shapeOf) {
  const texts = namesAndValues(facts, entry, short).map((parts) => parts.join(" ").trim());
  return texts.join(", ");
}

/**
 * What an entry made: the name, where the label does not say it, and the value.
 *
 * @param {Facts} facts
 * @param {Entry} entry
 */
export function namesAndValues({ tensors }, { outputs, count, label }, short = shapeOf) {
  return outputs.map((tensor) => {
    const { name, value } = tensors[tensor];
    const isSaid = count > 0 && label.startsWith(`${name} =`);
    return [isSaid ? "" : name, short(value)];
  });
}

/** @param {string} value "[1.0, 2.0, 3.0, …] (16, 3)" is "(16, 3)", and what has no shape stays */
function shapeOf(value) {
  return /\([^()]*\)$/.exec(value)?.[0] ?? value;
}

/**
 * All that was passed back.
 *
 * @param {Facts} facts
 * @param {Step} pullback
 * @param {Word} word
 */
export function passedBackText(facts, { contributions = [] }, word) {
  const passed = contributions
    .filter((contribution) => !contribution.skipped)
    .map(({ tensor, gradient }) => `${nameOf(facts, tensor)} ← ${gradient}`);
  const skipped = contributions
    .filter((contribution) => contribution.skipped)
    .map(({ tensor }) => nameOf(facts, tensor));
  return [...passed, ...(skipped.length ? [`${word("skipped")}: ${skipped.join(", ")}`] : [])].join(", ");
}

/**
 * What a row has room for of what was passed back: single numbers, or where arrays went to. The hint has all of it.
 *
 * @param {Facts} facts
 * @param {Step} pullback
 * @param {string} whole
 */
export function receiversText(facts, { contributions = [] }, whole) {
  const passed = contributions.filter(({ skipped }) => !skipped);
  if (!passed.length) return whole;
  const nameAtEnd = (/** @type {number} */ tensor) =>
    facts.tensors[tensor].name.split("/").at(-1) || nameOf(facts, tensor);
  const isShort = passed.every(({ gradient }) => shapeOf(gradient) === gradient);
  if (isShort || passed.length === 1)
    return passed.map(({ tensor, gradient }) => `${nameAtEnd(tensor)} ← ${shapeOf(gradient)}`).join(", ");
  return `← ${[...new Set(passed.map(({ tensor }) => nameAtEnd(tensor)))].join(", ")}`;
}
