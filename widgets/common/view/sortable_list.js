// Lines to be put in order: in one list, or taken into it from another. By keys, by buttons, or with the pointer.

import { html, KEEPS_KEYS, setAttribute, setText } from "./elements.js";
import { createListbox } from "./listbox.js";

/** @typedef {import("./elements.js").Word} Word */
/** @typedef {import("./listbox.js").Line} Line */
/** @typedef {{ list: number, index: number }} Place in a list, or before which of its lines */
/** @typedef {import("./listbox.js").Listbox} Listbox */

/**
 * Create one list to sort, or two: then the second is where lines wait that are not in the program.
 *
 * @template {string | number} Key
 * @param {object} options
 * @param {(lists: Key[][]) => void} options.changed called with the keys in each list when a line has moved
 * @param {Word} options.word
 * @param {boolean} [options.withPool] whether there is a second list
 * @param {(keys: Key[]) => Key[]} [options.poolOrder] the order of the lines that wait
 */
export function createSortableLists({ changed, word, withPool = false, poolOrder = (keys) => keys }) {
  const boxes = (withPool ? [0, 1] : [0]).map((list) =>
    createListbox({
      press: (event) => press(list, event),
      select: (index) => select(list, index),
      focused: () => announceEmpty(list),
    }),
  );
  const spoken = html("p", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const buttons = boxes.map(() => html("div", { class: "view-lines-buttons" }));
  boxes.forEach((box, list) => box.element.append(buttons[list]));
  const element = html("div", { class: "view-arrange" }, ...boxes.map((box) => box.element), spoken);
  /** @type {Map<Key, Line>} */
  let lines = new Map();
  /** @type {Key[][]} */
  let lists = boxes.map(() => []);
  const selected = boxes.map(() => 0);
  sortByPointer(boxes, { take: ({ list, index }) => select(list, index), drop: move });

  /** @param {string[]} names of each list @param {Map<Key, Line>} all */
  function load(names, all) {
    lines = all;
    boxes.forEach((box, list) => box.setName(names[list]));
    buttons[0].replaceChildren(
      button(word("Move up"), () => shift(0, -1)),
      button(word("Move down"), () => shift(0, 1)),
      ...(withPool ? [button(word("Take out"), () => swap(0))] : []),
    );
    if (withPool) buttons[1].replaceChildren(button(word("Take in"), () => swap(1)));
  }

  /** @param {readonly (readonly Key[])[]} keys */
  function draw(keys) {
    lists = keys.map((list) => [...list]);
    boxes.forEach((box, list) => {
      selected[list] = Math.max(0, Math.min(selected[list], lists[list].length - 1));
      box.draw(lists[list].map(lineOf), selected[list]);
      for (const one of buttons[list].children) setAttribute(one, "aria-disabled", String(lists[list].length === 0));
    });
  }

  /** @param {Key} key */
  function lineOf(key) {
    return lines.get(key) ?? { text: "" };
  }

  /** @param {number} list @param {number} index */
  function select(list, index) {
    if (index < 0 || index >= lists[list].length) return;
    selected[list] = index;
    draw(lists);
  }

  /**
   * A selected line is said by the list itself; an empty list has none to say.
   *
   * @param {number} list
   */
  function announceEmpty(list) {
    if (lists[list].length === 0) setText(spoken, word("There are no lines here."));
  }

  /** @param {number} list @param {KeyboardEvent} event */
  function press(list, event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (ctrlKey || metaKey || shiftKey) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (step !== undefined && altKey) shift(list, step);
    else if (step !== undefined) select(list, selected[list] + step);
    else if (!altKey && key === "Home") select(list, 0);
    else if (!altKey && key === "End") select(list, lists[list].length - 1);
    else if (!altKey && key === "Enter" && withPool) swap(list);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Move the selected line up or down. Lines that wait keep their own order.
   *
   * @param {number} list
   * @param {number} by
   */
  function shift(list, by) {
    const [index, last] = [selected[list], lists[list].length - 1];
    if (list === 1 || index + by < 0 || index + by > last) return;
    move({ list, index }, { list, index: by < 0 ? index - 1 : index + 2 });
  }

  /**
   * Take the selected line into the program, at its end, or out of it.
   *
   * @param {number} list
   */
  function swap(list) {
    if (lists[list].length > 0)
      move({ list, index: selected[list] }, { list: 1 - list, index: lists[1 - list].length });
  }

  /** @param {Place} from @param {Place} to */
  function move(from, to) {
    const key = lists[from.list][from.index];
    const after = moved(lists, from, to);
    if (withPool) after[1] = poolOrder(after[1]);
    selected[to.list] = after[to.list].indexOf(key);
    draw(after);
    announce(to.list, key);
    changed(lists);
  }

  /** @param {number} list @param {Key} key */
  function announce(list, key) {
    const [line, count] = [lineOf(key).text.trim(), lists[list].length];
    const isOut = withPool && list === 1;
    const place = selected[list] + 1;
    setText(
      spoken,
      isOut ? word("{line}: taken out", { line }) : word("{line}: {place} of {count}", { line, place, count }),
    );
  }

  return { element, load, draw, lists: () => lists };
}

/**
 * Return lists in which one element has moved before another place.
 *
 * @template Key
 * @param {Key[][]} lists
 * @param {Place} from
 * @param {Place} to
 */
export function moved(lists, from, to) {
  const key = lists[from.list][from.index];
  const after = lists.map((list) => list.filter((other) => other !== key));
  const isLater = from.list === to.list && from.index < to.index;
  after[to.list].splice(isLater ? to.index - 1 : to.index, 0, key);
  return after;
}

/** @param {string} text @param {() => void} click */
function button(text, click) {
  const press = (/** @type {MouseEvent} */ { currentTarget }) => {
    if (currentTarget instanceof Element && currentTarget.getAttribute("aria-disabled") !== "true") click();
  };
  return html("button", { type: "button", class: "view-word", click: press, ...KEEPS_KEYS }, text);
}

const LEAST_MOVE = 5; // pixels: less is a click

/**
 * Let lines be carried with the mouse, a finger or a pen: within their list, or to another.
 *
 * @param {Listbox[]} boxes
 * @param {object} options
 * @param {(place: Place) => void} options.take
 * @param {(from: Place, to: Place) => void} options.drop
 */
function sortByPointer(boxes, { take, drop }) {
  boxes.forEach((box, list) => {
    box.list.addEventListener("pointerdown", (event) => {
      const index = box.indexOf(event.target);
      if (event.button !== 0 || index < 0) return;
      take({ list, index });
      carry(event, { list, index });
    });
  });

  /** @param {PointerEvent} event @param {Place} from */
  function carry(event, from) {
    const element = boxes[from.list].list;
    const start = { x: event.clientX, y: event.clientY };
    /** @type {Place | undefined} */
    let to;
    element.setPointerCapture(event.pointerId);

    function move(/** @type {PointerEvent} */ { clientX, clientY }) {
      if (!to && Math.hypot(clientX - start.x, clientY - start.y) < LEAST_MOVE) return;
      element.classList.add("view-lines-carried");
      const place = placeUnder(clientX, clientY);
      to = place;
      boxes.forEach((box, list) => box.markDrop(list === place.list ? place.index : -1));
    }

    // A finger that turns out to scroll the page is cancelled, and carries nothing.
    function finish(/** @type {PointerEvent} */ { type }) {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", finish);
      element.removeEventListener("pointercancel", finish);
      element.classList.remove("view-lines-carried");
      boxes.forEach((box) => box.markDrop(-1));
      if (to && type === "pointerup") drop(from, to);
    }

    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", finish);
    element.addEventListener("pointercancel", finish);
  }

  /** @param {number} x @param {number} y @returns {Place} in the list under the pointer, else in the nearest */
  function placeUnder(x, y) {
    const distances = boxes.map(({ element }) => distance(element.getBoundingClientRect(), x, y));
    const list = distances.indexOf(Math.min(...distances));
    return { list, index: boxes[list].dropIndex(y) };
  }
}

/** @param {DOMRect} box @param {number} x @param {number} y */
function distance({ left, right, top, bottom }, x, y) {
  return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
}
