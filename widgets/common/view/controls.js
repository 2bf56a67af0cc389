// What is pressed and typed in several views: the keys that step, round buttons with an icon, a field for a text.

import { html, KEEPS_KEYS, setAttribute, svg } from "./elements.js";

/** @typedef {import("./elements.js").Word} Word */
/** @typedef {"first" | "back" | "play" | "forward" | "last"} StepAction */

/**
 * Keys that step wherever the focus is inside a view, but never take a letter from a field that is typed in.
 *
 * @param {Partial<Record<StepAction, (how: { byKey: boolean }) => void>>} controls
 * @param {(event: KeyboardEvent) => boolean} isKept whether what has the focus keeps a key
 */
export function keyHandler(controls, isKept = () => false) {
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
    if (!action || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (isTaken(event) || isKept(event)) return;
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

/**
 * Return a field to type a value into, which Enter commits.
 *
 * @param {() => void} commit called when Enter is pressed; to commit whatever was typed, listen to `change` as well
 * @param {import("./elements.js").Attributes} attributes
 */
export function createTextField(commit, attributes) {
  return html("input", {
    type: "text",
    class: "view-text",
    spellcheck: "false",
    autocomplete: "off",
    // JupyterLab takes away what Enter does to a field by itself.
    keydown: (event) => event.key === "Enter" && commit(),
    ...KEEPS_KEYS,
    ...attributes,
  });
}
