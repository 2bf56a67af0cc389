// The deck's position: what the deck shows there, which follows from the facts, and what buttons and keys do to it.
// Nothing here draws.

import { bisector, bisectRight } from "d3-array";
import { createPlayer } from "../../common/view/elements.js";
import { saveAtRest } from "../../common/view/model.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Step} Step */
/** @typedef {ReturnType<typeof createControls>} Controls */
/** @typedef {ReturnType<typeof viewState>} ViewState */
/** @typedef {"idle" | "recording" | "backward" | "error"} Phase */

/**
 * @param {Facts} facts
 * @param {number} position
 * @param {number} selected the tensor that the learner has picked out, or -1
 */
export function viewState(facts, position, selected = -1) {
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
    selected: selected < facts.tensors.length ? selected : -1,
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
 * Return the value to show beside a tensor's gradient: of a Variable, the one that the gradient was taken at, though the
 * Variable may have a new one by now; and the tensor that it was read into, where that is known.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {number} tensor
 * @returns {{ value: string, tensor?: number }}
 */
export function valueBeside(facts, state, tensor) {
  const timeline = facts.values.get(tensor);
  const contribution = timeline && contributionAt(facts, state, tensor);
  const known = facts.tensors[tensor];
  if (!contribution) return latest(timeline, state.position) ?? known;
  const { tape } = facts.backward_passes[state.backwardPass];
  const before = timeline.slice(0, byPosition.right(timeline, contribution.at));
  const isHeard = (/** @type {{ at: number }} */ { at }) => isRecordedBy(facts, facts.steps[at - 1]?.entry, tape);
  return before.findLast(isHeard) ?? before.at(-1) ?? known;
}

/** @param {Facts} facts @param {number | undefined} entry @param {number} tape */
function isRecordedBy(facts, entry = -1, tape) {
  return Boolean(facts.entries[entry]?.tapes.some((verdict) => verdict.recorded && (verdict.tape ?? tape) === tape));
}

/**
 * Return what to call a tensor: the learner's name, or the layer or the number of the entry that made it, or its value.
 *
 * @param {Facts} facts
 * @param {number} tensor
 */
export function nameOf(facts, tensor) {
  const producer = facts.producerOf.get(tensor);
  if (facts.tensors[tensor].name || producer === undefined)
    return facts.tensors[tensor].name || facts.tensors[tensor].value;
  const { count, label } = facts.entries[producer];
  return count ? label : `#${producer}`;
}

const byPosition = bisector((/** @type {{ at: number }} */ change) => change.at);

/**
 * Return the newest change of a timeline at a position, if any.
 *
 * @template {{ at: number }} Change
 * @param {Change[] | undefined} timeline
 * @param {number} position
 * @returns {Change | undefined}
 */
export function latest(timeline, position) {
  return timeline?.[byPosition.right(timeline, position) - 1];
}

const MOST_LETTERS = 15;

/**
 * A text that is too long for a node goes without its shape first, then without its end. The hint has all of it.
 *
 * @param {string} text
 */
export function shortened(text, most = MOST_LETTERS) {
  if (text.length <= most) return text;
  const bare = text.replace(/ \([^)]*\)$/, "");
  return bare.length <= most ? bare : `${bare.slice(0, most - 1)}…`;
}

/**
 * A step is kept here at once and sent to Python only when the deck rests, so that it needs no kernel; and when there is
 * none any more, playing goes on. Here positions count the steps that are shown; the trait counts those of the whole
 * recording.
 *
 * @param {Pick<import("./deck_facts.js").DeckModel, "get" | "set" | "save_changes">} model
 */
export function createControls(model) {
  let stops = [0];
  let selected = -1;
  let selectionChanged = () => {};
  /** @type {(isPlaying: boolean) => void} */
  let playingChanged = () => {};
  const last = () => stops.length - 1;
  const position = () => Math.max(0, bisectRight(stops, model.get("position") ?? 0) - 1);
  const move = (/** @type {number} */ to) => model.set("position", stops[Math.max(0, Math.min(last(), to))]);
  const rest = () => saveAtRest(model);
  const goTo =
    (/** @type {() => number} */ target) =>
    (how = { byKey: false }) => {
      move(target());
      if (!how.byKey) rest();
    };
  const player = createPlayer({
    position,
    move,
    last,
    changed: (isPlaying) => {
      playingChanged(isPlaying);
      if (!isPlaying) rest();
    },
  });

  return {
    load: (/** @type {Facts} */ facts) => {
      stops = [0, ...facts.stops];
    },
    onPlaying: (/** @type {(isPlaying: boolean) => void} */ listener) => {
      playingChanged = listener;
    },
    onSelection: (/** @type {() => void} */ listener) => {
      selectionChanged = listener;
    },
    selected: () => selected,
    /** Pick out a tensor, which stays so from step to step; -1 for none. */
    select: (/** @type {number} */ tensor) => {
      if (tensor === selected) return;
      selected = tensor;
      selectionChanged();
    },
    position,
    move,
    rest,
    player,
    first: goTo(() => 0),
    back: goTo(() => position() - 1),
    play: player.toggle,
    forward: goTo(() => position() + 1),
    last: goTo(last),
  };
}
