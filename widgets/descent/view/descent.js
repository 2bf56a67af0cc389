// The descent explorer: every path is here already, and sliding chooses which one is drawn. All it needs is a model
// (get, set, on, off, save_changes) and an element.

import { html, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { keyHandler } from "../../common/view/keys.js";
import { lockable } from "../../common/view/lock.js";
import { listen } from "../../common/view/model.js";
import { oncePerFrame } from "../../common/view/redraw.js";
import { createSays } from "../../common/view/says.js";
import { speaker } from "../../common/view/words.js";
import { createCode } from "./code.js";
import { createControls } from "./controls.js";
import { createCurve } from "./curve.js";
import { readFacts } from "./facts.js";
import { createFields } from "./fields.js";
import { createKept } from "./kept.js";
import { createMoments } from "./moments.js";
import { shotOf } from "./shot.js";
import { createSliders } from "./sliders.js";
import { createValues } from "./values.js";

function render({ model, el }) {
  const explorer = createExplorer(model);
  const { reload, redraw } = explorer;
  const redrawn = ["learning_rate", "logarithmic", "opened", "kept", "problem", "function", "optimizer", "dtype"];
  const silence = listen(model, {
    facts: reload,
    first: reload,
    rest: reload,
    iterations: explorer.moved,
    asked: redraw,
    answered: explorer.answered,
    ...Object.fromEntries(redrawn.map((trait) => [trait, redraw])),
  });
  el.append(explorer.element);
  return () => {
    silence();
    explorer.remove();
  };
}

export default { render: lockable(render) };

function createExplorer(model) {
  const drawing = oncePerFrame(draw);
  const redraw = drawing.request;
  const controls = createControls(model);
  const fields = createFields(model, controls);
  const sliders = createSliders(controls);
  const says = createSays();
  const curve = createCurve(controls, redraw);
  const values = createValues(controls, redraw);
  const moments = createMoments(controls);
  const kept = createKept(controls);
  const code = createCode();
  const parts = [fields, sliders, curve, values, moments, kept, code];
  const title = html("div", { class: "view-title" });
  const readout = html("div", { class: "descent-readout" });
  const notes = html("p", { class: "descent-notes" });
  const element = html(
    "div",
    { class: "view descent", role: "group", tabindex: "0", keydown: keys(controls), keyup: released, ...KEEPS_KEYS },
    html("div", { class: "descent-head" }, title, fields.waiting, readout),
    fields.element,
    sliders.element,
    says.element,
    html("div", { class: "descent-panels" }, curve.element, values.element),
    html("div", { class: "descent-actions" }, kept.keep, moments.opener, code.copy, code.copied),
    kept.element,
    moments.element,
    notes,
  );
  const root = html("div", { class: "tapedeck" }, element);
  let facts, word, isStale;
  load();

  function load() {
    isStale = false;
    facts = readFacts(model);
    if (!facts.isWhole) controls.choose("wants_rest", true);
    word = speaker(facts.words);
    controls.load(facts);
    setText(title, facts.title);
    element.setAttribute("aria-label", word("Gradient descent on {title}", { title: facts.title }));
    setText(notes, facts.note);
    parts.forEach((part) => part.load(facts, word));
    says.load(facts.verdicts.map((verdict) => verdict.says));
    redraw();
  }

  // Facts and numbers change together; once they all are here they are read, once.
  function reload() {
    isStale = true;
    redraw();
  }

  function moved() {
    controls.player.moved();
    redraw();
  }

  // Python has answered what a field asked for, whether by other facts or by a problem.
  function answered() {
    curve.release();
    redraw();
  }

  function draw() {
    if (isStale) load();
    const shot = shotOf(facts, controls);
    setText(readout, shot.readout);
    says.draw(shot.verdict.says);
    parts.forEach((part) => part.draw(shot));
  }

  function released(event) {
    if (/^(Arrow|Home|End)/.test(event.key) && !event.target.matches("input[type=range]")) controls.rest();
  }

  function remove() {
    controls.player.pause();
    drawing.cancel();
    says.remove();
    parts.forEach((part) => part.remove?.());
    root.remove();
  }

  return { element: root, reload, moved, answered, redraw, remove };
}

// A slider that has the focus keeps its keys, and a box its Space; anywhere else they change the iterations.
function keys(controls) {
  const press = keyHandler(controls);
  const isTheirs = ({ target, key }) => target.matches("input[type=range]") || (key === " " && target.matches("input"));
  return (event) => isTheirs(event) || press(event);
}
