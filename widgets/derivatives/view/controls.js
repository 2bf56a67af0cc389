// What sliders, keys, fields and the mouse do. A change is seen at once and sent to Python only when things rest, so
// that moving needs no kernel; and when there is none any more, moving goes on.

import { save, saveAtRest } from "../../common/view/model.js";
import { nearest } from "./facts.js";

const A_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function createControls(model) {
  let facts;
  const rest = () => saveAtRest(model);
  const position = () => nearest(facts.x, model.get("at"));
  const choose = (trait, value) => {
    model.set(trait, value);
    save(model);
  };

  function slide(i) {
    model.set("problem", "");
    model.set("at", facts.x[Math.max(0, Math.min(facts.x.length - 1, i))]);
  }

  // A typed x is asked for as it is: Python knows f there. Without Python the nearest position has to do.
  function type(text, problem) {
    const number = A_NUMBER.test(text.trim()) ? Number(text) : NaN;
    const isInside = number >= facts.x[0] && number <= facts.x.at(-1);
    model.set("problem", isInside ? "" : problem);
    if (isInside) model.set("at", number);
    save(model);
  }

  function toggle(order) {
    const orders = model.get("orders");
    choose("orders", orders.includes(order) ? orders.filter((one) => one !== order) : [...orders, order].sort());
  }

  return {
    load: (newFacts) => (facts = newFacts),
    rest,
    choose,
    slide,
    slideTo: (x) => slide(nearest(facts.x, x)),
    slideStep: (j) => model.set("h", facts.h[j]),
    type,
    toggle,
    back: () => slide(position() - 1),
    forward: () => slide(position() + 1),
    first: () => slide(0),
    last: () => slide(facts.x.length - 1),
  };
}
