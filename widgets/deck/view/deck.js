// The deck: plays what TensorFlow's tape did. Here is its transport too: buttons, the position slider with a strip above
// it (what is recorded, what is played back), the speed.

import { iconButton, keyHandler, labelButton, matches, showPlaying } from "../../common/view/controls.js";
import {
  createStatus,
  html,
  KEEPS_KEYS,
  oncePerFrame,
  SLIDER,
  setAttribute,
  setText,
  svg,
  translator,
  uniqueId,
} from "../../common/view/elements.js";
import { lockable, renderer, save } from "../../common/view/model.js";
import { readFacts } from "./deck_facts.js";
import { createArgumentFields, createCodePanel, createSourcesPanel } from "./deck_panels.js";
import { createControls, viewState } from "./deck_state.js";
import { createFunctionPanel } from "./function_panel.js";
import { createGraphPanel } from "./graph_panel.js";
import { createTapePanel } from "./tape_panel.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").Controls} Controls */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

export default { render: lockable(renderer(createDeck)) };

/** @param {import("./deck_facts.js").DeckModel} model */
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
    createGraphPanel(controls),
    createSourcesPanel(),
  ];
  const parts = [transport, fields, code, tape, graph, sources, inner];
  const title = html("div", { class: "view-title" });
  const phaseName = html("span");
  const mark = html("span", { class: "deck-mark", "aria-hidden": "true" });
  const phase = html("div", { class: "deck-phase" }, mark, phaseName);
  const notes = html("ul", { class: "deck-notes" });
  const plumbing = createPlumbingChoice(load);
  const panels = [code, tape, graph, sources, inner].map((panel) => panel.element);
  const pressed = keyHandler(controls);
  const handlers = { keydown: keyPressed, keyup: keyReleased };
  const element = html(
    "div",
    { class: "view deck", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    html("div", { class: "deck-head" }, title, phase),
    fields.element,
    transport.element,
    status.element,
    notes,
    plumbing.element,
    html("div", { class: "deck-panels" }, ...panels),
  );
  const root = html("div", { class: "tapedeck" }, element);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  controls.onSelection(drawing.request);
  load();

  function load() {
    controls.player.pause();
    facts = readFacts(model.get("facts"), { isWhole: plumbing.isShown() });
    word = translator(facts.words);
    plumbing.load(facts, word);
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
    const state = viewState(facts, controls.position(), controls.selected());
    element.dataset.phase = state.phase;
    setText(phaseName, phaseText(state.phase, word));
    const sentence = status.draw(state.step ? state.sentence : undefined);
    [transport, code, tape, graph, sources].forEach((part) => part.draw(state, sentence));
  }

  /** @param {KeyboardEvent} event */
  function keyPressed(event) {
    pressed(event);
    graph.press(event);
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

/**
 * The choice to see plumbing too. It says how much there is, and is away where there is none.
 *
 * @param {() => void} changed
 */
function createPlumbingChoice(changed) {
  const box = html("input", { type: "checkbox", change: () => changed(), ...KEEPS_KEYS });
  const text = html("span");
  const element = html("label", { class: "deck-plumbing" }, box, text);

  /** @param {Facts} facts @param {Word} word */
  function load({ folded }, word) {
    element.hidden = !folded;
    const count = folded?.plumbing ?? 0;
    setText(text, word("Show all steps ({count} more, such as reading a Variable)", { count }));
  }

  return { element, load, isShown: () => box.checked };
}

/** @param {import("./deck_state.js").Phase} phase @param {Word} word */
function phaseText(phase, word) {
  if (phase === "recording") return word("recording");
  if (phase === "backward") return word("playing back");
  return phase === "error" ? word("an error") : word("not recording");
}

const SPEEDS = ["0.5", "1", "2", "5", "20"];

/** @param {Controls} controls */
function createTransport(controls) {
  const buttons = {
    first: iconButton("first", () => controls.first()),
    back: iconButton("back", () => controls.back()),
    play: iconButton("play", () => controls.play()),
    forward: iconButton("forward", () => controls.forward()),
    last: iconButton("last", () => controls.last()),
  };
  const handlers = { input: () => controls.move(Number(slider.value)), change: () => controls.rest() };
  const slider = html("input", { ...SLIDER, id: uniqueId(), ...handlers });
  const label = html("label", { class: "view-unseen", for: slider.id });
  const box = { viewBox: "0 0 1 1", preserveAspectRatio: "none" };
  const strip = svg("svg", { class: "deck-score", ...box, "aria-hidden": "true" });
  const count = html("span", { class: "deck-count", "aria-hidden": "true" });
  const setSpeed = () => controls.player.setSpeed(Number(speed.value));
  const speed = html("select", { class: "deck-speed", change: setSpeed, ...KEEPS_KEYS });
  const speedName = html("span", { class: "deck-speed-name" });
  speed.append(...SPEEDS.map((value) => html("option", { value }, `${value}×`)));
  speed.value = "1";
  const element = html(
    "div",
    { class: "deck-transport" },
    html("div", { class: "view-buttons" }, ...Object.values(buttons)),
    html("div", { class: "deck-track" }, label, strip, slider),
    count,
    html("label", { class: "deck-pace" }, speedName, speed),
  );
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  controls.onPlaying((isPlaying) => showPlaying(buttons.play, isPlaying, word));

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    slider.max = String(facts.steps.length);
    setText(label, word("Position"));
    setText(speedName, word("Speed"));
    strip.replaceChildren(...phaseStrip(facts));
    count.style.minWidth = `${2 * String(facts.steps.length).length + 3}ch`;
    labelButton(buttons.first, word("First"));
    labelButton(buttons.back, word("Back"));
    labelButton(buttons.forward, word("Forward"));
    labelButton(buttons.last, word("Last"));
    showPlaying(buttons.play, false, word);
  }

  /** @param {ViewState} state @param {string} sentence */
  function draw({ position }, sentence) {
    const last = facts.steps.length;
    if (slider.value !== String(position)) slider.value = String(position);
    const step = word("Step {position} of {last}", { position, last });
    setAttribute(slider, "aria-valuetext", `${step}. ${sentence}`);
    setText(count, `${position} / ${last}`);
    for (const name of /** @type {const} */ (["first", "back"]))
      setAttribute(buttons[name], "aria-disabled", String(position === 0));
    for (const name of /** @type {const} */ (["forward", "last"]))
      setAttribute(buttons[name], "aria-disabled", String(position === last));
  }

  return { element, load, draw };
}

const MOST_PARTS = 300; // that the strip is cut into

/**
 * Return the strip above the slider: a low line while a tape records, a high one while a tape is played back.
 *
 * @param {Pick<Facts, "isPlayingBack" | "isRecording">} facts
 */
function phaseStrip({ isPlayingBack, isRecording }) {
  const line = (/** @type {string} */ kind, /** @type {Uint8Array} */ flags, /** @type {number} */ y) =>
    intervalsOf(flags).map(({ x, width }) => svg("rect", { class: `deck-${kind}`, x, width, y, height: 0.38 }));
  return [...line("backward", isPlayingBack, 0), ...line("recording", isRecording, 0.62)];
}

/**
 * Return where the flags of all positions are set, as parts of a strip that is 1 wide.
 *
 * @param {ArrayLike<number>} flags by position; a part of the strip has the flag of the position at its end
 */
export function intervalsOf(flags) {
  const last = flags.length - 1;
  const parts = Math.min(MOST_PARTS, last);
  /** @type {{ from: number, to: number }[]} */
  const runs = [];
  for (let part = 0; part < parts; part += 1) {
    if (!flags[Math.ceil(((part + 1) * last) / parts)]) continue;
    const run = runs.at(-1);
    if (run && run.to === part) run.to += 1;
    else runs.push({ from: part, to: part + 1 });
  }
  return runs.map(({ from, to }) => ({ x: from / parts, width: (to - from) / parts }));
}
