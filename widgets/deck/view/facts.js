// Reads the facts and indexes them once, so that any position can be looked up without walking the steps.
// Position p means: the first p steps have happened. What step i does is true from position i + 1 on.

import { note } from "./timeline.js";

const EMPTY = {
  title: "",
  listings: [],
  tapes: [],
  tensors: [],
  entries: [],
  playbacks: [],
  steps: [],
  sources: [],
  notes: [],
  words: {},
};

export const PLAYING_BACK = new Set(["seed", "pullback", "gradients"]);
const LANE_STATES = { open: "recording", resume: "recording", reset: "recording", stop: "stopped", close: "closed" };

export function readFacts(text) {
  const facts = { ...EMPTY, ...JSON.parse(text || "{}") };
  const index = emptyIndex(facts);
  facts.steps.forEach((step, number) => read(step, number + 1, facts, index));
  return { ...facts, ...index };
}

function emptyIndex(facts) {
  const positions = facts.steps.length + 1;
  return {
    rows: [], // the entries that occur in a step, in order: one row of the tape each
    rowOf: new Map(), // entry -> row
    makerOf: new Map(), // tensor -> the entry that made it
    madeAt: new Map(), // tensor -> position from which it exists
    values: new Map(), // Variable -> its values, each from the position at which it was read
    watched: new Set(facts.sources.map((source) => source.tensor)), // and those that a tape was told to watch
    filled: new Int32Array(positions), // rows that are full at a position
    anchor: new Int32Array(positions), // the row that a position is about
    playback: new Int32Array(positions).fill(-1), // the playback whose gradients are on show
    isPlaying: new Uint8Array(positions), // 1 while a playback runs
    isRecording: new Uint8Array(positions), // 1 while a tape records; with nested tapes both may be so
    arrivals: facts.playbacks.map(() => new Map()), // per playback: tensor -> gradients arriving there
    handed: facts.playbacks.map(() => new Map()), // per playback: entry -> its pullbacks
    joins: new Map(), // tensor -> most paths that join there
    isUsed: new Set(facts.entries.flatMap((entry) => entry.inputs)), // tensors that some entry takes
    lanes: emptyLanes(facts.tapes), // tapes that are open inside each other have a lane each: what its tape is doing
  };
}

function emptyLanes(tapes) {
  const count = Math.max(0, ...new Set(tapes.map((tape) => tape.lane + 1)));
  return Array.from({ length: count }, (_, lane) => [
    { at: 0, state: "waiting", tape: tapes.findIndex((tape) => tape.lane === lane) },
  ]);
}

function read(step, at, facts, index) {
  for (const series of ["filled", "anchor", "playback", "isPlaying"]) index[series][at] = index[series][at - 1];
  if (facts.steps[at - 2]?.kind === "gradients") endPlayback(facts.steps[at - 2], at, facts, index);
  if (LANE_STATES[step.kind])
    laneOf(step.tape, facts, index).push({ at, state: LANE_STATES[step.kind], tape: step.tape });
  if (step.kind === "open" && !index.isPlaying[at]) index.playback[at] = -1; // a new recording: old gradients go
  if (step.kind === "watch") index.watched.add(step.tensor);
  if (step.kind === "entry") readEntry(step, at, facts, index);
  if (PLAYING_BACK.has(step.kind)) readPlayback(step, at, facts, index);
  index.isRecording[at] = index.lanes.some((lane) => lane.at(-1).state === "recording");
}

function laneOf(tape, facts, index) {
  return index.lanes[facts.tapes[tape].lane];
}

function endPlayback(step, at, facts, index) {
  const lane = laneOf(facts.playbacks[step.playback].tape, facts, index);
  index.isPlaying[at] = 0;
  if (lane.at(-1).state === "playing") lane.push({ ...lane.at(-1).before, at });
}

function readEntry(step, at, facts, index) {
  const row = index.rows.push(step.entry) - 1;
  index.rowOf.set(step.entry, row);
  for (const tensor of facts.entries[step.entry].outputs) {
    if (!index.madeAt.has(tensor)) index.madeAt.set(tensor, at);
    index.makerOf.set(tensor, step.entry);
  }
  if (step.reads !== undefined) note(index.values, step.reads, { at, value: valueRead(step, facts) });
  index.filled[at] = row + 1;
  index.anchor[at] = row;
}

function valueRead(step, facts) {
  return facts.tensors[facts.entries[step.entry].outputs[0]].value;
}

function readPlayback(step, at, facts, index) {
  const playback = facts.playbacks[step.playback];
  const lane = laneOf(playback.tape, facts, index);
  index.playback[at] = step.playback;
  index.isPlaying[at] = 1;
  if (step.kind === "seed") lane.push({ at, state: "playing", tape: playback.tape, before: lane.at(-1) });
  readGives(step, at, playback.reconciled, index);
}

function readGives(step, at, reconciled, index) {
  const entry = step.kind === "seed" ? index.makerOf.get(step.gives?.[0]?.tensor) : step.entry;
  if (index.rowOf.has(entry)) index.anchor[at] = index.rowOf.get(entry);
  if (!reconciled) return; // its numbers are not to be trusted, so they are not even looked up
  for (const give of step.gives ?? []) {
    if (give.skipped) continue;
    const before = index.arrivals[step.playback].get(give.tensor)?.at(-1)?.sum ?? "";
    note(index.arrivals[step.playback], give.tensor, { at, before, ...give });
    index.joins.set(give.tensor, Math.max(give.of, index.joins.get(give.tensor) ?? 0));
  }
  if (step.kind === "pullback") note(index.handed[step.playback], step.entry, { at, ...step });
}
