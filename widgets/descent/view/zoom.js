// What part of a picture is seen: zoomed with Ctrl + wheel, two fingers, keys or buttons, and moved by dragging. The wheel
// alone scrolls the page, as everywhere.

import { html, KEEPS_KEYS } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {[low: number, high: number]} Span */
/** @typedef {{ x: Span, y: Span }} Window */

const NEAREST = 1 / 256; // of the whole picture: beyond, a float32 axis runs out of numbers
const FARTHEST = 8;
const BY_KEY = 1.4;
const BY_PIXEL = 1.002; // of the wheel
const MOVE = 0.15; // of the picture, by key

/**
 * Return a span scaled by a factor around a place in it, and no smaller or larger than is sensible for `home`.
 *
 * @param {Span} span
 * @param {Span} home the whole
 * @param {number} factor below 1 to see less, in more detail
 * @param {number} place from 0, its low end, to 1
 * @returns {Span}
 */
export function scaled([low, high], home, factor, place) {
  const whole = home[1] - home[0];
  const size = Math.max(NEAREST * whole, Math.min(FARTHEST * whole, (high - low) * factor));
  const at = low + place * (high - low);
  return [at - place * size, at + (1 - place) * size];
}

/**
 * Return a span moved by a part of its size, as far as some of `home` is still seen.
 *
 * @param {Span} span
 * @param {Span} home
 * @param {number} part
 * @returns {Span}
 */
export function moved([low, high], home, part) {
  const size = high - low;
  const to = Math.max(home[0] - 0.9 * size, Math.min(home[1] - 0.1 * size, low + part * size));
  return [to, to + size];
}

/**
 * Let a plot be zoomed and moved. It begins with the whole picture, and again whenever that changes.
 *
 * @param {Plot} plot
 * @param {() => void} redraw
 */
export function createZoom(plot, redraw) {
  /** @type {Window} */
  let home = { x: [0, 1], y: [0, 1] };
  /** @type {Window} */
  let seen = home;
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  const [out, fit, closer] = [
    zoomButton("−", () => zoom(BY_KEY)),
    zoomButton("⟲", reset),
    zoomButton("+", () => zoom(1 / BY_KEY)),
  ];
  const element = html("div", { class: "descent-zoom", role: "group" }, out, fit, closer);

  /** @param {string} text @param {() => void} click */
  function zoomButton(text, click) {
    return html("button", { type: "button", class: "view-word", click, ...KEEPS_KEYS }, text);
  }

  /** @param {Word} word */
  function load(word) {
    element.setAttribute("aria-label", word("Zoom"));
    for (const [button, name] of /** @type {const} */ ([
      [out, "Zoom out (key −)"],
      [fit, "Show all (key 0)"],
      [closer, "Zoom in (key +)"],
    ])) {
      button.title = word(name);
      button.setAttribute("aria-label", word(name));
    }
  }

  /** @param {Window} newHome */
  function setHome(newHome) {
    if (JSON.stringify(newHome) === JSON.stringify(home)) return;
    home = newHome;
    seen = home;
  }

  /** @param {number} factor */
  function zoom(factor, place = { x: 0.5, y: 0.5 }) {
    seen = { x: scaled(seen.x, home.x, factor, place.x), y: scaled(seen.y, home.y, factor, place.y) };
    redraw();
  }

  /** @param {number} across @param {number} up parts of the picture */
  function move(across, up) {
    seen = { x: moved(seen.x, home.x, across), y: moved(seen.y, home.y, up) };
    redraw();
  }

  function reset() {
    seen = home;
    redraw();
  }

  /** @param {{ clientX: number, clientY: number }} event where it is, as parts of the picture */
  function placeOf({ clientX, clientY }) {
    const box = plot.element.getBoundingClientRect();
    const [left, right] = plot.x.range();
    const [bottom, top] = plot.y.range();
    return { x: (clientX - box.left - left) / (right - left), y: (bottom - clientY + box.top) / (bottom - top) };
  }

  /** @param {WheelEvent} event */
  function wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(BY_PIXEL ** event.deltaY, placeOf(event));
  }

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button !== 0 || event.defaultPrevented) return;
    fingers.set(event.pointerId, placeOf(event));
    plot.element.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = placeOf(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (!other) return move(before.x - now.x, before.y - now.y);
    const apart = (/** @type {{ x: number, y: number }} */ one) => Math.hypot(one.x - other.x, one.y - other.y);
    zoom(apart(before) / Math.max(apart(now), 1e-3), other);
  }

  /** @param {PointerEvent} event */
  function up(event) {
    fingers.delete(event.pointerId);
  }

  /**
   * Do what a key asks for; return whether it asked for anything.
   *
   * @param {KeyboardEvent} event
   */
  function key({ key, shiftKey, altKey, ctrlKey, metaKey }) {
    if (altKey || ctrlKey || metaKey) return false;
    /** @type {Record<string, () => void>} */
    const moves = {
      ArrowLeft: () => move(-MOVE, 0),
      ArrowRight: () => move(MOVE, 0),
      ArrowUp: () => move(0, MOVE),
      ArrowDown: () => move(0, -MOVE),
    };
    /** @type {Record<string, () => void>} */
    const zooms = { "+": () => zoom(1 / BY_KEY), "=": () => zoom(1 / BY_KEY), "-": () => zoom(BY_KEY), 0: reset };
    const action = (shiftKey && moves[key]) || zooms[key];
    action?.();
    return action !== undefined;
  }

  const { element: place } = plot;
  place.addEventListener("wheel", wheel, { passive: false });
  place.addEventListener("pointerdown", down);
  place.addEventListener("pointermove", drag);
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"]))
    place.addEventListener(end, up);

  return { element, load, setHome, key, placeOf, seen: () => seen, home: () => home };
}
