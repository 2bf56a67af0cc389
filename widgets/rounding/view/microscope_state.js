// What the microscope knows and shows: the facts, read from bytes; the view state, which follows from the traits; the
// window that it looks at; and the sentences about a step. Nothing here draws.

import { fillBlanks } from "../../common/view/elements.js";
import { FLOAT_ARRAYS, isNegativeAt, lastAtMost, printed } from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/numbers.js").DType} DType */
/** @typedef {import("../../common/view/numbers.js").FloatArray} FloatArray */
/** @typedef {import("../../common/view/model.js").Model<MicroscopeTraits>} MicroscopeModel */
/** @typedef {ReturnType<typeof readFacts>} Facts */
/** @typedef {NonNullable<ReturnType<typeof viewState>>} ViewState */
/** @typedef {{ from: number, to: number, span: number }} Window distances from x of the left and right edges */
/** @typedef {"x" | "value" | "gradient" | "update" | "next" | "share" | "threshold"} ColumnName */
/** @typedef {"rates" | "names" | "steps" | "stalls" | "stepSentences" | "trialSentences"} ListName */

/**
 * The JSON text of the trait `facts` (rounding/payload.py is the other side).
 *
 * @typedef {object} MicroscopeFacts
 * @property {string} title
 * @property {number} iterations
 * @property {number[]} rates the learning rates: rising
 * @property {string[]} names of the learning rates
 * @property {number[]} steps the numbers of the steps that are kept: rising
 * @property {Partial<Record<DType, RunFacts[]>>} runs one for each learning rate
 * @property {string[][]} stalls the table of where each learning rate stalls: its head, then its rows
 * @property {string} smallerRates the caption of that table
 * @property {string[]} stepSentences one sentence for each outcome of a step
 * @property {string} identicalSteps a sentence for a step from where on x never moves
 * @property {string[]} trialSentences one sentence for each outcome of a step with another learning rate
 * @property {Record<string, string>} words
 */
/**
 * @typedef {object} RunFacts
 * @property {number} kept how many steps are kept
 * @property {number | null} stalledAt the number of the first step that does not move x, nor does any later one
 * @property {string} rate the learning rate as text
 * @property {number} low the least x of the run
 * @property {number} high the largest
 */
/** @typedef {RunFacts & { dtype: DType, columns: Columns, at: (index: number) => Row, tried: (rate: number) => Row }} Run */
/** @typedef {Record<ColumnName, FloatArray> & { half: Int16Array, outcome: Uint8Array }} Columns */
/**
 * One step of a run. `half` is half a ULP of x; `share` is the update in halves of a ULP; `threshold` is the learning
 * rate at which the update would be half a ULP.
 *
 * @typedef {Record<ColumnName, number> & { dtype: DType, outcome: number, half: number,
 *   isNegative: Record<ColumnName, boolean> }} Row
 */
/** @typedef {{ rate: number, row: Row, name: string, text: string }} TriedRate another learning rate for one step */

/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, runs: DataView, step: number,
 *   learning_rate: number, dtype: DType, zoom: number, next_rate: number | null }} MicroscopeTraits
 */

const NO_ULP = -32768; // where x has none
/** @type {ColumnName[]} in the order of the bytes */
const COLUMNS = ["x", "value", "gradient", "update", "next", "share", "threshold"];
/** @type {DType[]} */
export const DTYPES = ["float32", "float64"];

/**
 * Read what Python sent: texts as JSON, and for each run its numbers, column by column.
 *
 * @param {string} text
 * @param {DataView} bytes
 */
export function readFacts(text, bytes) {
  /** @type {Omit<MicroscopeFacts, ListName> & Pick<MicroscopeFacts, ListName>} */
  const facts = { words: {}, rates: [], names: [], steps: [], stalls: [], ...JSON.parse(text || "{}") };
  const take = arrayReader(bytes);
  /** @type {Partial<Record<DType, Run[]>>} */
  const runs = {};
  for (const dtype of /** @type {DType[]} */ (Object.keys(facts.runs ?? {})))
    runs[dtype] = facts.runs[dtype]?.map((run) => readRun(run, dtype));
  return { ...facts, runs };

  /**
   * After a row for each kept step comes one for each learning rate that is tried where the run ends.
   *
   * @param {RunFacts} run
   * @param {DType} dtype
   * @returns {Run}
   */
  function readRun(run, dtype) {
    const rows = run.kept + facts.rates.length;
    const numbers = COLUMNS.map((name) => [name, take(FLOAT_ARRAYS[dtype], rows)]);
    const [half, outcome] = [take(Int16Array, rows), take(Uint8Array, rows)];
    /** @type {Columns} */
    const columns = { ...Object.fromEntries(numbers), half, outcome };
    return {
      ...run,
      dtype,
      columns,
      at: (index) => readRow(columns, Math.min(index, run.kept - 1), dtype),
      tried: (rate) => readRow(columns, run.kept + rate, dtype),
    };
  }
}

/** @param {Columns} columns @param {number} index @param {DType} dtype @returns {Row} */
function readRow(columns, index, dtype) {
  const half = columns.half[index] === NO_ULP ? NaN : 2 ** columns.half[index];
  /** @type {any} */
  const row = { dtype, outcome: columns.outcome[index], half, isNegative: {} };
  for (const name of COLUMNS) {
    row[name] = columns[name][index];
    row.isNegative[name] = isNegativeAt(columns[name], index);
  }
  return row;
}

/**
 * Return a function that takes one array after another from the bytes; copied, since an array must begin where its own
 * size allows.
 *
 * @param {DataView} bytes
 */
function arrayReader(bytes) {
  let at = bytes.byteOffset;
  /**
   * @template Kind
   * @param {{ BYTES_PER_ELEMENT: number, new (buffer: ArrayBuffer): Kind }} ArrayType
   * @param {number} count
   */
  return (ArrayType, count) => {
    const end = at + count * ArrayType.BYTES_PER_ELEMENT;
    const array = new ArrayType(/** @type {ArrayBuffer} */ (bytes.buffer).slice(at, end));
    at = end;
    return array;
  };
}

/**
 * Return what is shown: the traits, kept within the facts, and all that follows from them; nothing without facts.
 *
 * @param {Facts} facts
 * @param {Pick<MicroscopeModel, "get">} model
 */
export function viewState(facts, model) {
  const dtype = DTYPES.includes(model.get("dtype")) ? model.get("dtype") : DTYPES[0];
  const runs = facts.runs[dtype];
  if (!runs?.length) return undefined;
  const rate = nearestRate(facts.rates, model.get("learning_rate"));
  const run = runs[rate];
  const taken = Math.max(0, Math.min(facts.iterations, model.get("step") ?? 0));
  const index = lastAtMost(facts.steps, taken);
  const row = run.at(index);
  const zoom = Math.max(0, Math.min(1, model.get("zoom") ?? 0));
  const hasStalled = run.stalledAt !== null && taken >= run.stalledAt - 1;
  const asked = model.get("next_rate") ?? undefined;
  const tried = hasStalled && asked !== undefined ? triedRate(facts, runs, rate, asked) : undefined;
  const sentence = stepSentence(facts, run, row, taken, tried);
  const window = windowAt(row, run, zoom);
  return { facts, dtype, runs, run, rate, row, index, taken, zoom, window, hasStalled, tried, sentence };
}

/**
 * @param {Facts} facts
 * @param {Run[]} runs
 * @param {number} rate the index of the run's own
 * @param {number} asked
 * @returns {TriedRate | undefined}
 */
function triedRate(facts, runs, rate, asked) {
  const other = nearestRate(facts.rates, asked);
  if (other === rate) return undefined;
  return { rate: other, row: runs[rate].tried(other), name: facts.names[other], text: runs[other].rate };
}

/** @param {number[]} rates @param {number} rate */
function nearestRate(rates, rate) {
  const distances = rates.map((other) => Math.abs(Math.log(other / rate)));
  return distances.indexOf(Math.min(...distances));
}

const MARGIN = 0.06; // of the run's width, on each side
const CLOSEST_ULPS = 10.5; // seen across at the closest
const CENTERED = 0.35; // the zoom from which x stands in the middle
const WIDEST = Number.MAX_VALUE / 4;
const NARROWEST = { float32: 2 ** -120, float64: 2 ** -1016 }; // next to 0, floats that TensorFlow takes for 0 crowd

/**
 * Return what the microscope looks at: from the whole run (zoom 0) to ten ULPs (zoom 1), evenly on a log scale.
 *
 * @param {Row} row
 * @param {Run} run
 * @param {number} zoom
 * @returns {Window}
 */
export function windowAt(row, run, zoom) {
  const { full, fine, left } = zoomLimits(row, run);
  const span = full * (fine / full) ** zoom;
  const share = left + (0.5 - left) * Math.min(1, zoom / CENTERED);
  return { from: -share * span, to: (1 - share) * span, span };
}

/**
 * Return the zoom at which a row is seen in a window of this span: how another dtype is compared at the same scale.
 *
 * @param {Row} row
 * @param {Run} run
 * @param {number} span
 */
export function zoomFor(row, run, span) {
  const { full, fine } = zoomLimits(row, run);
  return Math.max(0, Math.min(1, Math.log(span / full) / Math.log(fine / full)));
}

/** @param {Row} row @param {Run} run */
function zoomLimits(row, run) {
  const fine = Math.max(2 * CLOSEST_ULPS * row.half, NARROWEST[row.dtype]);
  const width = Math.min(run.high - run.low, WIDEST);
  const full = Math.max(width * (1 + 2 * MARGIN), fine * 4);
  const left = width > 0 ? (row.x - run.low + MARGIN * width) / full : 0.5;
  return { full, fine, left: Math.max(0, Math.min(1, left)) };
}

const TINY = { float32: 2 ** -126, float64: 2 ** -1022 };

/**
 * Return a number of halves of a ULP, or a threshold, as text: four digits, or all where four would wrongly say 1.
 *
 * @param {number} value
 * @param {DType} dtype
 */
export function shareText(value, dtype) {
  if (!Number.isFinite(value)) return printed(value);
  const rounded = Number(value.toPrecision(4));
  if (rounded === 1 && value !== 1) return printed(value, dtype);
  const [mantissa, power] = rounded.toExponential().split("e").map(Number);
  return rounded !== 0 && (power < -4 || power >= 4) ? `${mantissa}e${power}` : String(rounded);
}

/**
 * Return a number of a row as tf.print writes it.
 *
 * @param {Row} row
 * @param {ColumnName} name
 */
export function columnText(row, name) {
  return printed(row[name], row.dtype, row.isNegative[name]);
}

/**
 * Return what is said of the step after `taken` steps. Which sentence it is, Python has decided; here its blanks are
 * filled (rounding/text.py is the twin).
 *
 * @param {Facts} facts
 * @param {Run} run
 * @param {Row} row
 * @param {number} taken
 * @param {Pick<TriedRate, "row" | "name">} [tried]
 */
export function stepSentence(facts, run, row, taken, tried) {
  const sentences = [fillBlanks(facts.stepSentences[row.outcome], blanksOf(facts, row, taken))];
  const lastMove = run.stalledAt === null ? Infinity : run.stalledAt - 1;
  if (taken >= lastMove) sentences.push(fillBlanks(facts.identicalSteps, blanksOf(facts, row, lastMove)));
  if (tried) {
    const blanks = { ...blanksOf(facts, tried.row, taken), rate: tried.name };
    sentences.push(fillBlanks(facts.trialSentences[tried.row.outcome], blanks));
  }
  return sentences.join(" ");
}

/** @param {Facts} facts @param {Row} row @param {number} taken */
function blanksOf(facts, row, taken) {
  return {
    step: taken + 1,
    taken,
    iterations: facts.iterations,
    x: columnText(row, "x"),
    next: columnText(row, "next"),
    share: shareText(row.share, row.dtype),
    dtype: row.dtype,
    tiny: printed(TINY[row.dtype], row.dtype),
  };
}
