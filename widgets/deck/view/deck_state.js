// What the deck shows at one position. Everything that a panel draws follows from the facts and a view state.

import { latest, PLAYBACK_STEPS } from "./deck_facts.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Step} Step */
/** @typedef {ReturnType<typeof viewState>} ViewState */
/** @typedef {"idle" | "recording" | "playback" | "error"} Phase */

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
    playback: facts.playbackAt[position],
    filledRows: facts.filledRows[position],
    anchorRow: facts.anchorRows[position],
    place: step?.place ?? null,
    sentence: isTrusted ? (step?.says ?? "") : facts.playbacks[step?.playback ?? 0].note,
    lanes: facts.lanes.map((lane) => latest(lane, position) ?? lane[0]),
    current: currentTensors(facts, step, entry),
    arrivals: isTrusted ? (step?.gives ?? []) : [],
  };
}

/** @param {Facts} facts @param {number} position @param {Step | undefined} step @returns {Phase} */
function phaseAt(facts, position, step) {
  if (step?.kind === "error") return "error";
  if (step?.kind === "entry" && isRecorded(facts, step.entry)) return "recording"; // by an outer tape, maybe
  if (facts.isPlaying[position]) return "playback";
  return facts.isRecording[position] ? "recording" : "idle";
}

/** @param {Facts} facts @param {number} [entry] */
export function isRecorded(facts, entry = -1) {
  return Boolean(facts.entries[entry]?.tapes.some((verdict) => verdict.recorded));
}

/** @param {Facts} facts @param {Step | undefined} step */
function areNumbersTrusted(facts, step) {
  return !step || !PLAYBACK_STEPS.has(step.kind) || facts.playbacks[step.playback ?? 0].reconciled;
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
  if (step?.kind === "seed") return new Set(step.gives?.map((arrival) => arrival.tensor));
  if (step?.kind === "gradients") return new Set(sourcesOf(facts, step.playback ?? 0).map((source) => source.tensor));
  return new Set(step && facts.entries[entry]?.outputs);
}

/** @param {Facts} facts @param {number} playback */
export function sourcesOf(facts, playback) {
  return facts.sources.filter((source) => source.playback === playback);
}

/**
 * Return what a tensor's gradient is: the newest arrival in the playback on show, if any.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 */
export function arrivalAt(facts, { playback, position }, tensor) {
  return playback < 0 ? undefined : latest(facts.arrivals[playback].get(tensor), position);
}

/**
 * Return what an entry's pullback has passed back, if it has run.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} entry
 */
export function pullbackAt(facts, { playback, position }, entry) {
  return playback < 0 ? undefined : latest(facts.pullbacks[playback].get(entry), position);
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
