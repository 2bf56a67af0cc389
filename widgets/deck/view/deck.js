// The deck: plays what TensorFlow's tape did. It puts the parts together; each is loaded with the facts, and drawn at
// each position.

import { keyHandler, matches } from "../../common/view/controls.js";
import {
  createStatus,
  html,
  KEEPS_KEYS,
  oncePerFrame,
  setAttribute,
  setText,
  translator,
} from "../../common/view/elements.js";
import { lockable, renderer, save, saveAtRest } from "../../common/view/model.js";
import { createArgumentFields, createTapeOffer } from "./argument_fields.js";
import { createCurvePanel } from "./curve_panel.js";
import { isWaiting, readFacts, readPayload } from "./deck_facts.js";
import { createHandle, createNotes, createTabs } from "./deck_frame.js";
import { createCodePanel, createSourcesPanel } from "./deck_panels.js";
import { createControls, viewState } from "./deck_state.js";
import { createPhase, createTransport } from "./deck_transport.js";
import { createDiagnosis } from "./diagnosis_card.js";
import { createFunctionPanel } from "./function_panel.js";
import { createGraphPanel } from "./graph_panel.js";
import { createAllSteps, createCrumbs, createLevelControl } from "./level_control.js";
import { insideOf } from "./level_state.js";
import { createNormsPanel } from "./norms_panel.js";
import { createTapePanel } from "./tape_panel.js";
import { createValuePanel } from "./value_panel.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */

export default { render: lockable(renderer(createDeck)) };

/** @param {import("./deck_facts.js").DeckModel} model */
function createDeck(model) {
  const drawing = oncePerFrame(draw);
  const controls = createControls(model);
  const transport = createTransport(controls);
  const fields = createArgumentFields(model, () => save(model));
  const offer = createTapeOffer(model, () => save(model));
  const status = createStatus();
  const phase = createPhase();
  const inner = createFunctionPanel();
  const [code, tape, graph] = [
    createCodePanel(),
    createTapePanel(inner.open, openBox),
    createGraphPanel(controls, { openBox, leave }),
  ];
  const value = createValuePanel(model, { goTo, select: controls.select });
  const norms = createNormsPanel(pickOut);
  const tabs = createTabs([createCurvePanel(), createSourcesPanel(), norms, value]);
  const why = createDiagnosis(drawing.request, goTo);
  const notes = createNotes();
  const levels = createLevelControl(chooseLevel);
  const crumbs = createCrumbs(chooseLevel);
  const allSteps = createAllSteps(chooseLevel);
  const title = html("div", { class: "deck-title" });
  const pressed = keyHandler(controls);
  const handlers = { keydown: keyPressed, keyup: keyReleased };
  const element = html(
    "div",
    { class: "view deck", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    html("div", { class: "deck-top" }, title, fields.element, levels.element, transport.element),
    crumbs.element,
    html("div", { class: "deck-sentence" }, status.element, offer.element, why.button, phase.element, fields.problem),
    html("div", { class: "deck-body" }, ...[code, tabs, tape, graph, why, inner].map((panel) => panel.element)),
    html("div", { class: "deck-foot" }, notes.element, allSteps.element),
  );
  const handle = createHandle(model, element, () => saveAtRest(model));
  element.append(handle.element);
  const root = html("div", { class: "tapedeck" }, element);
  const drawn = [transport, phase, crumbs, code, tabs, tape, graph];
  const parts = [...drawn, why, offer, fields, inner, levels, allSteps, notes, handle];
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {import("./deck_facts.js").Payload} */
  let payload;
  /** @type {import("./deck_facts.js").LevelKey | undefined} the one that was chosen; it stays when the code runs again */
  let chosen;
  let isEntering = false; // a box was opened, and its inside has been asked for
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  controls.onSelection(drawing.request);
  load();

  function load() {
    payload = readPayload(model.get("facts"));
    element.removeAttribute("aria-busy");
    clearTimeout(patience);
    const isFirst = !facts;
    loadLevel();
    if (isWaiting(payload, chosen)) askForLevel();
    if (isFirst && hasManyArrays(payload)) tabs.show(norms);
  }

  function loadLevel() {
    controls.player.pause();
    facts = readFacts(payload, { level: isWaiting(payload, chosen) ? undefined : chosen });
    if (isEntering && facts.level === chosen) {
      isEntering = false; // only now it is known which step is the first one inside
      const first = facts.stops.find((stop) => stop >= model.get("position"));
      if (first !== undefined) model.set("position", first);
    }
    word = translator(facts.words);
    controls.load(facts);
    setText(title, facts.title);
    title.title = facts.title;
    element.setAttribute("aria-label", word("Tapedeck: {title}", { title: facts.title }));
    element.classList.toggle("is-small", isSmall(facts));
    for (const part of parts) part.load(facts, word);
    const isEmpty = facts.steps.length === 0 && facts.notes.length > 0; // then that is all there is to say
    status.load([], isEmpty ? facts.notes[0] : word("Nothing has run yet. Press play, or the right arrow key."));
    positionChanged();
  }

  /** @param {import("./deck_facts.js").LevelKey} level */
  function chooseLevel(level) {
    chosen = level;
    if (isWaiting(payload, level)) askForLevel();
    else loadLevel();
  }

  /** Ask Python for the level that was chosen; it answers with facts that have it. */
  function askForLevel() {
    setAttribute(element, "aria-busy", "true");
    model.set("asked_level", ""); // so that to ask again is a change
    model.set("asked_level", chosen ?? "");
    save(model);
    clearTimeout(patience);
    patience = setTimeout(giveUp, PATIENCE);
  }

  function giveUp() {
    element.removeAttribute("aria-busy");
    [chosen, isEntering] = [facts.level, false];
    status.draw(word("The kernel does not answer, so this level cannot be shown now."));
  }

  /** @param {number} entry a layer or a line: its operations are shown, at the first of them unless it is the current one */
  function openBox(entry) {
    const inside = insideOf(facts, entry);
    if (!inside) return;
    if (viewState(facts, controls.position()).entry !== entry) {
      model.set("position", inside.position);
      isEntering = isWaiting(payload, inside.level);
    }
    chooseLevel(inside.level);
    controls.rest();
  }

  /** Show the level above. */
  function leave() {
    const keys = facts.levels.map(({ key }) => key);
    const above = keys[keys.indexOf(facts.level) - 1];
    if (above) chooseLevel(above);
  }

  function positionChanged() {
    controls.player.moved();
    drawing.request();
  }

  function draw() {
    const state = viewState(facts, controls.position(), controls.selected());
    element.dataset.phase = state.phase;
    const sentence = status.draw(state.step ? state.sentence : undefined);
    for (const part of drawn) part.draw(state, sentence);
    const shown = why.draw(state);
    code.markFault(shown?.place);
  }

  /** @param {number} to */
  function goTo(to) {
    controls.move(to);
    controls.rest();
  }

  /** @param {number} tensor */
  function pickOut(tensor) {
    controls.select(tensor);
    tabs.show(value);
  }

  /** @param {KeyboardEvent} event */
  function keyPressed(event) {
    if (levels.press(event)) return;
    pressed(event);
    graph.press(event);
  }

  /** @param {KeyboardEvent} event */
  function keyReleased({ key, target }) {
    if (/^(Arrow|Home|End|Page)/.test(key) && !matches(target, "input[type=text]")) controls.rest();
  }

  function remove() {
    controls.player.pause();
    clearTimeout(patience);
    drawing.cancel();
    for (const part of [status, graph, tabs, code, tape]) part.remove();
    root.remove();
  }

  const listeners = {
    facts: load,
    position: positionChanged,
    arguments: fields.update,
    problem: fields.update,
    arrays: fields.update,
    taped: offer.update,
    can_be_taped: offer.update,
    stretch: handle.update,
    numbers: value.numbersChanged,
  };
  return { element: root, listeners, remove };
}

const PATIENCE = 20_000; // milliseconds for a level to come

/**
 * Say whether the gradients are arrays of several tensors, as in a model: then their norms say more than their numbers.
 *
 * @param {import("./deck_facts.js").Payload} payload
 */
function hasManyArrays({ sources, tensors }) {
  return new Set(sources.map(({ tensor }) => tensor).filter((tensor) => tensors[tensor]?.shape?.length)).size > 1;
}

const FEW_LINES = 11;
const FEW_TENSORS = 24;
const FEW_SOURCES = 3; // more, such as the weights of two layers, need a higher graph

/**
 * Say whether a small frame holds it all. That follows from the whole recording, so a deck has one height at every level.
 *
 * @param {Facts} facts
 */
function isSmall({ listings, tensors, sources }) {
  const lines = listings.reduce((sum, { lines }) => sum + lines.length, 0);
  return lines <= FEW_LINES && tensors.length <= FEW_TENSORS && sources.length <= FEW_SOURCES;
}
