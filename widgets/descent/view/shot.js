// One picture's facts: the run that the sliders have chosen, up to the step that they have chosen.

import { isNegativeAt, printed } from "../../common/view/numbers.js";

export function shotOf(facts, controls) {
  const rate = controls.rate();
  const at = controls.at();
  const run = facts.run(rate);
  return {
    facts,
    run,
    rate,
    at, // the index of the last step that is shown
    step: facts.steps[at],
    verdict: facts.verdicts[rate],
    readout: readout(facts, run, at),
    kept: controls.kept(),
    isLogarithmic: controls.isLogarithmic(),
    isOpened: controls.isOpened(),
    problem: controls.problem(),
    asked: controls.asked(),
    isAlive: controls.isAlive(),
  };
}

// What tf.print("y =", y, "; x =", x) prints.
export function readout(facts, run, at) {
  return `y = ${numberAt(facts, run.y, at)} ; x = ${placeAt(facts, run.x, at)}`;
}

export function numberAt(facts, numbers, index) {
  return printed(numbers[index], facts.dtype, isNegativeAt(numbers, index));
}

// Return a place or a gradient as text: a number, or numbers in brackets.
export function placeAt(facts, numbers, at) {
  const wide = facts.dimensions;
  const texts = Array.from({ length: wide }, (_, i) => numberAt(facts, numbers, at * wide + i));
  return facts.isList ? `[${texts.join(" ")}]` : texts[0];
}
