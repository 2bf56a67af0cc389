// The tensor that the value panel shows, and what is known of it at a position. Nothing here draws.

import { contributionAt, latest, nameOf, sourcesOf, viewState } from "./deck_state.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Contribution} Contribution */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./cells.js").Grid} Grid */
/** @typedef {{ text: string, grid: Grid | undefined, index: number }} ShownArray text and grid of a value; its grid's index */
/** @typedef {Contribution & { at: number, before: string }} Term of a chain-rule sum: a gradient that arrived */

const LONGEST_OP = 16; // letters
const MOST = 8; // tensors of one step that are offered

/**
 * Return the tensors that a step is about: of a pullback those it passes gradients to, the sources first, a
 * kernel before its bias.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @returns {number[]}
 */
function tensorsOfStep(facts, { step, contributions, entry }) {
  if (!step) return [];
  const { inputs = [], outputs = [] } = facts.entries[entry] ?? {};
  const given = contributions.filter(({ skipped }) => !skipped).map(({ tensor }) => tensor);
  const sources = step.kind === "gradients" ? sourcesOf(facts, step.backward_pass ?? 0).map((one) => one.tensor) : [];
  const rank = (/** @type {number} */ tensor) => facts.tensors[tensor].shape?.length ?? 0;
  const watched = given.filter((tensor) => facts.watched.has(tensor)).sort((one, other) => rank(other) - rank(one));
  const own = step.kind === "watch" && step.tensor !== undefined ? [step.tensor] : [];
  const made =
    step.kind === "pullback" ? [...watched, ...given, ...outputs] : [...own, ...sources, ...given, ...outputs];
  const known = inputs.filter((tensor) => facts.tensors[tensor].name || facts.producerOf.has(tensor));
  return [...new Set([...made, ...known])].slice(0, MOST);
}

/**
 * Return the tensors that are offered at a position: those of the step, or of the last one that was about any.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 */
export function offeredTensors(facts, state) {
  for (let { position } = state; position > 0; position -= 1) {
    const offered = tensorsOfStep(facts, position === state.position ? state : viewState(facts, position));
    if (offered.length) return offered;
  }
  return [];
}

/**
 * Return a tensor's value, undefined before it is known. Beside a gradient it is the value at which that was taken.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 * @returns {ShownArray | undefined}
 */
export function shownValue(facts, state, tensor) {
  const given = contributionAt(facts, state, tensor);
  const { tensor: one, value } = latest(facts.values.get(tensor), given?.at ?? state.position) ?? {};
  const exists = facts.existsFrom.get(tensor);
  if (exists !== undefined && state.position < exists) return undefined;
  const { grid } = facts.tensors[one ?? tensor];
  return arrayOf(facts, value ?? facts.tensors[tensor].value, grid);
}

/**
 * Return the gradient that a tensor has received so far, undefined before one arrives.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 * @returns {ShownArray | undefined}
 */
export function shownGradient(facts, state, tensor) {
  const given = contributionAt(facts, state, tensor);
  if (given) return arrayOf(facts, given.total, given.grid);
  const { step, backwardPass } = state;
  const isOver = step?.kind === "gradients" && facts.backward_passes[backwardPass]?.reconciled;
  const source = isOver ? sourcesOf(facts, backwardPass).find((one) => one.tensor === tensor) : undefined;
  return source && arrayOf(facts, source.gradient, source.grid);
}

/** @param {Facts} facts @param {string} text @param {number | undefined} index @returns {ShownArray} */
function arrayOf(facts, text, index = -1) {
  return { text, grid: facts.grids[index], index };
}

/**
 * Return the gradients that have arrived at a tensor in the backward pass on show, in order: their sum is its gradient.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 * @returns {Term[]}
 */
export function termsOf(facts, { backwardPass, position }, tensor) {
  const timeline = backwardPass < 0 ? [] : (facts.contributions[backwardPass]?.get(tensor) ?? []);
  return timeline.filter(({ at }) => at <= position);
}

/**
 * Return what to call a tensor where there is little room: the end of its path, the piece of code that made it, or where
 * that made more, the op and its number.
 *
 * @param {Facts} facts
 * @param {number} tensor
 */
export function labelOf(facts, tensor) {
  const producer = facts.producerOf.get(tensor);
  const { name } = facts.tensors[tensor];
  if (name) return name.split("/").slice(-2).join("/");
  if (producer === undefined) return nameOf(facts, tensor);
  const { op, label, count } = facts.entries[producer];
  if (label && (count || facts.labelTimes.get(label) === 1)) return label;
  return `${op.length > LONGEST_OP ? `${op.slice(0, LONGEST_OP - 1)}…` : op} #${producer}`;
}

/**
 * Return the number of the batch that has an example in each row of a tensor, undefined where that is not certain.
 *
 * @param {Facts} facts
 * @param {number} tensor
 */
export function batchOf(facts, tensor) {
  return facts.tensors[tensor]?.batch;
}
