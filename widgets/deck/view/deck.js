// The deck: plays what TensorFlow's tape did.

import { keyHandler, matches } from "../../common/view/controls.js";
import { createStatus, html, KEEPS_KEYS, oncePerFrame, setText, translator } from "../../common/view/elements.js";
import { lockable, renderer, save } from "../../common/view/model.js";
import { createControls, createTransport } from "./deck_controls.js";
import { readFacts } from "./deck_facts.js";
import { createArgumentFields, createCodePanel, createSourcesPanel } from "./deck_panels.js";
import { viewState } from "./deck_state.js";
import { createFunctionPanel, createGraphPanel } from "./graph_panel.js";
import { createTapePanel } from "./tape_panel.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/**
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, position: number,
 *   arguments: Record<string, string> }} DeckTraits
 */
/** @typedef {import("../../common/view/model.js").Model<DeckTraits>} DeckModel */

export default { render: lockable(renderer(createDeck)) };

/** @param {DeckModel} model */
function createDeck(model) {
  const drawing = oncePerFrame(draw);
  const controls = createControls(model);
  const transport = createTransport(controls);
  const fields = createArgumentFields(model, () => save(model));
  const status = createStatus();
  const inner = createFunctionPanel();
  const [code, tape, graph, sources] = [
    createCodePanel(),
    createTapePanel(inner.open),
    createGraphPanel(),
    createSourcesPanel(),
  ];
  const parts = [transport, fields, code, tape, graph, sources, inner];
  const title = html("div", { class: "deck-title" });
  const phaseName = html("span");
  const mark = html("span", { class: "deck-mark", "aria-hidden": "true" });
  const phase = html("div", { class: "deck-phase" }, mark, phaseName);
  const notes = html("ul", { class: "deck-notes" });
  const panels = [code, tape, graph, sources, inner].map((panel) => panel.element);
  const handlers = { keydown: keyHandler(controls), keyup: keyReleased };
  const element = html(
    "div",
    { class: "view deck", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    html("div", { class: "deck-head" }, title, phase),
    fields.element,
    transport.element,
    status.element,
    notes,
    html("div", { class: "deck-panels" }, ...panels),
  );
  const root = html("div", { class: "tapedeck" }, element);
  /** @type {import("./deck_facts.js").Facts} */
  let facts;
  /** @type {Word} */
  let word;
  load();

  function load() {
    controls.player.pause();
    facts = readFacts(model.get("facts"));
    word = translator(facts.words);
    controls.load(facts);
    setText(title, facts.title);
    element.setAttribute("aria-label", word("Tapedeck: {title}", { title: facts.title }));
    notes.replaceChildren(...facts.notes.map((note) => html("li", {}, note)));
    parts.forEach((part) => part.load(facts, word));
    status.load(
      facts.steps.map((step) => step.text ?? ""),
      word("Nothing has run yet. Press play, or the right arrow key."),
    );
    positionChanged();
  }

  function positionChanged() {
    controls.player.moved();
    drawing.request();
  }

  function draw() {
    const state = viewState(facts, controls.position());
    element.dataset.phase = state.phase;
    setText(phaseName, phaseText(state.phase, word));
    const sentence = status.draw(state.step ? state.sentence : undefined);
    [transport, code, tape, graph, sources].forEach((part) => part.draw(state, sentence));
  }

  /** @param {KeyboardEvent} event */
  function keyReleased({ key, target }) {
    if (/^(Arrow|Home|End|Page)/.test(key) && !matches(target, "input[type=text]")) controls.rest();
  }

  function remove() {
    controls.player.pause();
    drawing.cancel();
    [status, graph].forEach((part) => part.remove());
    root.remove();
  }

  const listeners = { facts: load, position: positionChanged, arguments: fields.update, problem: fields.update };
  return { element: root, listeners, remove };
}

/** @param {import("./deck_state.js").Phase} phase @param {Word} word */
function phaseText(phase, word) {
  if (phase === "recording") return word("recording");
  if (phase === "backward") return word("playing back");
  return phase === "error" ? word("an error") : word("not recording");
}
