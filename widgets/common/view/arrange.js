// Lines put in order: in one list, or taken into it from another. By keys, by buttons, or carried.

import { carriable } from "./carry.js";
import { html, setAttribute, setText, KEEPS_KEYS } from "./dom.js";
import { createListbox } from "./listbox.js";

// `changed(lists)` is called with the keys in each list when a line has moved. `withPool`: the second list is where
// lines wait. `asText(key)` gives a line, `home(keys)` puts those that wait back in their own order.
export function createArrange({ changed, withPool = false, home = (keys) => keys, word }) {
  const boxes = (withPool ? [0, 1] : [0]).map((box) =>
    createListbox({ press: (e) => press(box, e), choose: (at) => choose(box, at), entered: () => enter(box) }),
  );
  const spoken = html("p", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const buttons = boxes.map(() => html("div", { class: "view-lines-buttons" }));
  boxes.forEach((box, number) => box.element.append(buttons[number]));
  const element = html("div", { class: "view-arrange" }, ...boxes.map((box) => box.element), spoken);
  let [items, lists] = [new Map(), boxes.map(() => [])];
  const chosen = boxes.map(() => 0);
  carriable(boxes, { take: ({ box, at }) => choose(box, at), drop: move });

  // `names`: of each list. `all`: key to { text, number, note }.
  function load(names, all) {
    items = all;
    boxes.forEach((box, number) => box.load(names[number]));
    buttons[0].replaceChildren(
      button("Move up", word("Move up"), () => shift(0, -1)),
      button("Move down", word("Move down"), () => shift(0, 1)),
      ...(withPool ? [button("Take out", word("Take out"), () => swap(0))] : []),
    );
    if (withPool) buttons[1].replaceChildren(button("Take in", word("Take in"), () => swap(1)));
  }

  function draw(keys) {
    lists = keys.map((list) => [...list]);
    boxes.forEach((box, number) => {
      chosen[number] = Math.max(0, Math.min(chosen[number], lists[number].length - 1));
      const shown = lists[number].map((key) => items.get(key));
      box.draw(shown, chosen[number]);
      for (const one of buttons[number].children)
        setAttribute(one, "aria-disabled", String(lists[number].length === 0));
    });
  }

  function choose(box, at) {
    if (at < 0 || at >= lists[box].length) return;
    chosen[box] = at;
    draw(lists);
  }

  // A chosen line is said by the list itself; an empty list has none to say.
  function enter(box) {
    if (lists[box].length === 0) setText(spoken, word("There are no lines here."));
  }

  function press(box, event) {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    const steps = { ArrowUp: -1, ArrowDown: 1 };
    if (ctrlKey || metaKey || shiftKey) return;
    if (key in steps) altKey ? shift(box, steps[key]) : choose(box, chosen[box] + steps[key]);
    else if (!altKey && key === "Home") choose(box, 0);
    else if (!altKey && key === "End") choose(box, lists[box].length - 1);
    else if (!altKey && key === "Enter" && withPool) swap(box);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Move the chosen line up or down. Lines that wait keep their own order.
  function shift(box, by) {
    const [at, last] = [chosen[box], lists[box].length - 1];
    if (box === 1 || at + by < 0 || at + by > last) return;
    move({ box, at }, { box, at: by < 0 ? at - 1 : at + 2 });
  }

  // Take the chosen line into the program, at its end, or out of it.
  function swap(box) {
    if (lists[box].length > 0) move({ box, at: chosen[box] }, { box: 1 - box, at: lists[1 - box].length });
  }

  function move(from, to) {
    const key = lists[from.box][from.at];
    const after = lists.map((list) => list.filter((other) => other !== key));
    const isLater = from.box === to.box && from.at < to.at;
    after[to.box].splice(isLater ? to.at - 1 : to.at, 0, key);
    if (withPool) after[1] = home(after[1]);
    chosen[to.box] = after[to.box].indexOf(key);
    draw(after);
    tell(to.box, key);
    changed(lists);
  }

  function tell(box, key) {
    const [line, count] = [items.get(key).text.trim(), lists[box].length];
    const isOut = withPool && box === 1;
    setText(
      spoken,
      isOut
        ? word("{line}: taken out", { line })
        : word("{line}: {place} of {count}", { line, place: chosen[box] + 1, count }),
    );
  }

  return { element, load, draw, lists: () => lists };
}

function button(name, text, click) {
  const press = (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && click();
  return html("button", { type: "button", class: "view-word", click: press, ...KEEPS_KEYS }, text);
}
