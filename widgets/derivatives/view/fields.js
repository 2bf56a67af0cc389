// The field for x, and what is drawn: each curve with a piece of its line, which differs by dash as well as by colour.

import { html, setText, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { placeText } from "./shot.js";

const TOUCHES = ["tangent", "parabola"];

export function createFields(controls) {
  const problem = html("div", { class: "view-problem", role: "alert", id: uniqueId() });
  const x = html("input", {
    type: "text",
    class: "view-text",
    spellcheck: "false",
    autocomplete: "off",
    "aria-describedby": problem.id,
    change: commit,
    // JupyterLab takes away what Enter does to a field by itself.
    keydown: (event) => event.key === "Enter" && commit(),
    ...KEEPS_KEYS,
  });
  const legend = html("div", { class: "derivatives-legend", role: "group" });
  const fields = html("div", { class: "view-fields" }, html("label", { class: "view-field" }, "x =", x), legend);
  const element = html("div", { class: "derivatives-fields" }, fields, problem);
  let facts, word, boxes, committed;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    legend.setAttribute("aria-label", word("Drawn"));
    const curves = facts.names.map((name, order) => {
      const text = word("{name}, {dash}", { name, dash: facts.dashes[order] });
      return box(`curve is-order-${order}`, name, text, () => controls.toggle(order), !facts.drawable[order]);
    });
    const names = { tangent: word("tangent"), parabola: word("osculating parabola") };
    const touches = TOUCHES.map((trait) => box(trait, names[trait], names[trait], (on) => controls.choose(trait, on)));
    boxes = [...curves, ...touches];
    legend.replaceChildren(...boxes.map((one) => one.element));
  }

  function box(kind, name, spoken, change, disabled = false) {
    const input = html("input", {
      type: "checkbox",
      "aria-label": spoken,
      disabled: disabled ? "" : undefined,
      change: () => change(input.checked),
      ...KEEPS_KEYS,
    });
    const sample = svg(
      "svg",
      { class: "derivatives-sample", width: 34, height: 10, "aria-hidden": "true" },
      svg("path", { class: `derivatives-${kind}`, d: "M1 5H33" }),
    );
    return {
      input,
      element: html("label", { class: "derivatives-box", title: spoken }, input, sample, html("span", {}, name)),
    };
  }

  // What is typed is committed once, whether Enter or leaving the field says so first.
  function commit() {
    if (x.value === committed) return;
    committed = x.value;
    const [low, high] = [facts.x[0], facts.x.at(-1)].map((end) => placeText(facts, end));
    const example = placeText(facts, facts.x[facts.x.length >> 1]);
    const blanks = { text: JSON.stringify(x.value), low, high, example };
    controls.type(
      x.value,
      word("{text} is no x that can be shown. Type a number from {low} to {high}, such as {example}.", blanks),
    );
  }

  function draw(shot) {
    setText(problem, shot.problem);
    const on = [...facts.names.map((_, order) => shot.orders.includes(order)), shot.tangent, shot.parabola];
    boxes.forEach((one, i) => (one.input.checked = on[i]));
    const text = placeText(facts, shot.asked);
    if (!shot.problem && committed !== text) x.value = committed = text;
  }

  return { element, load, draw };
}
