// The two sliders: the learning rate, under the bands of what becomes of it, and the iterations, which also play.

import { iconButton, showPlaying } from "../../common/view/buttons.js";
import { html } from "../../common/view/dom.js";
import { createRange } from "../../common/view/range.js";
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

  let isPlaying = false;

  controls.played = (isNow) => showPlaying(play, (isPlaying = isNow), word);

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    rate.load(word("Learning rate"), facts.rates.length - 1);
    iterations.load(word("Iterations"), controls.lastStop());
    bands.load(facts);
    controls.played(isPlaying);
  }

  function draw(shot) {
    const { kind, says } = shot.verdict;
    const text = facts.rateTexts[shot.rate];
    rate.draw(shot.rate, `${text} · ${kind}`, `${text}: ${says}`);
    iterations.draw(controls.stop(), String(shot.step), `${shot.step}: ${shot.readout}`);
    bands.draw(shot.rate);
  }

  return { element, load, draw, remove: bands.remove };
}
