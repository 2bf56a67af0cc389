// A gradient written out as the sum that the chain rule makes it: each term with where it came from, and what they come to.

import { html, KEEPS_KEYS, setText } from "../../common/view/elements.js";
import { labelOf, termsOf } from "./shown_tensor.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./shown_tensor.js").Term} Term */

const MOST = 40; // terms that are written out

/** @param {(position: number) => void} goTo */
export function createTermList(goTo) {
  const name = html("div", { class: "deck-value-sum-name" });
  const list = html("ol", { class: "deck-value-terms" });
  const total = html("div", { class: "deck-value-total" });
  const element = html("div", { class: "deck-value-sum" }, name, list, total);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  let drawn = "";

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, drawn] = [newFacts, newWord, ""];
  }

  /** @param {ViewState} state @param {number} tensor */
  function draw(state, tensor) {
    const terms = tensor < 0 ? [] : termsOf(facts, state, tensor);
    element.hidden = terms.length === 0;
    const next = `${state.backwardPass} ${tensor} ${terms.length} ${state.position}`;
    if (next === drawn || !terms.length) return;
    drawn = next;
    const last = terms[terms.length - 1];
    setText(name, word("Gradient of {name}, term by term", { name: labelOf(facts, tensor) }));
    list.replaceChildren(...terms.slice(-MOST).map((term) => makeTerm(term, terms.length, state.position)));
    list.setAttribute("start", String(Math.max(1, terms.length - MOST + 1)));
    const left = last.count - last.nth;
    const sum = left ? word("{total} so far; terms to come: {count}", { total: last.total, count: left }) : last.total;
    setText(total, `= ${sum}`);
    total.hidden = last.count < 2;
  }

  /** @param {Term} term @param {number} count @param {number} position */
  function makeTerm(term, count, position) {
    const [upstream, local, sign] = term.factors ?? [];
    const parts = [html("span", { class: "deck-value-term-number" }, term.gradient)];
    if (upstream) parts.push(html("span", { class: "deck-value-factors" }, `${sign} ${upstream} × ${local}`));
    const step = facts.steps[term.at - 1];
    const from = sourceText(facts, step, word);
    const isHere = term.at === position;
    const button = html(
      "button",
      { type: "button", class: "deck-value-from", click: () => goTo(term.at), ...KEEPS_KEYS },
      from,
    );
    if (isHere) button.setAttribute("aria-current", "step");
    const plus = html(
      "span",
      { class: "deck-value-plus", "aria-hidden": "true" },
      count > 1 && term.nth > 1 ? "+" : "",
    );
    return html("li", {}, plus, html("span", { class: "deck-value-product" }, ...parts), button);
  }

  return { element, load, draw };
}

/**
 * Return what passed a term back: the code and the op.
 *
 * @param {Facts} facts
 * @param {import("./deck_facts.js").Step} step
 * @param {Word} word
 */
function sourceText(facts, step, word) {
  if (step.kind === "seed") return word("the start");
  const { label, op } = facts.entries[step.entry ?? -1] ?? { label: "", op: "" };
  return label && label !== op ? `${op} · ${label}` : op || word("the start");
}
