// The facts of all paths: what is said of them as JSON, and their numbers as TensorFlow had them, byte by byte.

import { ARRAYS, numbersOf } from "../../common/view/binary.js";

export function readFacts(model) {
  const facts = JSON.parse(model.get("facts"));
  const arrays = [split(facts, model.get("first"), 0, facts.first)];
  const isWhole = facts.steps.length <= facts.first || Boolean(model.get("rest")?.byteLength);
  if (isWhole && facts.steps.length > facts.first)
    arrays.push(split(facts, model.get("rest"), facts.first, facts.steps.length));
  const known = isWhole ? facts.steps.length : facts.first;
  const stops = facts.stops.filter((at) => at < known);
  return { ...facts, known, stops, isWhole, run: cached((rate) => runOf(facts, arrays, rate)) };
}

// A binary trait holds x, y and gradient for the steps from one to another: for each rate its steps, in order.
function split(facts, bytes, from, to) {
  const numbers = numbersOf(facts.dtype, bytes);
  const [count, wide] = [(to - from) * facts.rates.length, facts.dimensions];
  const x = numbers.subarray(0, count * wide);
  const y = numbers.subarray(count * wide, count * wide + count);
  return { length: to - from, x, y, gradient: numbers.subarray(count * wide + count) };
}

// Return one path: x, y and gradient as arrays over the steps that are known.
function runOf(facts, arrays, rate) {
  const part = (name, wide) => {
    const pieces = arrays.map((one) => one[name].subarray(rate * one.length * wide, (rate + 1) * one.length * wide));
    const whole = new ARRAYS[facts.dtype](pieces.reduce((sum, piece) => sum + piece.length, 0));
    pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
    return whole;
  };
  const wide = facts.dimensions;
  return { x: part("x", wide), y: part("y", 1), gradient: part("gradient", wide) };
}

function cached(make) {
  const made = new Map();
  return (key) => made.get(key) ?? made.set(key, make(key)).get(key);
}
