// The facts: for every position the tape's numbers and the central differences for every h, and the same at one exact
// spot. A Spot is read alike from either.

import { numbersOf } from "../../common/view/binary.js";

const TAPE = 5; // f … f⁗
const ESTIMATED = 4; // f′ … f⁗ by central difference
const COMPARED = 2; // f′ and f″ in the other dtype too

export function readFacts(model) {
  const facts = JSON.parse(model.get("facts"));
  const wide = facts.h.length;
  const shape = {
    wide,
    numbers: TAPE + ESTIMATED * wide,
    distances: (ESTIMATED + COMPARED * (facts.dtypes.length - 1)) * wide,
  };
  const grid = {
    numbers: numbersOf(facts.dtype, model.get("numbers")),
    distances: numbersOf("float32", model.get("distances")),
  };
  return { ...facts, shape, grid, value: (order, i) => grid.numbers[i * shape.numbers + order] };
}

// Return the Spot at x: the exact one if it is that of x, else that of the nearest position.
export function spotAt(facts, x, point) {
  const exact = numbersOf("float64", point);
  if (exact[0] === x) return exactSpot(facts, exact);
  const i = nearest(facts.x, x);
  const { numbers, distances } = facts.shape;
  return spot(
    facts,
    facts.x[i],
    facts.states,
    [facts.grid.numbers, i * numbers],
    [facts.grid.distances, i * distances],
  );
}

function exactSpot(facts, exact) {
  const first = 1 + facts.shape.numbers;
  const states = [...exact.subarray(first + facts.shape.distances)];
  return spot(facts, exact[0], states, [exact, 1], [exact, first]);
}

// `tape(k)` and `estimate(k, j)` return where a number stands, as [array, index]: its sign bit is read there too.
function spot(facts, x, states, [numbers, at], [distances, from]) {
  const { wide } = facts.shape;
  return {
    x,
    states,
    value: (order) => numbers[at + order],
    tape: (order) => [numbers, at + order],
    estimate: (order, j) => [numbers, at + TAPE + (order - 1) * wide + j],
    distance: (order, j) => distances[from + (order - 1) * wide + j],
    distanceInOther: (order, j) => distances[from + (ESTIMATED + order - 1) * wide + j],
  };
}

// Return the index of what is nearest to a value in a rising list with equal distances.
export function nearest(rising, value) {
  const last = rising.length - 1;
  const at = Math.round(((value - rising[0]) / (rising[last] - rising[0])) * last);
  return Math.max(0, Math.min(last, at));
}
