// Controls that several views have: icon buttons, a labelled slider, a player, the keys that step, and the sentence that
// says what happens.

import { html, KEEPS_KEYS, setAttribute, setText, svg, uniqueId } from "./dom.js";

/** @typedef {import("./dom.js").Word} Word */
/** @typedef {"first" | "back" | "play" | "forward" | "last"} StepAction */

const ICONS = {
  first: "M5 4v12M16 4l-8 6 8 6",
  back: "M13 4l-8 6 8 6",
  play: "M6 3.5l11 6.5-11 6.5z",
  pause: "M5.5 4h3v12h-3zM11.5 4h3v12h-3z",
  forward: "M7 4l8 6-8 6",
  last: "M15 4v12M4 4l8 6-8 6",
};

/** @param {keyof typeof ICONS} name @param {() => void} click */
export function iconButton(name, click) {
  const icon = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
  return html("button", { type: "button", class: `view-button view-${name}`, click, ...KEEPS_KEYS }, icon);
}

/** @param {HTMLButtonElement} button @param {string} text */
export function labelButton(button, text) {
  setAttribute(button, "aria-label", text);
  button.title = text;
}

/**
 * The play button shows what it will do next.
 *
 * @param {HTMLButtonElement} button
 * @param {boolean} isPlaying
 * @param {Word} word
 */
export function showPlaying(button, isPlaying, word) {
  labelButton(button, isPlaying ? word("Pause") : word("Play"));
  const icon = button.querySelector("path");
  if (icon) setAttribute(icon, "d", isPlaying ? ICONS.pause : ICONS.play);
}

/** The attributes of a slider over the positions of a list. */
export const SLIDER = { type: "range", min: "0", max: "0", step: "1", class: "view-slider", ...KEEPS_KEYS };

/**
 * Create a labelled slider over the positions 0 … last of a list. What a position stands for is seen and spoken.
 *
 * @param {object} options
 * @param {(position: number) => void} options.move called while it slides
 * @param {() => void} options.rest called when it is let go
 * @param {string} [options.kind] a class
 */
export function createSlider({ move, rest, kind = "" }) {
  const handlers = { input: () => move(Number(input.value)), change: () => rest() };
  const input = html("input", { ...SLIDER, id: uniqueId(), ...handlers });
  const label = html("label", { class: "view-range-name", for: input.id });
  const value = html("span", { class: "view-range-value" }); // no <output>: that would be spoken with every move
  const above = html("div", { class: "view-range-above", "aria-hidden": "true" });
  const head = html("div", { class: "view-range-head" }, label, value);
  const element = html("div", { class: `view-range ${kind}` }, head, above, input);

  /** @param {string} name @param {number} last */
  function load(name, last) {
    setText(label, name);
    input.max = String(last);
  }

  /** @param {number} position @param {string} seen @param {string} spoken what a screen reader says */
  function draw(position, seen, spoken = seen) {
    if (input.value !== String(position)) input.value = String(position);
    setAttribute(input, "aria-valuetext", spoken);
    setText(value, seen);
  }

  return { element, input, above, load, draw };
}

const STEP_MS = 1000; // how long a step is shown at speed 1

/**
 * Create a player: one step after another, until the end, or until somebody else moves the position.
 *
 * @param {object} options
 * @param {() => number} options.position
 * @param {() => number} options.last
 * @param {(position: number) => void} options.move
 * @param {(isPlaying: boolean) => void} options.changed
 */
export function createPlayer({ position, last, move, changed }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let expected = -1;
  let speed = 1;

  function play() {
    if (last() === 0) return;
    if (position() >= last()) move(0);
    schedule();
    changed(true);
  }

  function schedule() {
    expected = position();
    timer = setTimeout(advance, STEP_MS / speed);
  }

  function advance() {
    expected += 1;
    move(expected);
    if (position() >= last()) pause();
    else schedule();
  }

  function pause() {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    changed(false);
  }

  return {
    pause,
    toggle: () => (timer === undefined ? play() : pause()),
    /** Must be called when the position has changed. */
    moved: () => {
      if (timer !== undefined && position() !== expected) pause();
    },
    setSpeed: (/** @type {number} */ stepsPerSecond) => {
      speed = stepsPerSecond;
    },
  };
}

/**
 * Keys that step wherever the focus is inside a view, but never take a letter from a field that is typed in.
 *
 * @param {Partial<Record<StepAction, (how: { byKey: boolean }) => void>>} controls
 */
export function keyHandler(controls) {
  /** @type {Record<string, ((how: { byKey: boolean }) => void) | undefined>} */
  const actions = {
    ArrowLeft: controls.back,
    ArrowRight: controls.forward,
    Home: controls.first,
    End: controls.last,
    " ": controls.play,
  };

  return function press(/** @type {KeyboardEvent} */ event) {
    const action = actions[event.key];
    if (!action || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isTaken(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== " " || !event.repeat) action({ byKey: true });
  };
}

/**
 * A field keeps all its keys, a list its arrows; and Space presses the button that has the focus, as everywhere.
 *
 * @param {KeyboardEvent} event
 */
function isTaken({ target, key }) {
  return matches(target, "input[type=text], select") || (key === " " && matches(target, "button"));
}

/**
 * Return whether the target of an event is an element that a selector matches.
 *
 * @param {EventTarget | null} target
 * @param {string} selector
 */
export function matches(target, selector) {
  return target instanceof Element && target.matches(selector);
}

const QUIET_MS = 350; // without a step, before a sentence is spoken
const MOST_ROOM = 220; // characters that room is kept for; a longer sentence scrolls

/** Create the sentence that tells what just happened. It is seen at once, and spoken when the view rests. */
export function createStatus() {
  const spare = html("p", { class: "view-says-spare", "aria-hidden": "true" });
  const seen = html("p", { class: "view-says-seen", "aria-hidden": "true" });
  const spoken = html("p", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const element = html("div", { class: "view-says" }, spare, seen, spoken);
  let start = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /**
   * The longest sentence takes the room, unseen, so that nothing below moves from one to the next.
   *
   * @param {string[]} sentences
   * @param {string} first what is said before anything has happened
   */
  function load(sentences, first = "") {
    start = first;
    const longest = sentences.reduce((found, one) => (one.length > found.length ? one : found), start);
    setText(spare, longest.slice(0, MOST_ROOM));
  }

  function draw(sentence = start) {
    setText(seen, sentence);
    clearTimeout(timer);
    timer = setTimeout(() => setText(spoken, sentence), QUIET_MS);
    return sentence;
  }

  return { element, load, draw, remove: () => clearTimeout(timer) };
}
