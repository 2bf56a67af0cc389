// Reads the facts and indexes them once, so that any position can be looked up without walking the steps.
// Position p means: the first p steps have happened. What step i does is true from position i + 1 on.

/**
 * The JSON text of the trait `facts` (deck/payload.py is the other side). All numbers are already words, all sentences
 * said. Tensors, entries and so on are given by their index. `folded` is the recording without its plumbing: null where
 * there is none. Its `stops` are the positions of the whole recording at which each of its steps has happened, and
 * `plumbing` is the number of steps that are folded away.
 *
 * @typedef {object} DeckFacts
 * @property {string} title
 * @property {Listing[]} listings
 * @property {{ name: string, lane: number }[]} tapes
 * @property {Tensor[]} tensors
 * @property {Entry[]} entries
 * @property {BackwardPass[]} backward_passes
 * @property {Step[]} steps
 * @property {number[]} stops
 * @property {number} plumbing
 * @property {Pick<DeckFacts, "entries" | "backward_passes" | "steps" | "stops" | "plumbing"> | null} folded
 * @property {Source[]} sources
 * @property {string[]} notes
 * @property {DiagnosisFacts[]} diagnoses
 * @property {Record<string, string>} words
 */
/** @typedef {{ name: string, value: string, about: string, shape?: (number | null)[], grid?: number }} Tensor */
/** @typedef {{ name: string, first: number, lines: string[] }} Listing `first` is the number of its first line. */
/** @typedef {[listing: number, line: number, column: number, end: number]} CodePlace */
/** @typedef {{ tape?: number, recorded: boolean, reason?: string }} TapeVerdict whether a tape recorded an operation, or why not */
/** @typedef {{ name: string, op: string, inputs: number[] }} InnerOperation of a tf.function */
/**
 * An operation that ran. `backward_pass` is the one that ran it, or -1; `graph` is what a tf.function consists of.
 *
 * @typedef {{ op: string, label: string, inputs: number[], outputs: number[], place: CodePlace | null,
 *   tapes: TapeVerdict[], backward_pass: number, graph: InnerOperation[] | null }} Entry
 */
/** @typedef {{ tape: number, call: string, reconciled: boolean, note: string }} BackwardPass a backward pass */
/**
 * A gradient that arrives at a tensor: the `nth` of `count`, which add up to `total` so far. `local` is what the upstream
 * gradient was multiplied by, where that is one number; `norm` and `sign` are the gradient's: null where it has none.
 *
 * @typedef {{ tensor: number, gradient: string, total: string, nth: number, count: number, skipped: boolean,
 *   local?: string, norm?: number | null, sign?: number | null, grid?: number }} Contribution
 */
/** @typedef {"entry" | "watch" | "open" | "resume" | "reset" | "stop" | "close" | "seed" | "pullback" | "gradients" | "error"} StepKind */
/**
 * `reads` are Variables with the values that were read, `made` the Variables that were made.
 *
 * @typedef {{ kind: StepKind, place: CodePlace | null, text?: string, entry?: number,
 *   reads?: [variable: number, value: string][], made?: number[], tape?: number, tensor?: number,
 *   backward_pass?: number, contributions?: Contribution[] }} Step
 */
/**
 * @typedef {{ tensor: number, backward_pass: number, name: string, value: string, gradient: string, difference: string,
 *   method?: string }} Source
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
 *   arguments: Record<string, string>, arrays: Record<string, import("./array_editor.js").ArrayFacts>,
 *   stretch: number, taped: boolean, can_be_taped: boolean }} DeckTraits
 */
/** @typedef {import("../../common/view/model.js").Model<DeckTraits>} DeckModel */
/** @typedef {ReturnType<typeof emptyIndex>} Index */
/** @typedef {DeckFacts & Index} Facts */

/** @type {DeckFacts} */
const EMPTY = {
  title: "",
  listings: [],
  tapes: [],
  tensors: [],
  entries: [],
  backward_passes: [],
  steps: [],
  stops: [],
  plumbing: 0,
  folded: null,
  sources: [],
  notes: [],
  diagnoses: [],
  words: {},
};

/** @type {Partial<Record<StepKind, TapeState>>} */
const TAPE_STATES = { open: "recording", resume: "recording", reset: "recording", stop: "stopped", close: "closed" };

/**
 * @param {string} text
 * @param {{ isWhole?: boolean }} how whether plumbing is shown too
 * @returns {Facts}
 */
export function readFacts(text, { isWhole = true } = {}) {
  /** @type {DeckFacts} */
  const facts = { ...EMPTY, ...JSON.parse(text || "{}") };
  if (!isWhole) Object.assign(facts, facts.folded);
  if (!facts.stops.length) facts.stops = facts.steps.map((_, index) => index + 1);
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
    /** @type {Map<number, number>} tensor to the entry that made it */
    producerOf: new Map(),
    /** @type {Map<number, number>} tensor to the position from which it exists */
    existsFrom: new Map(),
    /** @type {Map<number, Timeline<{ value: string }>>} Variable to its values, from when each was read */
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
  for (const [variable, value] of step.reads ?? []) addChange(index.values, variable, { at, value });
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
