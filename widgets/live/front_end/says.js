// The sentence that tells what just happened. It is seen at once, and spoken when the deck rests.

import { html, setText } from "./dom.js";

const REST = 350; // milliseconds without a step
const LONGEST = 220; // characters that room is kept for; a longer sentence scrolls

export function createSays() {
  const spare = html("p", { class: "deck-says-spare", "aria-hidden": "true" });
  const seen = html("p", { class: "deck-says-seen", "aria-hidden": "true" });
  const spoken = html("p", { class: "deck-unseen", role: "status", "aria-live": "polite" });
  const element = html("div", { class: "deck-says" }, spare, seen, spoken);
  let start = "";
  let timer;

  function load(facts, word) {
    start = word("Nothing has run yet. Press play, or the right arrow key.");
    // The longest sentence takes the room, unseen, so that nothing below moves while stepping.
    const longest = facts.steps.reduce((found, step) => (step.says?.length > found.length ? step.says : found), start);
    setText(spare, longest.slice(0, LONGEST));
  }

  function draw(frame) {
    const sentence = frame.step ? frame.says : start;
    setText(seen, sentence);
    clearTimeout(timer);
    timer = setTimeout(() => setText(spoken, sentence), REST);
    return sentence;
  }

  return { element, load, draw, remove: () => clearTimeout(timer) };
}
