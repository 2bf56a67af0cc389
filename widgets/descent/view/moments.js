// The last step, opened into its four moments: record, gradient, scale, assign.

import { html, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { numberAt, placeAt } from "./shot.js";
import { printed } from "../../common/view/numbers.js";

const MOMENTS = ["record", "gradient", "scale", "assign"];

export function createMoments(controls) {
  const opener = html("button", {
    type: "button",
    class: "view-word",
    click: () => controls.choose("opened", !controls.isOpened()),
    ...KEEPS_KEYS,
  });
  const items = MOMENTS.map((moment) => {
    const [name, formula, numbers] = [html("b"), html("code"), html("span")];
    return { moment, name, formula, numbers, element: html("li", { class: "descent-moment" }, name, formula, numbers) };
  });
  const list = html("ol", { class: "descent-moments" }, ...items.map((item) => item.element));
  let facts, word;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    for (const { moment, name, formula } of items) {
      setText(name, word(moment));
      setText(formula, facts.moments[moment]);
    }
  }

  function draw(shot) {
    opener.setAttribute("aria-expanded", String(shot.isOpened));
    setText(opener, shot.isOpened ? word("Close the step") : word("Open the step"));
    list.hidden = !shot.isOpened;
    if (!shot.isOpened) return;
    const texts = shot.at === 0 ? {} : numbersOf(shot);
    for (const { moment, numbers } of items) setText(numbers, texts[moment] ?? word("no step yet"));
  }

  function numbersOf({ run, at, rate }) {
    const from = at - 1;
    const place = (i) => placeAt(facts, run.x, i);
    const gradient = placeAt(facts, run.gradient, from);
    const isPlain = facts.optimizer === "sgd";
    const step = isPlain ? scaled(run.gradient, from, facts.rates[rate]) : facts.rule;
    return {
      record: `f(${place(from)}) = ${numberAt(facts, run.y, from)}`,
      gradient,
      scale: isPlain ? `${facts.rateTexts[rate]} × ${gradient} = ${step}` : step,
      assign: isPlain ? `${place(from)} − ${step} = ${place(at)}` : `${place(from)} → ${place(at)}`,
    };
  }

  // The optimizer keeps its rate as a float32, and a product of two floats is rounded once: so does JavaScript's.
  function scaled(gradient, from, rate) {
    const round = facts.dtype === "float32" ? Math.fround : (value) => value;
    const products = Array.from({ length: facts.dimensions }, (_, i) =>
      printed(round(Math.fround(rate) * gradient[from * facts.dimensions + i]), facts.dtype),
    );
    return facts.isList ? `[${products.join(" ")}]` : products[0];
  }

  return { opener, element: list, load, draw };
}
