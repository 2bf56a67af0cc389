// Reads the facts and indexes them once, so that any position can be looked up without walking the steps.
// Position p means: the first p steps have happened. What step i does is true from position i + 1 on.

import { rollup } from "d3-array";
import { isWaiting, onLevel, readPayload } from "./deck_payload.js";

export { isWaiting, readPayload };

/** @typedef {import("./deck_payload.js").Payload} Payload */
/** @typedef {import("./deck_payload.js").LevelKey} LevelKey */
/** @typedef {import("./deck_payload.js").DeckFacts} DeckFacts */
/** @typedef {import("./deck_payload.js").Listing} Listing */
/** @typedef {import("./deck_payload.js").CodePlace} CodePlace */
/** @typedef {import("./deck_payload.js").TapeVerdict} TapeVerdict */
/** @typedef {import("./deck_payload.js").InnerOperation} InnerOperation */
/** @typedef {import("./deck_payload.js").Entry} Entry */
/** @typedef {import("./deck_payload.js").Contribution} Contribution */
/** @typedef {import("./deck_payload.js").StepKind} StepKind */
/** @typedef {import("./deck_payload.js").Step} Step */
/** @typedef {import("./deck_payload.js").Source} Source */
/** @typedef {import("./deck_payload.js").DiagnosisFacts} DiagnosisFacts */
/** @typedef {import("./deck_payload.js").Update} Update */

/**
 * @template Change
 * @typedef {(Change & { at: number })[]} Timeline Changes, each with the position at which it happened, in order.
 */
/** @typedef {"waiting" | "recording" | "stopped" | "closed" | "playing"} TapeState */
/** @typedef {{ at: number, state: TapeState, tape: number, before?: LaneChange }} LaneChange */
/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, position: number,
 *   wanted: number, asked_level: string, numbers: import("./full_values.js").Numbers, arguments: Record<string, string>,
 *   arrays: Record<string, import("./array_editor.js").ArrayFacts>, stretch: number, taped: boolean,
 *   can_be_taped: boolean }} DeckTraits
 */
/** @typedef {import("../../common/view/model.js").Model<DeckTraits>} DeckModel */
/** @typedef {ReturnType<typeof emptyIndex>} Index */
/** @typedef {DeckFacts & Index} Facts */

/** @type {Partial<Record<StepKind, TapeState>>} */
const TAPE_STATES = { open: "recording", resume: "recording", reset: "recording", stop: "stopped", close: "closed" };

/**
 * Return the facts as they are on one level; on that which the payload begins with where there is no such level.
 *
 * @param {string | Payload} source
 * @param {{ level?: LevelKey }} how
 * @returns {Facts}
 */
export function readFacts(source, { level } = {}) {
  const facts = onLevel(typeof source === "string" ? readPayload(source) : source, level);
  const index = emptyIndex(facts);
  facts.steps.forEach((step, number) => indexStep(step, number + 1, facts, index));
  return { ...facts, ...index };
}

/** @param {DeckFacts} facts */
function emptyIndex(facts) {
  const positions = facts.steps.length + 1;
  return {
    /** @type {number[]} the entries that occur in a step, in order: one row of the tape each */
    rows: [],
    /** @type {Map<number, number>} entry to row */
    rowOf: new Map(),
    /** how many entries have a label */
    labelTimes: rollup(
      facts.entries,
      (entries) => entries.length,
      (entry) => entry.label,
    ),
    /** @type {Map<number, number>} tensor to the entry that made it */
    producerOf: new Map(),
    /** @type {Map<number, number>} tensor to the position from which it exists */
    existsFrom: new Map(),
    /** @type {Map<number, Timeline<{ value: string, tensor?: number }>>} Variable to its values, from when each was read */
    values: new Map(),
    /** tensors that are sources, or that a tape was told to watch */
    watched: new Set(facts.sources.map((source) => source.tensor)),
    /** tensors that some entry takes */
    isUsed: new Set(facts.entries.flatMap((entry) => entry.inputs)),
    /** by position: how many rows of the tape are filled */
    filledRows: new Int32Array(positions),
    /** by position: the row that it is about */
    anchorRows: new Int32Array(positions),
    /** by position: the backward pass whose gradients are on show, or -1 */
    backwardPassAt: new Int32Array(positions).fill(-1),
    /** by position: 1 while a backward pass runs */
    isPlayingBack: new Uint8Array(positions),
    /** by position: 1 while a tape records; with nested tapes both may be so */
    isRecording: new Uint8Array(positions),
    /** @type {Map<number, Timeline<Contribution & { before: string }>>[]} by backward pass: tensor to what arrives there */
    contributions: facts.backward_passes.map(() => new Map()),
    /** @type {Map<number, Timeline<Step>>[]} by backward pass: entry to its pullbacks */
    pullbacks: facts.backward_passes.map(() => new Map()),
    /** tapes that are open inside each other have a lane each: what its tape is doing */
    lanes: emptyLanes(facts.tapes),
  };
}

/** @param {DeckFacts["tapes"]} tapes */
function emptyLanes(tapes) {
  const count = Math.max(0, ...new Set(tapes.map((tape) => tape.lane + 1)));
  return Array.from({ length: count }, (_, lane) => {
    /** @type {LaneChange[]} */
    const changes = [{ at: 0, state: "waiting", tape: tapes.findIndex((tape) => tape.lane === lane) }];
    return changes;
  });
}

/** @param {Step} step @param {number} at @param {DeckFacts} facts @param {Index} index */
function indexStep(step, at, facts, index) {
  for (const series of [index.filledRows, index.anchorRows, index.backwardPassAt, index.isPlayingBack])
    series[at] = series[at - 1];
  const last = facts.steps[at - 2];
  if (last?.kind === "gradients") endBackwardPass(last, at, facts, index);
  const state = TAPE_STATES[step.kind];
  if (state && step.tape !== undefined) laneOf(step.tape, facts, index).push({ at, state, tape: step.tape });
  if (step.kind === "open" && !index.isPlayingBack[at]) index.backwardPassAt[at] = -1; // a new recording: old gradients go
  if (step.kind === "watch" && step.tensor !== undefined) index.watched.add(step.tensor);
  for (const variable of step.made ?? []) index.existsFrom.set(variable, at);
  for (const [variable, value, tensor] of step.reads ?? []) addChange(index.values, variable, { at, value, tensor });
  if (step.kind === "entry" && step.entry !== undefined) indexEntry(step.entry, at, facts, index);
  if (step.backward_pass !== undefined) indexBackwardPass(step, step.backward_pass, at, facts, index);
  index.isRecording[at] = Number(index.lanes.some((lane) => lane.at(-1)?.state === "recording"));
}

/** @param {number} tape @param {DeckFacts} facts @param {Index} index */
function laneOf(tape, facts, index) {
  return index.lanes[facts.tapes[tape].lane];
}

/** @param {Step} step @param {number} at @param {DeckFacts} facts @param {Index} index */
function endBackwardPass(step, at, facts, index) {
  const lane = laneOf(facts.backward_passes[step.backward_pass ?? 0].tape, facts, index);
  index.isPlayingBack[at] = 0;
  const last = lane.at(-1);
  if (last?.state === "playing" && last.before) lane.push({ ...last.before, at });
}

/** @param {number} entry @param {number} at @param {DeckFacts} facts @param {Index} index */
function indexEntry(entry, at, facts, index) {
  const row = index.rows.push(entry) - 1;
  const { outputs } = facts.entries[entry];
  index.rowOf.set(entry, row);
  for (const tensor of outputs) {
    if (!index.existsFrom.has(tensor)) index.existsFrom.set(tensor, at);
    index.producerOf.set(tensor, entry);
  }
  index.filledRows[at] = row + 1;
  index.anchorRows[at] = row;
}

/** @param {Step} step @param {number} pass @param {number} at @param {DeckFacts} facts @param {Index} index */
function indexBackwardPass(step, pass, at, facts, index) {
  const { tape, reconciled } = facts.backward_passes[pass];
  const lane = laneOf(tape, facts, index);
  const contributions = step.contributions ?? [];
  index.backwardPassAt[at] = pass;
  index.isPlayingBack[at] = 1;
  if (step.kind === "seed") lane.push({ at, state: "playing", tape, before: lane.at(-1) });
  const entry = step.kind === "seed" ? index.producerOf.get(contributions[0]?.tensor) : step.entry;
  const row = index.rowOf.get(entry ?? -1);
  if (row !== undefined) index.anchorRows[at] = row;
  if (!reconciled) return; // its numbers are not to be trusted, so they are not even looked up
  for (const contribution of contributions) {
    if (contribution.skipped) continue;
    const before = index.contributions[pass].get(contribution.tensor)?.at(-1)?.total ?? "";
    addChange(index.contributions[pass], contribution.tensor, { at, before, ...contribution });
  }
  if (step.kind === "pullback" && step.entry !== undefined)
    addChange(index.pullbacks[pass], step.entry, { at, ...step });
}

/**
 * Add a change to the timeline that a map keeps under a key.
 *
 * @template Change
 * @param {Map<number, Timeline<Change>>} timelines
 * @param {number} key
 * @param {Change & { at: number }} change
 */
function addChange(timelines, key, change) {
  const timeline = timelines.get(key);
  if (timeline) timeline.push(change);
  else timelines.set(key, [change]);
}
