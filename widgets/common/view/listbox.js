// A list of lines, one of which is selected: a single stop for Tab, arrows inside, each line said by a screen reader.

import { html, KEEPS_KEYS, setOrRemoveAttribute, setText, uniqueId } from "./elements.js";

/** @typedef {{ text: string, number?: number, note?: string }} Line The number is seen and said; the note is said only. */
/** @typedef {ReturnType<typeof createListbox>} Listbox */

/**
 * @param {object} options
 * @param {(event: KeyboardEvent) => void} options.press
 * @param {(index: number) => void} options.select
 * @param {() => void} options.focused
 */
export function createListbox({ press, select, focused }) {
  const id = uniqueId();
  const name = html("div", { id, class: "view-lines-name" });
  const list = html("ul", {
    class: "view-lines",
    role: "listbox",
    tabindex: "0",
    "aria-labelledby": id,
    keydown: press,
    focus: focused,
    click: (event) => select(indexOf(event.target)),
    ...KEEPS_KEYS,
  });
  const element = html("div", { class: "view-lines-box" }, name, list);
  /** @type {HTMLElement[]} */
  let options = [];

  /** @param {Line[]} lines @param {number} selected */
  function draw(lines, selected) {
    options = lines.map((line, index) => createOption(line, index === selected));
    list.replaceChildren(...options);
    setOrRemoveAttribute(list, "aria-activedescendant", options[selected]?.id);
    options[selected]?.scrollIntoView?.({ block: "nearest" });
  }

  /** @param {EventTarget | null} target @returns {number} the index of the line that an event happened in, or -1 */
  function indexOf(target) {
    const option = target instanceof Element ? target.closest("li") : null;
    return option ? options.indexOf(option) : -1;
  }

  /** @param {number} y @returns {number} before which line something dropped at this height would come */
  function dropIndex(y) {
    return options.filter((option) => middle(option) < y).length;
  }

  /** @param {number} place where a line would be dropped; -1 for nowhere */
  function markDrop(place) {
    options.forEach((option, index) => option.classList.toggle("view-line-before", index === place));
    list.classList.toggle("view-lines-after", place === options.length);
  }

  return {
    element,
    list,
    setName: (/** @type {string} */ text) => setText(name, text),
    draw,
    indexOf,
    dropIndex,
    markDrop,
  };
}

/**
 * Spaces before a line become room before it, so that what does not fit goes on below its beginning.
 *
 * @param {Line} line
 * @param {boolean} isSelected
 */
function createOption({ text, number, note }, isSelected) {
  const grip = html("span", { class: "view-line-grip", "aria-hidden": "true" }, "⠿");
  const before = number === undefined ? [] : [html("span", { class: "view-line-number" }, String(number))];
  const line = text.trimStart();
  const style = `padding-inline-start: ${text.length - line.length}ch`;
  const after = note ? [html("span", { class: "view-unseen" }, note)] : [];
  const kind = isSelected ? "view-line view-line-chosen" : "view-line";
  const attributes = { id: uniqueId(), class: kind, role: "option", "aria-selected": String(isSelected) };
  return html("li", attributes, grip, ...before, html("span", { class: "view-line-text", style }, line), ...after);
}

/** @param {Element} option */
function middle(option) {
  const { top, height } = option.getBoundingClientRect();
  return top + height / 2;
}
