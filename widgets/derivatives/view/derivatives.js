// The derivative explorer: every number is here already, and moving the point or h chooses which are shown.

import { keyHandler, matches } from "../../common/view/controls.js";
import { createStatus, html, KEEPS_KEYS, oncePerFrame, setText, translator } from "../../common/view/elements.js";
import { lockable, renderer } from "../../common/view/model.js";
import { createCurvesPlot } from "./curves_plot.js";
import { createControls, createSettings } from "./derivatives_controls.js";
import { distanceText, entryText, positionText, readFacts, tapeText, viewState } from "./derivatives_state.js";
import { createErrorsPlot } from "./errors_plot.js";
import { createPointTable } from "./point_table.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./derivatives_state.js").Facts} Facts */

const REDRAWN = ["at", "h", "orders", "tangent", "parabola", "compared", "point", "problem"];

export default { render: lockable(renderer(createExplorer)) };

/** @param {import("./derivatives_state.js").DerivativesModel} model */
function createExplorer(model) {
  const drawing = oncePerFrame(draw);
  const controls = createControls(model);
  const settings = createSettings(controls);
  const curves = createCurvesPlot(controls, drawing.request);
  const table = createPointTable();
  const errors = createErrorsPlot(controls, drawing.request);
  const status = createStatus();
  const parts = [settings, curves, table, errors];
  const title = html("div", { class: "view-title" });
  const panels = html("div", { class: "derivatives-panels" }, curves.element, table.element, errors.element);
  const notes = html("ul", { class: "derivatives-notes" });
  // A slider that has the focus keeps its arrows; anywhere else in the explorer they move the point.
  const press = keyHandler(controls, ({ target }) => matches(target, "input"));
  const handlers = { keydown: press, keyup: keyReleased };
  const element = html(
    "div",
    { class: "view derivatives", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    title,
    settings.element,
    status.element,
    panels,
    notes,
  );
  const root = html("div", { class: "tapedeck" }, element);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  load();

  function load() {
    facts = readFacts(model);
    word = translator(facts.words);
    controls.load(facts);
    setText(title, facts.title);
    element.setAttribute("aria-label", facts.title);
    panels.classList.toggle("has-doubles", facts.dtype === "float64");
    notes.replaceChildren(...facts.notes.map((note) => html("li", {}, note)));
    parts.forEach((part) => part.load(facts, word));
    drawing.request();
  }

  function draw() {
    const state = viewState(facts, model);
    const sentence = status.draw(sentenceOf(facts, state, word));
    parts.forEach((part) => part.draw(state, sentence));
  }

  /** @param {KeyboardEvent} event */
  function keyReleased({ key, target }) {
    if (/^(Arrow|Home|End)/.test(key) && !matches(target, "input, select")) controls.rest();
  }

  function remove() {
    drawing.cancel();
    status.remove();
    [curves, errors].forEach((part) => part.remove());
    root.remove();
  }

  const redraw = Object.fromEntries(REDRAWN.map((trait) => [trait, drawing.request]));
  return { element: root, listeners: { facts: load, ...redraw }, remove };
}

/**
 * @param {Facts} facts
 * @param {import("./derivatives_state.js").ViewState} state
 * @param {Word} word
 */
function sentenceOf(facts, { sample, step, asked, isSnapped }, word) {
  const [value, slope, bend] = [0, 1, 2].map((order) => tapeText(facts, sample, order));
  const sentences = [
    word("At x = {x} f is {value}, f′ is {slope}, f″ is {bend}.", {
      x: positionText(facts, sample.x),
      value,
      slope,
      bend,
    }),
    word("The central difference of f′ with h = {h} is {estimate}: {distance} apart.", {
      h: facts.steps[step].split(" ")[0],
      estimate: entryText(facts, sample.difference(1, step)),
      distance: distanceText(sample.distance(1, step)),
    }),
  ];
  if (isSnapped)
    sentences.push(
      word("This is the nearest prepared position; only a running notebook has x = {asked} itself.", {
        asked: positionText(facts, asked),
      }),
    );
  return sentences.join(" ");
}
