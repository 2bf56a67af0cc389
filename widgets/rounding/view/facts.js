// Reads what Python sent: texts as JSON, and for each run its numbers, column by column (live/magnifying.py is the twin).

import { ARRAYS } from "../../common/view/binary.js";
import { isNegativeAt } from "../../common/view/numbers.js";

const NOTHING = -32768; // where there are no ticks
const NUMBERS = ["x", "value", "gradient", "update", "next", "share", "threshold"];

export function readFacts(text, bytes) {
  const facts = { words: {}, rates: [], names: [], steps: [], stalls: [], ...JSON.parse(text) };
  const take = taker(bytes);
  facts.runs = Object.fromEntries(
    Object.entries(facts.runs ?? {}).map(([dtype, runs]) => [dtype, runs.map((run) => readRun(run, dtype))]),
  );
  return facts;

  // After a row for each kept step comes one for each learning rate that is tried where the run ends.
  function readRun(run, dtype) {
    const rows = run.kept + facts.rates.length;
    const columns = Object.fromEntries(NUMBERS.map((name) => [name, take(ARRAYS[dtype], rows)]));
    columns.half = take(Int16Array, rows);
    columns.outcome = take(Uint8Array, rows);
    const rowAt = (row) => readRow(columns, row, dtype);
    return {
      ...run,
      dtype,
      columns,
      at: (index) => rowAt(Math.min(index, run.kept - 1)),
      tried: (rate) => rowAt(run.kept + rate),
    };
  }
}

function readRow(columns, row, dtype) {
  const read = {
    dtype,
    outcome: columns.outcome[row],
    half: columns.half[row] === NOTHING ? NaN : 2 ** columns.half[row],
    isNegative: {},
  };
  for (const name of NUMBERS) {
    read[name] = columns[name][row];
    read.isNegative[name] = isNegativeAt(columns[name], row);
  }
  return read;
}

// Takes one array after another from the bytes; copied, since an array must begin where its own size allows.
function taker(bytes) {
  let at = bytes.byteOffset;
  return (Kind, count) => {
    const end = at + count * Kind.BYTES_PER_ELEMENT;
    const array = new Kind(bytes.buffer.slice(at, end));
    at = end;
    return array;
  };
}
