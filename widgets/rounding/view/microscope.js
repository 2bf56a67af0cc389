// The microscope: a number line, from a whole run down to single floats. All it needs is a model and an element.

import { html, panel, setText } from "../../common/view/dom.js";
import { lockable } from "../../common/view/lock.js";
import { listen } from "../../common/view/model.js";
import { oncePerFrame } from "../../common/view/redraw.js";
import { createSays } from "../../common/view/says.js";
import { speaker } from "../../common/view/words.js";
import { createChoice } from "./choice.js";
import { createControls } from "./controls.js";
import { readFacts } from "./facts.js";
import { createLine } from "./line.js";
import { createReadings } from "./readings.js";
import { createShares } from "./shares.js";
import { createSliders } from "./sliders.js";
import { createStalls } from "./stalls.js";
import { viewOf } from "./state.js";
import { says as sentence } from "./telling.js";

const TRAITS = ["step", "learning_rate", "dtype", "zoom", "next_rate", "problem"];

function render({ model, el }) {
  const microscope = createMicroscope(model);
  const drawn = Object.fromEntries(TRAITS.map((trait) => [trait, microscope.request]));
  const silence = listen(model, { ...drawn, facts: microscope.load, runs: microscope.load });
  microscope.load();
  el.append(microscope.element);
  return () => {
    silence();
    microscope.remove();
  };
}

export default { render: lockable(render) };

function createMicroscope(model) {
  let facts = { steps: [], rates: [], runs: {} };
  let word = speaker({});
  const say = (text, blanks) => word(text, blanks);
  const redraw = oncePerFrame(draw);
  const controls = createControls(model, () => facts);
  const says = createSays();
  const room = html("p", { class: "view-says-spare", "aria-hidden": "true" });
  says.element.append(room);
  const line = createLine({ redraw: redraw.request, word: say });
  const shares = createShares({ redraw: redraw.request, word: say });
  const sliders = createSliders(controls);
  const readings = createReadings();
  const stalls = createStalls();
  const choice = createChoice(["float32", "float64"], controls.dtype);
  const title = html("div", { class: "view-title" });
  const problem = html("div", { class: "view-problem", role: "alert" });
  const panels = {
    readings: panel("scope-numbers", readings.element),
    shares: panel("scope-updates", shares.element),
    stalls: panel("scope-where", stalls.element),
  };
  const { step, jump, rate, next } = sliders;
  const settings = html("div", { class: "scope-settings" }, step, jump, rate, next);
  const zooming = html("div", { class: "scope-zooming" }, sliders.zoom, sliders.look);
  const head = html("div", { class: "scope-head" }, title, choice.element);
  const left = html("div", { class: "scope-column" }, settings, panels.shares.element);
  const right = html("div", { class: "scope-column" }, panels.readings.element, panels.stalls.element);
  const body = html("div", { class: "scope-body" }, left, right);
  const view = html("div", { class: "view scope" }, head, problem, says.element, line.element, zooming, body);
  const element = html("div", { class: "tapedeck" }, view);

  function load() {
    const bytes = model.get("runs");
    facts = readFacts(model.get("facts") || "{}", bytes?.byteLength ? bytes : new DataView(new ArrayBuffer(0)));
    word = speaker(facts.words);
    setText(title, facts.title ?? "");
    setText(panels.readings.name, word("Numbers"));
    setText(panels.shares.name, word("How long the updates are"));
    setText(panels.stalls.name, word("Where each learning rate stalls"));
    [sliders, stalls].forEach((part) => part.load(facts, word));
    readings.load(word);
    setText(room, longestOf(facts));
    redraw.request();
  }

  function draw() {
    const shown = viewOf(model, facts);
    setText(problem, model.get("problem") ?? "");
    choice.draw(word("Floats"), model.get("dtype"));
    view.hidden = !shown;
    if (!shown) return;
    [line, sliders, readings, shares, stalls].forEach((part) => part.draw(shown));
    says.draw(shown.sentence);
  }

  function remove() {
    redraw.cancel();
    [controls, line, shares, says].forEach((part) => part.remove());
    element.remove();
  }

  return { element, load, request: redraw.request, remove };
}

// The longest sentences there are, at the end of some run, keep room for all, so that nothing below them moves.
function longestOf(facts) {
  const { iterations, names } = facts;
  const said = (run) => sentence(facts, run, run.at(Infinity), iterations, { row: run.tried(0), name: names[0] });
  return Object.values(facts.runs)
    .flat()
    .map(said)
    .reduce((one, other) => (other.length > one.length ? other : one), "");
}
