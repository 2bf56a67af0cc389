// Controls that several views have: a labelled slider, the keys that step, and the sentence that says what happens.

import { html, KEEPS_KEYS, setAttribute, setText, uniqueId } from "./dom.js";

/** @typedef {"first" | "back" | "play" | "forward" | "last"} StepAction */

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

/**
 * Return a field to type a value into.
 *
 * @param {HTMLElement} problem says why the last value was refused
 * @param {() => void} commit called when a value has been typed
 */
export function createTextField(problem, commit) {
  return html("input", {
    type: "text",
    class: "view-text",
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": problem.id,
    change: commit,
    // JupyterLab takes away what Enter does to a field by itself.
    keydown: (event) => event.key === "Enter" && commit(),
    ...KEEPS_KEYS,
  });
}
