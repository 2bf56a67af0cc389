// What a hand does to the graph: it drags it, pinches it, turns the wheel with Ctrl or Cmd held (without, the page scrolls),
// and presses + - 0. The arrow keys belong to the transport; with Shift, they go from node to node.

import { matches } from "../../common/view/controls.js";

/** @typedef {import("./graph_layout.js").Point} Point */
/** @typedef {{ zoom: (factor: number, at?: Point) => void, pan: (right: number, down: number) => void, fit: () => void }} Moves */

export const STEP = 1.25; // that a key or a button zooms by
const WHEEL = 0.0022; // powers of e for each pixel that the wheel turns
const LINE = 16; // pixels of a line that a wheel turns
const SLACK = 4; // pixels that a click may move

/**
 * Let a hand move what is in an element.
 *
 * @param {HTMLElement | SVGElement} element
 * @param {Moves} moves
 */
export function listenToHand(element, { zoom, pan }) {
  /** @type {Map<number, Point>} the pointers that are down, by id */
  const down = new Map();
  let [isDragged, travelled] = [false, 0];

  /** @param {MouseEvent} event */
  function placeOf({ clientX, clientY }) {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** @param {PointerEvent} event */
  function press(event) {
    if (event.button !== 0) return;
    if (!down.size) [isDragged, travelled] = [false, 0];
    down.set(event.pointerId, placeOf(event));
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const last = down.get(event.pointerId);
    if (!last) return;
    const now = placeOf(event);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, now);
    travelled += Math.hypot(now.x - last.x, now.y - last.y);
    if (travelled < SLACK && !other) return;
    if (!isDragged) element.setPointerCapture(event.pointerId);
    isDragged = true;
    if (!other) pan(now.x - last.x, now.y - last.y);
    else {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      const spread = (/** @type {Point} */ { x, y }) => Math.max(1, Math.hypot(x - other.x, y - other.y));
      pan((now.x - last.x) / 2, (now.y - last.y) / 2);
      zoom(spread(now) / spread(last), middle);
    }
  }

  /** @param {PointerEvent} event */
  function release({ pointerId }) {
    down.delete(pointerId);
  }

  /** A drag ends with a click, which nobody meant. @param {MouseEvent} event */
  function click(event) {
    if (!isDragged || event.detail === 0) return; // 0: not by a pointer
    isDragged = false;
    event.stopPropagation();
  }

  /** @param {WheelEvent} event */
  function turn(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? LINE : 1) * WHEEL * (isPinch(event) ? 4 : 1)), placeOf(event));
  }

  /** Two fingers pinch: the page, which one finger may scroll, keeps still. @param {TouchEvent} event */
  function touch(event) {
    if (event.touches.length > 1) event.preventDefault();
  }

  for (const name of ["touchstart", "touchmove"])
    element.addEventListener(name, (event) => touch(/** @type {TouchEvent} */ (event)), { passive: false });
  element.addEventListener("pointerdown", (event) => press(/** @type {PointerEvent} */ (event)));
  element.addEventListener("pointermove", (event) => drag(/** @type {PointerEvent} */ (event)));
  for (const name of ["pointerup", "pointercancel"])
    element.addEventListener(name, (event) => release(/** @type {PointerEvent} */ (event)));
  element.addEventListener("click", (event) => click(/** @type {MouseEvent} */ (event)), true);
  element.addEventListener("wheel", (event) => turn(/** @type {WheelEvent} */ (event)), { passive: false });
}

/** A trackpad's pinch comes as a wheel with Ctrl that turns by little. @param {WheelEvent} event */
function isPinch({ ctrlKey, deltaMode, deltaY }) {
  return ctrlKey && deltaMode === 0 && Math.abs(deltaY) < 20;
}

/**
 * Return a handler of the keys that zoom, wherever the focus is in the deck.
 *
 * @param {Pick<Moves, "zoom" | "fit">} moves
 */
export function zoomKeys({ zoom, fit }) {
  /** @type {Record<string, (() => void) | undefined>} */
  const actions = { "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: fit };

  return (/** @type {KeyboardEvent} */ event) => {
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || isTypedIn(event.target)) return;
    event.preventDefault();
    action();
  };
}

/** @param {EventTarget | null} target */
function isTypedIn(target) {
  return matches(target, "input:not([type=range], [type=checkbox], [type=radio]), select, textarea, [contenteditable]");
}
