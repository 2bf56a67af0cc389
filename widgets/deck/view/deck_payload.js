// What Python sends to the deck, and how it is read: the run on each level, with what many entries and steps have alike
// sent once.

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
 * @property {Tensor[]} tensors null where only a level that waits speaks of it
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
/**
 * A level that `waits` has to be asked for: of a long run only some levels are sent at once.
 *
 * @typedef {{ key: LevelKey, entries: SentEntry[], steps: SentStep[], stops: number[], hidden: number, waits?: boolean }} Level
 */
/** @typedef {Payload & { entries: Entry[], steps: Step[], stops: number[], hidden: number }} DeckFacts a payload, on one level */
/** @typedef {{ name: string, first: number, lines: string[] }} Listing `first` is the number of its first line. */
/** @typedef {[listing: number, line: number, column: number, end: number]} CodePlace */
/** @typedef {{ tape?: number, recorded: boolean, reason?: string }} TapeVerdict whether a tape recorded an operation, or why not */
/** @typedef {{ name: string, op: string, inputs: number[] }} InnerOperation of a tf.function */
/**
 * An operation that ran, or a layer or line that stands for `count` of them (0 for an operation). `backward_pass` is the
 * one that ran it, or -1; `graph` is what a tf.function consists of; `scope` is the layer that ran it, or -1. A product of
 * matrices has `transposes`: whether the first, and the second, was transposed. The entries inside a call that is `opened`
 * follow it. `nth` says which one it is, and of how many that are called the same.
 *
 * @typedef {{ op: string, label: string, inputs: number[], outputs: number[], place: CodePlace | null,
 *   tapes: TapeVerdict[], backward_pass: number, graph: InnerOperation[] | null, scope: number, count: number,
 *   transposes?: [boolean, boolean], broadcasts?: boolean, opened?: boolean, nth?: [number, number] }} Entry
 */
/**
 * What is sent of it: places, labels, graphs and verdicts by their index, and nothing that is -1, 0 or empty.
 *
 * @typedef {Pick<Entry, "op" | "inputs" | "outputs"> & { label: number, tapes: number, place?: number, backward_pass?: number,
 *   graph?: number, scope?: number, count?: number, transposes?: [boolean, boolean], broadcasts?: boolean,
 *   opened?: boolean, nth?: [number, number] }} SentEntry
 */
/** @typedef {{ tensor: number } & Partial<Contribution>} SentContribution A sum is sent where several add up to it. */
/** @typedef {Omit<Step, "place" | "contributions"> & { place?: number, contributions?: SentContribution[] }} SentStep */
/** @typedef {{ tape: number, call: string, reconciled: boolean, note: string, shrinks: string }} BackwardPass `shrinks` says where its smallest gradient was lost */
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
 * A target over one number (deck/tangent_curve.py): `points` at equal distances from `first` to `last`, null where there is
 * none; `low` and `high` are what is shown; `at` is the target where the gradient, `slope`, was taken.
 *
 * @typedef {{ first: number, last: number, points: (number | null)[], low: number, high: number, target: string, at: number,
 *   text: string, slope: number }} Curve
 */
/**
 * @typedef {{ tensor: number, backward_pass: number, name: string, value: string, gradient: string, difference: string,
 *   method?: string, grid: number, norm: number | null, norm_text: string, curve?: Curve }} Source
 */

/**
 * What is wrong (deck/diagnosis_cards.py): `at` is the position of the whole recording at which it is seen; `fix` is a
 * change to the code, each line with its mark: " ", "-" or "+". `sources` are those whose gradient is wrong in a backward pass.
 *
 * @typedef {{ at: number, is_error: boolean, is_quiet?: boolean, seen: string, cause: string, repair: string, place: CodePlace | null,
 *   fix: [mark: string, text: string][], backward_pass: number, sources: number[], lesson: { title: string, path: string } | null }} DiagnosisFacts
 */

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

/** @param {string} text @returns {Payload} */
export function readPayload(text) {
  const payload = { ...EMPTY, ...JSON.parse(text || "{}") };
  return { ...payload, levels: payload.levels.map((/** @type {Level} */ level) => ({ ...NO_LEVEL, ...level })) };
}

/** @param {Pick<Payload, "levels">} payload @param {LevelKey} [level] */
export function isWaiting({ levels }, level) {
  return Boolean(levels.find(({ key }) => key === level)?.waits);
}

/**
 * Return a payload on one level; on that which it begins with where there is no such level.
 *
 * @param {Payload} payload
 * @param {LevelKey} [level]
 * @returns {DeckFacts}
 */
export function onLevel(payload, level) {
  const levelOf = (/** @type {LevelKey | undefined} */ key) => payload.levels.find((one) => one.key === key);
  const { key, entries, steps, stops, hidden } = levelOf(level) ?? levelOf(payload.level) ?? NO_LEVEL;
  return {
    ...payload,
    level: key,
    entries: entries.map((entry) => toEntry(entry, payload)),
    steps: steps.map((step) => toStep(step, payload)),
    stops,
    hidden,
  };
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
