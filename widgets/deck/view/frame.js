// A frame is what the deck shows at one position. Everything a panel draws follows from the facts and a frame.

import { PLAYING_BACK } from "./facts.js";
import { latest } from "./timeline.js";

export function frameAt(facts, position) {
  const step = facts.steps[position - 1];
  const entry = step?.entry ?? -1;
  return {
    position,
    step,
    entry,
    phase: phaseAt(facts, position, step),
    playback: facts.playback[position],
    filled: facts.filled[position],
    anchor: facts.anchor[position],
    place: step?.place ?? null,
    says: sentence(facts, step),
    lanes: facts.lanes.map((lane) => latest(lane, position)),
    made: ringed(facts, step, entry),
    gives: numbersTrusted(facts, step) ? (step?.gives ?? []) : [],
  };
}

function phaseAt(facts, position, step) {
  if (step?.kind === "error") return "error";
  if (isRecorded(facts, step?.entry) && step.kind === "entry") return "recording"; // by an outer tape, maybe
  if (facts.isPlaying[position]) return "playback";
  return facts.isRecording[position] ? "recording" : "idle";
}

export function isRecorded(facts, entry) {
  return Boolean(facts.entries[entry]?.tapes.some((verdict) => verdict.recorded));
}

function numbersTrusted(facts, step) {
  return !step || !PLAYING_BACK.has(step.kind) || facts.playbacks[step.playback].reconciled;
}

function sentence(facts, step) {
  if (!step) return "";
  return numbersTrusted(facts, step) ? (step.says ?? "") : facts.playbacks[step.playback].note;
}

// Return the tensors that a step is about: what an op made, what a pullback starts from, what the tape watches.
function ringed(facts, step, entry) {
  if (!step) return new Set();
  if (step.kind === "watch") return new Set([step.tensor]);
  if (step.kind === "seed") return new Set(step.gives.map((give) => give.tensor));
  if (step.kind === "gradients") return new Set(sourcesOf(facts, step.playback).map((source) => source.tensor));
  return new Set(facts.entries[entry]?.outputs ?? []);
}

export function sourcesOf(facts, playback) {
  return facts.sources.filter((source) => source.playback === playback);
}

// Return what a tensor's gradient is at a frame: the newest arrival in the playback on show, or undefined.
export function arrivalAt(facts, frame, tensor) {
  return frame.playback < 0 ? undefined : latest(facts.arrivals[frame.playback].get(tensor), frame.position);
}

// Return a tensor's value at a frame: a Variable has the one that was read last.
export function valueAt(facts, frame, tensor) {
  return latest(facts.values.get(tensor), frame.position)?.value ?? facts.tensors[tensor].value;
}

// Return what an entry's pullback handed back at a frame, or undefined.
export function handedAt(facts, frame, entry) {
  return frame.playback < 0 ? undefined : latest(facts.handed[frame.playback].get(entry), frame.position);
}

// Return what to call a tensor: the learner's name, or the number of the entry that made it, or its value.
export function nameOf(facts, tensor) {
  const maker = facts.makerOf.get(tensor);
  return facts.tensors[tensor].name || (maker === undefined ? facts.tensors[tensor].value : `#${maker}`);
}
