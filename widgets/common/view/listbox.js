// A list of lines, one of which is chosen: a single stop for Tab, arrows inside, and each line said by a screen reader.

import { html, setAttributeOrNone, setText, uniqueId, KEEPS_KEYS } from "./dom.js";

export function createListbox({ press, choose, entered }) {
  const id = uniqueId();
  const name = html("div", { id, class: "view-lines-name" });
  const list = html("ul", {
    class: "view-lines",
    role: "listbox",
    tabindex: "0",
    "aria-labelledby": id,
    keydown: press,
    focus: entered,
    click: (event) => choose(options.indexOf(event.target.closest("li"))),
    ...KEEPS_KEYS,
  });
  const element = html("div", { class: "view-lines-box" }, name, list);
  let options = [];

  // Each item: { text, number, note }. The number is seen, and said with the line; the note is said only.
  function draw(items, chosen) {
    options = items.map((item, at) => createOption(item, at === chosen));
    list.replaceChildren(...options);
    setAttributeOrNone(list, "aria-activedescendant", options[chosen]?.id);
    options[chosen]?.scrollIntoView?.({ block: "nearest" });
  }

  // Return before which line something dropped at this height would come.
  function placeAt(y) {
    return options.filter((option) => middle(option) < y).length;
  }

  function mark(place) {
    options.forEach((option, at) => option.classList.toggle("view-line-before", at === place));
    list.classList.toggle("view-lines-after", place === options.length);
  }

  return {
    element,
    list,
    load: (text) => setText(name, text),
    draw,
    placeAt,
    mark,
    placeOf: (option) => options.indexOf(option),
  };
}

// Spaces before a line become room before it, so that what does not fit goes on below its beginning.
function createOption({ text, number, note }, isChosen) {
  const grip = html("span", { class: "view-line-grip", "aria-hidden": "true" }, "⠿");
  const before = number === undefined ? [] : [html("span", { class: "view-line-number" }, String(number))];
  const line = text.trimStart();
  const style = `padding-inline-start: ${text.length - line.length}ch`;
  const after = note ? [html("span", { class: "view-unseen" }, note)] : [];
  const kind = isChosen ? "view-line view-line-chosen" : "view-line";
  const attributes = { id: uniqueId(), class: kind, role: "option", "aria-selected": String(isChosen) };
  return html("li", attributes, grip, ...before, html("span", { class: "view-line-text", style }, line), ...after);
}

function middle(option) {
  const { top, height } = option.getBoundingClientRect();
  return top + height / 2;
}
