// What sliders, keys and buttons do. A change is seen at once and sent to Python only when things rest, so that sliding
// needs no kernel; and when there is none any more, sliding goes on.

import { save } from "../shared/model.js";
import { createPlayer } from "../shared/player.js";

const SPEED = 20; // steps a second while playing

export function createControls(model) {
  const controls = { played: () => {} };
  let facts;

  const rest = () => save(model);
  const set = (trait, value) => model.set(trait, value);
  const stop = () => nearest(facts.stops, facts.stepIndex(model.get("iterations")));
  const lastStop = () => facts.stops.length - 1;
  const slide = (to) => set("iterations", facts.steps[facts.stops[Math.max(0, Math.min(lastStop(), to))]]);
  const go = (target) => (how) => {
    slide(target());
    if (!how?.byKey) rest();
  };
  const player = createPlayer({
    get: stop,
    move: slide,
    last: lastStop,
    changed: (isPlaying) => {
      controls.played(isPlaying);
      if (!isPlaying) rest();
    },
  });
  player.setSpeed(SPEED);

  function load(newFacts) {
    facts = newFacts;
    facts.stepIndex = (step) => Math.max(0, Math.min(facts.known - 1, countUpTo(facts.steps, step) - 1));
  }

  return Object.assign(controls, {
    load,
    rest,
    player,
    set,
    slide,
    stop,
    lastStop,
    choose: (trait, value) => (set(trait, value), rest()),
    ask: (trait, value) => (set("asked", { [trait]: value }), rest()),
    rate: () => nearestRate(facts.rates, model.get("learning_rate")),
    slideRate: (to) => set("learning_rate", facts.rates[to]),
    at: () => facts.stepIndex(model.get("iterations")),
    kept: () => model.get("kept") ?? [],
    isLogarithmic: () => Boolean(model.get("logarithmic")),
    isOpened: () => Boolean(model.get("opened")),
    isAlive: () => model.get("alive") !== false,
    start: () => model.get("start"),
    problem: () => model.get("problem") ?? "",
    value: (trait) => model.get(trait),
    first: go(() => 0),
    back: go(() => stop() - 1),
    forward: go(() => stop() + 1),
    last: go(lastStop),
    play: player.toggle,
  });
}

function countUpTo(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Return the position in a rising list of the last number that is not above a value.
function nearest(sorted, value) {
  return Math.max(0, countUpTo(sorted, value) - 1);
}

function nearestRate(rates, rate) {
  const below = nearest(rates, rate);
  const above = Math.min(rates.length - 1, below + 1);
  return rates[above] - rate < rate - rates[below] ? above : below;
}
