// The deck's transport: buttons, the position slider with a strip above it (what is recorded, what is played back), the
// speed; and the phase in a word.

import { iconButton, labelButton, showPlaying } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, SLIDER, setAttribute, setText, svg, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").Controls} Controls */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

const STRIP = 1000; // how wide the strip is, in its own units
const SPEEDS = ["0.5", "1", "2", "5", "20"];

/** @param {Controls} controls */
export function createTransport(controls) {
  const buttons = {
    first: iconButton("first", () => controls.first()),
    back: iconButton("back", () => controls.back()),
    play: iconButton("play", () => controls.play()),
    forward: iconButton("forward", () => controls.forward()),
    last: iconButton("last", () => controls.last()),
  };
  const handlers = { input: () => controls.move(Number(slider.value)), change: () => controls.rest() };
  const slider = html("input", { ...SLIDER, id: uniqueId(), ...handlers });
  const label = html("label", { class: "view-unseen", for: slider.id });
  const box = { viewBox: `0 0 ${STRIP} 8`, preserveAspectRatio: "none" };
  const strip = svg("svg", { class: "deck-score", ...box, "aria-hidden": "true" });
  const count = html("span", { class: "deck-count", "aria-hidden": "true" });
  const setSpeed = () => controls.player.setSpeed(Number(speed.value));
  const speed = html("select", { class: "deck-speed", change: setSpeed, ...KEEPS_KEYS });
  speed.append(...SPEEDS.map((value) => html("option", { value }, `${value}×`)));
  speed.value = "1";
  const element = html(
    "div",
    { class: "deck-transport" },
    html("div", { class: "view-buttons" }, ...Object.values(buttons)),
    html("div", { class: "deck-track" }, label, strip, slider),
    count,
    speed,
  );
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  controls.onPlaying((isPlaying) => showPlaying(buttons.play, isPlaying, word));

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    slider.max = String(facts.steps.length);
    setText(label, word("Position"));
    setAttribute(speed, "aria-label", word("Speed"));
    speed.title = word("Speed");
    strip.replaceChildren(...phaseStrip(facts));
    count.style.width = `${2 * String(facts.steps.length).length + 3}ch`;
    labelButton(buttons.first, word("First"));
    labelButton(buttons.back, word("Back"));
    labelButton(buttons.forward, word("Forward"));
    labelButton(buttons.last, word("Last"));
    showPlaying(buttons.play, false, word);
  }

  /** @param {ViewState} state @param {string} sentence */
  function draw({ position }, sentence) {
    const last = facts.steps.length;
    if (slider.value !== String(position)) slider.value = String(position);
    const step = word("Step {position} of {last}", { position, last });
    setAttribute(slider, "aria-valuetext", `${step}. ${sentence}`);
    setText(count, `${position} / ${last}`);
    for (const name of /** @type {const} */ (["first", "back"]))
      setAttribute(buttons[name], "aria-disabled", String(position === 0));
    for (const name of /** @type {const} */ (["forward", "last"]))
      setAttribute(buttons[name], "aria-disabled", String(position === last));
  }

  return { element, load, draw };
}

/** What the tape is doing, as a word and a mark: its color is not alone. All words are there, so that it keeps its width. */
export function createPhase() {
  const element = html("div", { class: "deck-phase" });
  /** @type {Map<string, HTMLElement>} */
  let names = new Map();

  /** @param {Facts} _facts @param {Word} word */
  function load(_facts, word) {
    const words = {
      recording: word("recording"),
      backward: word("playing back"),
      error: word("an error"),
      idle: word("not recording"),
    };
    const mark = () => html("span", { class: "deck-mark", "aria-hidden": "true" });
    names = new Map(Object.entries(words).map(([phase, text]) => [phase, html("span", {}, mark(), text)]));
    element.replaceChildren(...names.values());
  }

  /** @param {ViewState} state */
  function draw({ phase }) {
    for (const [name, span] of names) span.classList.toggle("is-now", name === phase);
  }

  return { element, load, draw };
}

const MOST_PARTS = 300; // that the strip is cut into

/**
 * Return the strip above the slider: a low line while a tape records, a high one while a tape is played back.
 *
 * @param {Pick<Facts, "isPlayingBack" | "isRecording">} facts
 */
function phaseStrip({ isPlayingBack, isRecording }) {
  const line = (/** @type {string} */ kind, /** @type {Uint8Array} */ flags, /** @type {number} */ y) =>
    intervalsOf(flags).map(({ x, width }) =>
      svg("rect", { class: `deck-${kind}`, x: x * STRIP, width: width * STRIP, y, height: 3 }),
    );
  return [...line("backward", isPlayingBack, 0), ...line("recording", isRecording, 5)];
}

/**
 * Return where the flags of all positions are set, as parts of a strip that is 1 wide.
 *
 * @param {ArrayLike<number>} flags by position; a part of the strip has the flag of the position at its end
 */
export function intervalsOf(flags) {
  const last = flags.length - 1;
  const parts = Math.min(MOST_PARTS, last);
  /** @type {{ from: number, to: number }[]} */
  const runs = [];
  for (let part = 0; part < parts; part += 1) {
    if (!flags[Math.ceil(((part + 1) * last) / parts)]) continue;
    const run = runs.at(-1);
    if (run && run.to === part) run.to += 1;
    else runs.push({ from: part, to: part + 1 });
  }
  return runs.map(({ from, to }) => ({ x: from / parts, width: (to - from) / parts }));
}
