// The deck: plays what TensorFlow's tape did. All it needs is a model (get, set, on, off, save_changes) and an element.

import { createArguments } from "./arguments.js";
import { createCode } from "./code.js";
import { html, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { readFacts } from "./facts.js";
import { frameAt } from "./frame.js";
import { createGraph } from "./graph.js";
import { createInner } from "./inner.js";
import { keyHandler } from "../../common/view/keys.js";
import { lockable } from "../../common/view/lock.js";
import { listen, save, saveAtRest } from "../../common/view/model.js";
import { createPlayer } from "../../common/view/player.js";
import { oncePerFrame } from "../../common/view/redraw.js";
import { createSays } from "../../common/view/says.js";
import { createSources } from "./sources.js";
import { createTape } from "./tape.js";
import { createTransport } from "./transport.js";
import { speaker } from "../../common/view/words.js";

function render({ model, el }) {
  const controls = createControls(model);
  const deck = createDeck(model, controls);
  const silence = listen(model, {
    facts: deck.load,
    position: deck.moved,
    arguments: deck.updateArguments,
    problem: deck.updateArguments,
  });
  deck.load();
  el.append(deck.element);
  return () => {
    silence();
    deck.remove();
  };
}

export default { render: lockable(render) };

// What a button or a key does. A step is kept here at once and sent to Python only when the deck rests, so that it
// needs no kernel; and when there is none any more, playing goes on.
function createControls(model) {
  const controls = { count: 0 };
  const get = () => Math.max(0, Math.min(controls.count, model.get("position") ?? 0));
  const move = (position) => model.set("position", Math.max(0, Math.min(controls.count, position)));
  const go = (target) => (how) => {
    move(target());
    if (!how?.byKey) controls.rest();
  };
  const changed = (isPlaying) => {
    controls.playingChanged(isPlaying);
    if (!isPlaying) controls.rest();
  };
  const player = createPlayer({ get, move, last: () => controls.count, changed });
  return Object.assign(controls, {
    get,
    move,
    player,
    first: go(() => 0),
    back: go(() => get() - 1),
    forward: go(() => get() + 1),
    last: go(() => controls.count),
    play: player.toggle,
    setSpeed: player.setSpeed,
    rest: () => saveAtRest(model),
  });
}

function createDeck(model, controls) {
  const transport = createTransport(controls);
  const fields = createArguments(model, () => save(model));
  const says = createSays();
  const inner = createInner();
  const panels = [createCode(), createTape(inner.open), createGraph(), createSources(), inner];
  const parts = [transport, fields, ...panels];
  const title = html("div", { class: "deck-title" });
  const phase = html(
    "div",
    { class: "deck-phase" },
    html("span", { class: "deck-mark", "aria-hidden": "true" }),
    html("span"),
  );
  const notes = html("ul", { class: "deck-notes" });
  const head = html("div", { class: "deck-head" }, title, phase);
  const body = html("div", { class: "deck-panels" }, ...panels.map((part) => part.element));
  const keyReleased = (event) =>
    /^(Arrow|Home|End|Page)/.test(event.key) && !event.target.matches("input[type=text]") && controls.rest();
  const handlers = { keydown: keyHandler(controls), keyup: keyReleased };
  const element = html(
    "div",
    { class: "view deck", role: "group", tabindex: "0", ...handlers, ...KEEPS_KEYS },
    head,
    fields.element,
    transport.element,
    says.element,
    notes,
    body,
  );
  const root = html("div", { class: "tapedeck" }, element);
  controls.playingChanged = transport.setPlaying;
  const drawing = oncePerFrame(draw);
  let facts, word;

  function load() {
    controls.player.pause();
    facts = readFacts(model.get("facts"));
    word = speaker(facts.words);
    controls.count = facts.steps.length;
    setText(title, facts.title);
    element.setAttribute("aria-label", word("Tapedeck: {title}", { title: facts.title }));
    notes.replaceChildren(...facts.notes.map((note) => html("li", {}, note)));
    parts.forEach((part) => part.load(facts, word));
    says.load(
      facts.steps.map((step) => step.says ?? ""),
      word("Nothing has run yet. Press play, or the right arrow key."),
    );
    moved();
  }

  function moved() {
    controls.player.moved();
    drawing.request();
  }

  function draw() {
    const frame = frameAt(facts, controls.get());
    element.dataset.phase = frame.phase;
    setText(phase.lastChild, phaseText(frame.phase, word));
    const sentence = says.draw(frame.step ? frame.says : undefined);
    transport.draw(frame, sentence);
    panels.forEach((part) => part.draw(frame, sentence));
  }

  function remove() {
    controls.player.pause();
    drawing.cancel();
    says.remove();
    parts.forEach((part) => part.remove?.());
    root.remove();
  }

  return { element: root, load, moved, remove, updateArguments: fields.update };
}

function phaseText(phase, word) {
  if (phase === "recording") return word("recording");
  if (phase === "playback") return word("playing back");
  return phase === "error" ? word("an error") : word("not recording");
}
