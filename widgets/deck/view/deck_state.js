// What the deck shows at one position. Everything that a panel draws follows from the facts and a view state.

import { latest } from "./deck_facts.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Step} Step */
/** @typedef {ReturnType<typeof viewState>} ViewState */
/** @typedef {"idle" | "recording" | "backward" | "error"} Phase */

/** @param {Facts} facts @param {number} position */
export function viewState(facts, position) {
  /** @type {Step | undefined} */
  const step = facts.steps[position - 1];
  const entry = step?.entry ?? -1;
  const isTrusted = areNumbersTrusted(facts, step);
  return {
    position,
    step,
    entry,
    phase: phaseAt(facts, position, step),
    backwardPass: facts.backwardPassAt[position],
    filledRows: facts.filledRows[position],
    anchorRow: facts.anchorRows[position],
    place: step?.place ?? null,
    sentence: isTrusted ? (step?.text ?? "") : facts.backward_passes[step?.backward_pass ?? 0].note,
    lanes: facts.lanes.map((lane) => latest(lane, position) ?? lane[0]),
    current: currentTensors(facts, step, entry),
    contributions: isTrusted ? (step?.contributions ?? []) : [],
  };
}

/** @param {Facts} facts @param {number} position @param {Step | undefined} step @returns {Phase} */
function phaseAt(facts, position, step) {
  if (step?.kind === "error") return "error";
  if (step?.kind === "entry" && isRecorded(facts, step.entry)) return "recording"; // by an outer tape, maybe
  if (facts.isPlayingBack[position]) return "backward";
  return facts.isRecording[position] ? "recording" : "idle";
}

/** @param {Facts} facts @param {number} [entry] */
export function isRecorded(facts, entry = -1) {
  return Boolean(facts.entries[entry]?.tapes.some((verdict) => verdict.recorded));
}

/** @param {Facts} facts @param {Step | undefined} step */
function areNumbersTrusted(facts, step) {
  return step?.backward_pass === undefined || facts.backward_passes[step.backward_pass].reconciled;
}

/**
 * Return the tensors that a step is about: what an op made, what a pullback starts from, what the tape watches.
 *
 * @param {Facts} facts
 * @param {Step | undefined} step
 * @param {number} entry
 */
function currentTensors(facts, step, entry) {
  if (step?.kind === "watch") return new Set([step.tensor]);
  if (step?.kind === "seed") return new Set(step.contributions?.map((contribution) => contribution.tensor));
  if (step?.kind === "gradients")
    return new Set(sourcesOf(facts, step.backward_pass ?? 0).map((source) => source.tensor));
  return new Set(step && facts.entries[entry]?.outputs);
}

/** @param {Facts} facts @param {number} pass */
export function sourcesOf(facts, pass) {
  return facts.sources.filter((source) => source.backward_pass === pass);
}

/**
 * Return what a tensor's gradient is: the newest contribution in the backward pass on show, if any.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 */
export function contributionAt(facts, { backwardPass, position }, tensor) {
  return backwardPass < 0 ? undefined : latest(facts.contributions[backwardPass].get(tensor), position);
}

/**
 * Return what an entry's pullback has passed back, if it has run.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} entry
 */
export function pullbackAt(facts, { backwardPass, position }, entry) {
  return backwardPass < 0 ? undefined : latest(facts.pullbacks[backwardPass].get(entry), position);
}

/**
 * Return a tensor's value: a Variable has the one that was read last.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 */
export function valueAt(facts, { position }, tensor) {
  return latest(facts.values.get(tensor), position)?.value ?? facts.tensors[tensor].value;
}

/**
 * Return what to call a tensor: the learner's name, or the number of the entry that made it, or its value.
 *
 * @param {Facts} facts
 * @param {number} tensor
 */
export function nameOf(facts, tensor) {
  const producer = facts.producerOf.get(tensor);
  return facts.tensors[tensor].name || (producer === undefined ? facts.tensors[tensor].value : `#${producer}`);
}
