// What a button or a key does, and the transport: buttons, the position slider with a strip above it (what is recorded,
// what is played back), the speed.

import { iconButton, labelButton, showPlaying } from "../../common/view/controls.js";
import {
  createPlayer,
  html,
  KEEPS_KEYS,
  SLIDER,
  setAttribute,
  setText,
  svg,
  uniqueId,
} from "../../common/view/elements.js";
import { saveAtRest } from "../../common/view/model.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {ReturnType<typeof createControls>} Controls */

/**
 * A step is kept here at once and sent to Python only when the deck rests, so that it needs no kernel; and when there is
 * none any more, playing goes on.
 *
 * @param {Pick<import("./deck.js").DeckModel, "get" | "set" | "save_changes">} model
 */
export function createControls(model) {
  let stepCount = 0;
  /** @type {(isPlaying: boolean) => void} */
  let playingChanged = () => {};
  const position = () => Math.max(0, Math.min(stepCount, model.get("position") ?? 0));
  const move = (/** @type {number} */ to) => model.set("position", Math.max(0, Math.min(stepCount, to)));
  const rest = () => saveAtRest(model);
  const goTo =
    (/** @type {() => number} */ target) =>
    (how = { byKey: false }) => {
      move(target());
      if (!how.byKey) rest();
    };
  const player = createPlayer({
    position,
    move,
    last: () => stepCount,
    changed: (isPlaying) => {
      playingChanged(isPlaying);
      if (!isPlaying) rest();
    },
  });

  return {
    load: (/** @type {Facts} */ facts) => {
      stepCount = facts.steps.length;
    },
    onPlaying: (/** @type {(isPlaying: boolean) => void} */ listener) => {
      playingChanged = listener;
    },
    position,
    move,
    rest,
    player,
    first: goTo(() => 0),
    back: goTo(() => position() - 1),
    play: player.toggle,
    forward: goTo(() => position() + 1),
    last: goTo(() => stepCount),
  };
}

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
  const box = { viewBox: "0 0 1 1", preserveAspectRatio: "none" };
  const strip = svg("svg", { class: "deck-score", ...box, "aria-hidden": "true" });
  const count = html("span", { class: "deck-count", "aria-hidden": "true" });
  const setSpeed = () => controls.player.setSpeed(Number(speed.value));
  const speed = html("select", { class: "deck-speed", change: setSpeed, ...KEEPS_KEYS });
  const speedName = html("span", { class: "deck-speed-name" });
  speed.append(...SPEEDS.map((value) => html("option", { value }, `${value}×`)));
  speed.value = "1";
  const element = html(
    "div",
    { class: "deck-transport" },
    html("div", { class: "view-buttons" }, ...Object.values(buttons)),
    html("div", { class: "deck-track" }, label, strip, slider),
    count,
    html("label", { class: "deck-pace" }, speedName, speed),
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
    setText(speedName, word("Speed"));
    strip.replaceChildren(...phaseStrip(facts));
    count.style.minWidth = `${2 * String(facts.steps.length).length + 3}ch`;
    labelButton(buttons.first, word("First"));
    labelButton(buttons.back, word("Back"));
    labelButton(buttons.forward, word("Forward"));
    labelButton(buttons.last, word("Last"));
    showPlaying(buttons.play, false, word);
  }

  /** @param {import("./deck_state.js").ViewState} state @param {string} sentence */
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

const MOST_PARTS = 300; // that the strip is cut into

/**
 * Return the strip above the slider: a low line while a tape records, a high one while a tape is played back.
 *
 * @param {Pick<Facts, "isPlayingBack" | "isRecording">} facts
 */
function phaseStrip({ isPlayingBack, isRecording }) {
  const line = (/** @type {string} */ kind, /** @type {Uint8Array} */ flags, /** @type {number} */ y) =>
    intervalsOf(flags).map(({ x, width }) => svg("rect", { class: `deck-${kind}`, x, width, y, height: 0.38 }));
  return [...line("backward", isPlayingBack, 0), ...line("recording", isRecording, 0.62)];
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
