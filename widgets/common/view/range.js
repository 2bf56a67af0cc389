// A labelled slider over the positions 0 … last of a list. What it stands for is said, seen and spoken in full.

import { html, setAttribute, setText, uniqueId, KEEPS_KEYS } from "./dom.js";

// `move(position)` while it slides, `rest()` when it is let go.
export function createRange({ move, rest, kind = "" }) {
  const input = html("input", {
    type: "range",
    min: "0",
    max: "0",
    step: "1",
    class: "view-slider",
    id: uniqueId(),
    input: () => move(Number(input.value)),
    change: () => rest(),
    ...KEEPS_KEYS,
  });
  const label = html("label", { class: "view-range-name", for: input.id });
  const value = html("span", { class: "view-range-value" }); // no <output>: that would be spoken with every move
  const above = html("div", { class: "view-range-above", "aria-hidden": "true" });
  const head = html("div", { class: "view-range-head" }, label, value);
  const element = html("div", { class: `view-range ${kind}` }, head, above, input);

  function load(name, last) {
    setText(label, name);
    input.max = String(last);
  }

  // `spoken` is what a screen reader says; by default what is seen.
  function draw(position, seen, spoken = seen) {
    if (input.value !== String(position)) input.value = String(position);
    setAttribute(input, "aria-valuetext", spoken);
    setText(value, seen);
  }

  return { element, input, above, load, draw };
}
