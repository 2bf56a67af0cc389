// The value panel: a tensor's value above its gradient, as heatmaps; the number that one points at; and how its gradient
// came about. It shows the tensor that was picked out, else that of the step.

import { html, KEEPS_KEYS, panel, setAttribute, setText } from "../../common/view/elements.js";
import { createArrayView } from "./array_view.js";
import { cellAt, exampleAt, indexText, numberText, shapeText } from "./cells.js";
import { createFullValues } from "./full_values.js";
import { createColorKey, markExample } from "./heatmap.js";
import { createShapesView } from "./shapes_view.js";
import { batchOf, labelOf, offeredTensors, shownGradient, shownValue } from "./shown_tensor.js";
import { createTermList } from "./term_list.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

const [LOWEST, HIGHEST] = [44, 112]; // pixels of a heatmap
const AROUND = 78; // pixels for what stands around each
const FLAT = 260; // a panel that is not higher has the gradient beside the value
const AROUND_BOTH = 130;

/**
 * @param {import("./deck_facts.js").DeckModel} model
 * @param {{ goTo: (position: number) => void, select: (tensor: number) => void }} controls
 */
export function createValuePanel(model, { goTo, select }) {
  const full = createFullValues(model, redraw);
  const views = {
    value: createArrayView("value", (cell) => point("value", cell), full),
    gradient: createArrayView("gradient", (cell) => point("gradient", cell), full),
  };
  const choices = html("div", { class: "deck-value-choices", role: "group" });
  const title = html("b", { class: "deck-value-name" });
  const kind = html("span", { class: "deck-value-about" });
  const spoken = html("div", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const box = html("input", { type: "checkbox", change: redraw, ...KEEPS_KEYS });
  const boxText = html("span");
  const key = createColorKey();
  const scale = html("div", { class: "deck-value-scale" }, html("label", {}, box, boxText), key.element);
  const [terms, shapes] = [createTermList(goTo), createShapesView()];
  const arrays = html("div", { class: "deck-value-arrays" }, views.value.element, views.gradient.element, scale);
  const sums = html("div", { class: "deck-value-sums" }, terms.element, shapes.element);
  const body = html("div", { class: "deck-value-body" }, arrays, sums);
  const head = html(
    "div",
    { class: "deck-value-head" },
    choices,
    html("div", { class: "deck-value-line" }, title, kind),
  );
  const scroller = html("div", { class: "deck-value-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, head, body);
  const { element, name } = panel("deck-value-panel", scroller, spoken);
  const observer = new ResizeObserver(resized);
  for (const part of [scroller, arrays]) observer.observe(part);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ViewState | undefined} */
  let state;
  let tensor = -1;
  let [wide, high] = [0, 0]; // asking for them in each drawing would lay out the page
  let chips = "";

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, state, chips] = [newFacts, newWord, undefined, ""];
    for (const part of [full, terms, shapes]) part.load(facts, word);
    for (const view of Object.values(views)) view.load(word);
    setText(name, word("Value"));
    setText(boxText, word("one scale for both"));
    scroller.setAttribute("aria-label", word("Value"));
    choices.setAttribute("aria-label", word("Tensors of this step"));
    element.hidden = facts.tensors.length === 0;
  }

  /** @param {ViewState} newState */
  function draw(newState) {
    state = newState;
    const offered = offeredTensors(facts, state);
    const { selected } = state;
    const next = selected >= 0 ? selected : (offered[0] ?? -1);
    if (next !== tensor) point("value", -1);
    tensor = next;
    drawChoices(offered, selected);
    redraw();
  }

  function resized() {
    [wide, high] = [arrays.clientWidth, scroller.clientHeight];
    redraw();
  }

  function redraw() {
    if (!state || !facts) return;
    body.hidden = tensor < 0;
    const fact = facts.tensors[tensor];
    setText(title, fact ? labelOf(facts, tensor) : "");
    setText(kind, fact ? aboutText() : word("Press play: each step shows what it made here."));
    if (!fact) return;
    const [value, gradient] = [shownValue(facts, state, tensor), shownGradient(facts, state, tensor)];
    const isFlat = high < FLAT;
    const room = isFlat ? high - AROUND_BOTH : high / 2 - AROUND;
    body.classList.toggle("is-flat", isFlat);
    const [a, b] = [value?.grid?.most ?? 0, gradient?.grid?.most ?? 0];
    const most = box.checked ? Math.max(a, b) : 0;
    const how = {
      height: Math.max(LOWEST, Math.min(HIGHEST, room)),
      most,
      width: Math.max(60, (isFlat ? wide / 2 - 6 : wide) - 8),
      name: labelOf(facts, tensor),
      absent: word("not yet"),
    };
    views.value.draw(value, how);
    views.gradient.draw(gradient, how);
    scale.hidden = !(a && b);
    key.draw(most ? numberText(Number(most.toPrecision(3)), "float64") : "");
    terms.draw(state, tensor);
    shapes.draw(state, tensor);
  }

  function aboutText() {
    const { shape = [], dtype, batch } = facts.tensors[tensor];
    const rows = batch === undefined ? "" : word("{count} examples", { count: shape[0] });
    return [shapeText(shape), dtype, rows].filter(Boolean).join(" · ");
  }

  /** @param {number[]} offered @param {number} selected */
  function drawChoices(offered, selected) {
    const all = selected >= 0 && !offered.includes(selected) ? [selected, ...offered] : offered;
    const next = `${all.join()} ${tensor} ${selected}`;
    if (next === chips) return;
    chips = next;
    const focused = choices.contains(document.activeElement);
    choices.replaceChildren(...all.map((one) => makeChoice(one, selected)));
    if (focused) /** @type {HTMLElement | null} */ (choices.querySelector("[data-shown]"))?.focus();
  }

  /** @param {number} one @param {number} selected */
  function makeChoice(one, selected) {
    const press = () => select(one === selected ? -1 : one);
    const button = html("button", { type: "button", class: "deck-value-choice", click: press, ...KEEPS_KEYS });
    setText(button, labelOf(facts, one));
    button.title = facts.tensors[one].name || labelOf(facts, one);
    button.toggleAttribute("data-shown", one === tensor);
    setAttribute(button, "aria-pressed", String(one === selected));
    return button;
  }

  /**
   * Somebody points at a cell: it is read out, and its example is marked in each array of the same batch.
   *
   * @param {"value" | "gradient"} which
   * @param {number} cell -1 for none
   */
  function point(which, cell) {
    const cells = views[which].cells();
    const batch = facts && batchOf(facts, tensor);
    const example = cells && cell >= 0 && batch !== undefined ? exampleAt(cells, cell) : -1;
    markExample(element.closest(".deck"), batch, example);
    for (const view of Object.values(views)) {
      const there = view.cells();
      const isSame = cells && there && there.rows === cells.rows && there.columns === cells.columns;
      view.mark(isSame ? cell : -1, example);
    }
    const isMatrix = cells?.shape.length === 2 && !cells.block && cell >= 0;
    shapes.point(...(isMatrix ? cellAt(cells, cell) : /** @type {[number, number]} */ ([-1, -1])));
    read(cells && cell >= 0 ? cells : undefined, cell, example);
  }

  /**
   * Read a cell out: its index in place of the shape, its numbers in place of what is known of all numbers.
   *
   * @param {import("./cells.js").Cells | undefined} cells
   * @param {number} cell
   * @param {number} example
   */
  function read(cells, cell, example) {
    const index = cells && `[${indexText(cells, cell)}]`;
    const who = example >= 0 ? word("example {number}", { number: example }) : "";
    const where = cells && [index, who, cells.block ? full.reason() : ""].filter(Boolean).join(" · ");
    const numbers = Object.entries(views).flatMap(([which, view]) => {
      const there = view.cells();
      const isSame = there && cells && !there.block && there.rows === cells.rows && there.columns === cells.columns;
      const text = isSame ? numberText(there.values[cell], there.dtype) : "";
      view.read(text);
      return text ? [`${word(which)} ${text}`] : [];
    });
    setText(kind, where ?? (tensor < 0 ? "" : aboutText()));
    setText(spoken, where ? [labelOf(facts, tensor), where, ...numbers].join(", ") : "");
  }

  function remove() {
    observer.disconnect();
    full.remove();
  }

  return { element, load, draw, remove, numbersChanged: full.update };
}
