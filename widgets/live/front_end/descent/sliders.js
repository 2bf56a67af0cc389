// The two sliders: the learning rate, under the bands of what becomes of it, and the iterations, which also play.

import { iconButton, showPlaying } from "../shared/buttons.js";
import { html } from "../shared/dom.js";
import { createRange } from "../shared/range.js";
import { createBands } from "./bands.js";

export function createSliders(controls) {
  const rate = createRange({ kind: "descent-rate", move: controls.slideRate, rest: controls.rest });
  const iterations = createRange({ kind: "descent-iterations", move: controls.slide, rest: controls.rest });
  const bands = createBands();
  const play = iconButton("play", () => controls.play());
  const element = html(
    "div",
    { class: "descent-sliders" },
    rate.element,
    html("div", { class: "descent-play" }, play, iterations.element),
  );
  rate.above.append(bands.element);
  let facts, word;

  controls.played = (isPlaying) => showPlaying(play, isPlaying, word);

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    rate.load(word("Learning rate"), facts.rates.length - 1);
    iterations.load(word("Iterations"), controls.lastStop());
    bands.load(facts);
    controls.played(false);
  }

  function draw(shot) {
    const { kind, says } = shot.verdict;
    rate.draw(shot.rate, `${facts.rates[shot.rate]} · ${kind}`, `${facts.rates[shot.rate]}: ${says}`);
    iterations.draw(controls.stop(), String(shot.step), `${shot.step}: ${shot.readout}`);
    bands.draw(shot.rate);
  }

  return { element, load, draw, remove: bands.remove };
}
