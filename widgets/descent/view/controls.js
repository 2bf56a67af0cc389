// What sliders, keys and buttons do. A change is seen at once and sent to Python only when things rest, so that sliding
// needs no kernel; and when there is none any more, sliding goes on.

import { save, saveAtRest } from "../../common/view/model.js";
import { createPlayer } from "../../common/view/player.js";
import { lastUpTo, nearest } from "../../common/view/search.js";

const SPEED = 20; // steps a second while playing

export function createControls(model) {
  const controls = { played: () => {} };
  let facts;

  const rest = () => saveAtRest(model);
  const set = (trait, value) => model.set(trait, value);
  const at = () => Math.min(facts.known - 1, lastUpTo(facts.steps, model.get("iterations")));
  const stop = () => lastUpTo(facts.stops, at());
  const lastStop = () => facts.stops.length - 1;
  const slide = (to) => set("iterations", facts.steps[facts.stops[Math.max(0, Math.min(lastStop(), to))]]);
  const go = (target) => (how) => {
    slide(target());
    if (!how?.byKey) rest();
  };
  const choose = (trait, value) => (set(trait, value), save(model));
  // What is not answered yet is asked again with what is asked next: of several messages, a busy kernel may get the last.
  const pending = () => {
    const entries = Object.entries(model.get("asked") ?? {});
    return Object.fromEntries(entries.filter(([, [, number]]) => number > (model.get("answered") ?? 0)));
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

  return Object.assign(controls, {
    load: (newFacts) => (facts = newFacts),
    rest,
    player,
    set,
    slide,
    stop,
    lastStop,
    choose,
    ask: (trait, value) => {
      const asked = pending();
      const number = 1 + Math.max(model.get("answered") ?? 0, ...Object.values(asked).map(([, one]) => one));
      choose("asked", { ...asked, [trait]: [value, number] });
    },
    asked: () => Object.fromEntries(Object.entries(pending()).map(([trait, [value]]) => [trait, value])),
    rate: () => nearest(facts.rates, model.get("learning_rate")),
    slideRate: (to) => set("learning_rate", facts.rates[to]),
    at,
    kept: () => model.get("kept") ?? [],
    isLogarithmic: () => Boolean(model.get("logarithmic")),
    isOpened: () => Boolean(model.get("opened")),
    isAlive: () => model.get("alive") !== false,
    problem: () => model.get("problem") ?? "",
    value: (trait) => model.get(trait),
    first: go(() => 0),
    back: go(() => stop() - 1),
    forward: go(() => stop() + 1),
    last: go(lastStop),
    play: player.toggle,
  });
}
