// The sentences about a step. Which one it is, Python has decided; here its blanks are filled (words/precision.py is the twin).

import { printed } from "../../common/view/numbers.js";

const TINY = { float32: 2 ** -126, float64: 2 ** -1022 };

// Return a multiple of half a tick, or a threshold, as text: four digits, or all where four would wrongly say 1.
export function shareText(value, dtype) {
  if (!Number.isFinite(value)) return printed(value);
  const rounded = Number(value.toPrecision(4));
  if (rounded === 1 && value !== 1) return printed(value, dtype);
  const [mantissa, power] = rounded.toExponential().split("e").map(Number);
  return rounded !== 0 && (power < -4 || power >= 4) ? `${mantissa}e${power}` : String(rounded);
}

// Return a number of a row as tf.print writes it.
export function reading(row, name) {
  return printed(row[name], row.dtype, row.isNegative[name]);
}

// Return what is said of the step after `taken` steps; `tried` is { row, name } of another learning rate, or undefined.
export function says(facts, run, row, taken, tried) {
  const said = [fill(facts.says[row.outcome], blanks(facts, row, taken))];
  const rest = run.stalledAt === null ? Infinity : run.stalledAt - 1;
  if (taken >= rest) said.push(fill(facts.forever, blanks(facts, row, rest)));
  if (tried) said.push(fill(facts.tries[tried.row.outcome], { ...blanks(facts, tried.row, taken), rate: tried.name }));
  return said.join(" ");
}

function blanks(facts, row, taken) {
  return {
    step: taken + 1,
    taken,
    iterations: facts.iterations,
    x: reading(row, "x"),
    next: reading(row, "next"),
    share: shareText(row.share, row.dtype),
    dtype: row.dtype,
    tiny: printed(TINY[row.dtype], row.dtype),
  };
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
}
