// Playing: the round buttons with an icon, and the player that takes one step after another.

import { html, KEEPS_KEYS, setAttribute, svg } from "./dom.js";

/** @typedef {import("./dom.js").Word} Word */

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
