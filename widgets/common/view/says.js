// The sentence that tells what just happened. It is seen at once, and spoken when the view rests.

import { html, setText } from "./dom.js";

const REST = 350; // milliseconds without a step
const LONGEST = 220; // characters that room is kept for; a longer sentence scrolls

export function createSays() {
  const spare = html("p", { class: "view-says-spare", "aria-hidden": "true" });
  const seen = html("p", { class: "view-says-seen", "aria-hidden": "true" });
  const spoken = html("p", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const element = html("div", { class: "view-says" }, spare, seen, spoken);
  let start = "";
  let timer;

  // The longest sentence takes the room, unseen, so that nothing below moves from one to the next.
  function load(sentences, first = "") {
    start = first;
    const longest = sentences.reduce((found, said) => (said.length > found.length ? said : found), start);
    setText(spare, longest.slice(0, LONGEST));
  }

  function draw(sentence = start) {
    setText(seen, sentence);
    clearTimeout(timer);
    timer = setTimeout(() => setText(spoken, sentence), REST);
    return sentence;
  }

  return { element, load, draw, remove: () => clearTimeout(timer) };
}
