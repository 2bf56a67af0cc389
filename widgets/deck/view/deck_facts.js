// Reads the facts and indexes them once, so that any position can be looked up without walking the steps.
// Position p means: the first p steps have happened. What step i does is true from position i + 1 on.

/**
 * The JSON text of the trait `facts` (deck/payload.py is the other side). All numbers are already words, all sentences
 * said. Tensors, entries and so on are given by their index. A level is the story of the same run told in fewer steps:
 * its `stops` are the positions of the whole recording at which each of its steps has happened, and `hidden` is the
 * number of steps that it leaves out. The levels come from the coarsest to the finest; `level` is the one to begin with.
 *
 * @typedef {object} Payload
 * @property {string} title
 * @property {Listing[]} listings
 * @property {{ name: string, lane: number }[]} tapes
 * @property {Tensor[]} tensors
 * @property {import("./cells.js").Grid[]} grids
 * @property {Update[]} updates
 * @property {BackwardPass[]} backward_passes
 * @property {{ name: string, outer: number }[]} scopes
 * @property {Level[]} levels
 * @property {LevelKey} level
 * @property {number} operations
 * @property {CodePlace[]} places
 * @property {TapeVerdict[][]} verdicts
 * @property {string[]} labels
 * @property {InnerOperation[][]} graphs
 * @property {Source[]} sources
 * @property {string[]} notes
 * @property {DiagnosisFacts[]} diagnoses
 * @property {Record<string, string>} words
 */
/**
 * `grid` is the index of its numbers, or -1; `batch` the number of the batch that has an example in each of its rows.
 *
 * @typedef {{ name: string, value: string, about: string, shape: number[], dtype: string, grid: number,
 *   batch?: number }} Tensor
 */
/**
 * How far an optimizer's step moved a Variable, relative to its norm; `at` is a position of the whole recording.
 *
 * @typedef {{ tensor: number, at: number, moved: number | null, moved_text: string }} Update
 */
/** @typedef {"lines" | "layers" | "ops" | "all"} LevelKey */
/** @typedef {{ key: LevelKey, entries: SentEntry[], steps: SentStep[], stops: number[], hidden: number }} Level */
/** @typedef {Payload & { entries: Entry[], steps: Step[], stops: number[], hidden: number }} DeckFacts a payload, on one level */
/** @typedef {{ name: string, first: number, lines: string[] }} Listing `first` is the number of its first line. */
/** @typedef {[listing: number, line: number, column: number, end: number]} CodePlace */
/** @typedef {{ tape?: number, recorded: boolean, reason?: string }} TapeVerdict whether a tape recorded an operation, or why not */
/** @typedef {{ name: string, op: string, inputs: number[] }} InnerOperation of a tf.function */
/**
 * An operation that ran, or a layer or line that stands for `count` of them (0 for an operation). `backward_pass` is the
 * one that ran it, or -1; `graph` is what a tf.function consists of; `scope` is the layer that ran it, or -1. A product of
 * matrices has `transposes`: whether the first, and the second, was transposed.
 *
 * @typedef {{ op: string, label: string, inputs: number[], outputs: number[], place: CodePlace | null,
 *   tapes: TapeVerdict[], backward_pass: number, graph: InnerOperation[] | null, scope: number, count: number,
 *   transposes?: [boolean, boolean], broadcasts?: boolean }} Entry
 */
/**
 * What is sent of it: places, labels, graphs and verdicts by their index, and nothing that is -1, 0 or empty.
 *
 * @typedef {Pick<Entry, "op" | "inputs" | "outputs"> & { label: number, tapes: number, place?: number, backward_pass?: number,
 *   graph?: number, scope?: number, count?: number, transposes?: [boolean, boolean], broadcasts?: boolean }} SentEntry
 */
/** @typedef {{ tensor: number } & Partial<Contribution>} SentContribution A sum is sent where several add up to it. */
/** @typedef {Omit<Step, "place" | "contributions"> & { place?: number, contributions?: SentContribution[] }} SentStep */
/** @typedef {{ tape: number, call: string, reconciled: boolean, note: string }} BackwardPass a backward pass */
/**
 * A gradient that arrives at a tensor: the `nth` of `count`, which add up to `total` so far. `grid` has the numbers of
 * that, or is -1; `local` is what the upstream gradient was multiplied by, where that is one number; `factors` are both,
 * and whether it is their product exactly; `norm` is how large the gradient is, null where it is not finite; `sign` is
 * that of a single number.
 *
 * @typedef {{ tensor: number, gradient: string, total: string, nth: number, count: number, skipped: boolean,
 *   grid: number, local?: string, factors?: [upstream: string, local: string, sign: string], norm?: number | null,
 *   sign?: number | null }} Contribution
 */
/** @typedef {"entry" | "watch" | "open" | "resume" | "reset" | "stop" | "close" | "seed" | "pullback" | "gradients" | "error"} StepKind */
/**
 * `reads` are Variables with the values that were read (and the tensors that they were read into), `made` the Variables that were made.
 *
 * @typedef {{ kind: StepKind, place: CodePlace | null, text?: string, entry?: number,
 *   reads?: [variable: number, value: string, tensor?: number][], made?: number[], tape?: number, tensor?: number,
 *   backward_pass?: number, contributions?: Contribution[] }} Step
 */
/**
 * @typedef {{ tensor: number, backward_pass: number, name: string, value: string, gradient: string, difference: string,
 *   method?: string, grid: number, norm: number | null, norm_text: string }} Source
 */

/**
 * What is wrong (deck/diagnosis_cards.py): `at` is the position of the whole recording at which it is seen; `fix` is a
 * change to the code, each line with its mark: " ", "-" or "+".
 *
 * @typedef {{ at: number, is_error: boolean, seen: string, cause: string, repair: string, place: CodePlace | null,
 *   fix: [mark: string, text: string][], lesson: { title: string, path: string } | null }} DiagnosisFacts
 */

/**
 * @template Change
 * @typedef {(Change & { at: number })[]} Timeline Changes, each with the position at which it happened, in order.
 */
/** @typedef {"waiting" | "recording" | "stopped" | "closed" | "playing"} TapeState */
/** @typedef {{ at: number, state: TapeState, tape: number, before?: LaneChange }} LaneChange */
/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, position: number,
 *   wanted: number, numbers: import("./full_values.js").Numbers, arguments: Record<string, string>,
 *   arrays: Record<string, import("./array_editor.js").ArrayFacts>, stretch: number, taped: boolean,
 *   can_be_taped: boolean }} DeckTraits
 */
/** @typedef {import("../../common/view/model.js").Model<DeckTraits>} DeckModel */
/** @typedef {ReturnType<typeof emptyIndex>} Index */
/** @typedef {DeckFacts & Index} Facts */

/** @type {Payload} */
const EMPTY = {
  title: "",
  listings: [],
  tapes: [],
  tensors: [],
  backward_passes: [],
  grids: [],
  updates: [],
  scopes: [],
  levels: [],
  level: "ops",
  operations: 0,
  places: [],
  verdicts: [],
  labels: [],
  graphs: [],
  sources: [],
  notes: [],
  diagnoses: [],
  words: {},
};

/** @type {Level} */
const NO_LEVEL = { key: "ops", entries: [], steps: [], stops: [], hidden: 0 };

/** @type {Partial<Record<StepKind, TapeState>>} */
const TAPE_STATES = { open: "recording", resume: "recording", reset: "recording", stop: "stopped", close: "closed" };

/** @param {string} text @returns {Payload} */
export function readPayload(text) {
  return { ...EMPTY, ...JSON.parse(text || "{}") };
}

/**
 * Return the facts as they are on one level; on that which the payload begins with where there is no such level.
 *
 * @param {string | Payload} source
 * @param {{ level?: LevelKey }} how
 * @returns {Facts}
 */
export function readFacts(source, { level } = {}) {
  const payload = typeof source === "string" ? readPayload(source) : source;
  const levelOf = (/** @type {LevelKey | undefined} */ key) => payload.levels.find((one) => one.key === key);
  const { key, entries, steps, stops, hidden } = levelOf(level) ?? levelOf(payload.level) ?? NO_LEVEL;
  const facts = {
    ...payload,
    level: key,
    entries: entries.map((entry) => toEntry(entry, payload)),
    steps: steps.map((step) => toStep(step, payload)),
    stops,
    hidden,
  };
  const index = emptyIndex(facts);
  facts.steps.forEach((step, number) => indexStep(step, number + 1, facts, index));
  return { ...facts, ...index };
}

/** @param {SentEntry} entry @param {Payload} payload @returns {Entry} */
function toEntry(entry, payload) {
  const defaults = { backward_pass: -1, scope: -1, count: 0 };
  const [label, tapes] = [payload.labels[entry.label], payload.verdicts[entry.tapes]];
  const graph = entry.graph === undefined ? null : payload.graphs[entry.graph];
  return { ...defaults, ...entry, label, tapes, graph, place: placeOf(entry, payload) };
}

/** @param {SentStep} step @param {Payload} payload @returns {Step} */
function toStep(step, payload) {
  const place = placeOf(step, payload);
  const { contributions, ...rest } = step;
  return { ...rest, place, ...(contributions && { contributions: contributions.map(toContribution) }) };
}

/** @param {SentContribution} one @returns {Contribution} */
function toContribution(one) {
  if (one.skipped) return { gradient: "", total: "", nth: 0, count: 0, skipped: true, grid: -1, ...one };
  const gradient = one.gradient ?? "";
  return { gradient, total: gradient, nth: 1, count: 1, skipped: false, grid: -1, ...one };
}

/** @param {{ place?: number }} one @param {Payload} payload @returns {CodePlace | null} */
function placeOf({ place }, { places }) {
  return place === undefined ? null : places[place];
}

/** @param {DeckFacts} facts */
function emptyIndex(facts) {
  const positions = facts.steps.length + 1;
  return {
    /** @type {number[]} the entries that occur in a step, in order: one row of the tape each */
    rows: [],
    /** @type {Map<number, number>} entry to row */
    rowOf: new Map(),
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
