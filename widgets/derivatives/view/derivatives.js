// The derivative explorer: every number is here already, and moving the point or h chooses which are shown. All it
// needs is a model (get, set, on, off, save_changes) and an element.

import { html, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { keyHandler } from "../../common/view/keys.js";
import { lockable } from "../../common/view/lock.js";
import { listen } from "../../common/view/model.js";
import { oncePerFrame } from "../../common/view/redraw.js";
import { createSays } from "../../common/view/says.js";
import { speaker } from "../../common/view/words.js";
import { createControls } from "./controls.js";
import { createCurves } from "./curves.js";
import { createErrors } from "./errors.js";
import { readFacts } from "./facts.js";
import { createFields } from "./fields.js";
import { apartText, numberText, placeText, shotOf, tapeText } from "./shot.js";
import { createTable } from "./table.js";

const REDRAWN = ["at", "h", "orders", "tangent", "parabola", "compared", "point", "problem"];

function render({ model, el }) {
  const explorer = createExplorer(model);
  const silence = listen(model, {
    facts: explorer.load,
    ...Object.fromEntries(REDRAWN.map((trait) => [trait, explorer.redraw])),
  });
  explorer.load();
  el.append(explorer.element);
  return () => {
    silence();
    explorer.remove();
  };
}

export default { render: lockable(render) };

function createExplorer(model) {
  const drawing = oncePerFrame(draw);
  const controls = createControls(model);
  const fields = createFields(controls);
  const curves = createCurves(controls, drawing.request);
  const table = createTable();
  const errors = createErrors(controls, drawing.request);
  const says = createSays();
  const parts = [fields, curves, table, errors];
  const title = html("div", { class: "view-title" });
  const panels = html("div", { class: "derivatives-panels" }, curves.element, table.element, errors.element);
  const notes = html("ul", { class: "derivatives-notes" });
  const element = html(
    "div",
    {
      class: "view derivatives",
      role: "group",
      tabindex: "0",
      keydown: keys(controls),
      keyup: released,
      ...KEEPS_KEYS,
    },
    title,
    fields.element,
    says.element,
    panels,
    notes,
  );
  const root = html("div", { class: "tapedeck" }, element);
  let facts, word;

  function load() {
    facts = readFacts(model);
    word = speaker(facts.words);
    controls.load(facts);
    setText(title, facts.title);
    element.setAttribute("aria-label", facts.title);
    panels.classList.toggle("has-doubles", facts.dtype === "float64");
    notes.replaceChildren(...facts.notes.map((note) => html("li", {}, note)));
    parts.forEach((part) => part.load(facts, word));
    says.load([]);
    drawing.request();
  }

  function draw() {
    const shot = shotOf(facts, model);
    const sentence = says.draw(sentenceOf(shot));
    parts.forEach((part) => part.draw(shot, sentence));
  }

  function sentenceOf(shot) {
    const { spot, step } = shot;
    const [value, slope, bend] = [0, 1, 2].map((order) => tapeText(facts, spot, order));
    const x = placeText(facts, spot.x);
    const said = [
      word("At x = {x} f is {value}, f′ is {slope}, f″ is {bend}.", { x, value, slope, bend }),
      word("The central difference of f′ with h = {h} is {estimate}: {distance} apart.", {
        h: facts.steps[step].split(" ")[0],
        estimate: numberText(facts, spot.estimate(1, step)),
        distance: apartText(spot.distance(1, step)),
      }),
    ];
    if (shot.isSnapped)
      said.push(
        word("This is the nearest prepared position; only a running notebook has x = {asked} itself.", {
          asked: placeText(facts, shot.asked),
        }),
      );
    return said.join(" ");
  }

  function released(event) {
    if (/^(Arrow|Home|End)/.test(event.key) && !event.target.matches("input, select")) controls.rest();
  }

  function remove() {
    drawing.cancel();
    says.remove();
    parts.forEach((part) => part.remove?.());
    root.remove();
  }

  return { element: root, load, redraw: drawing.request, remove };
}

// A slider that has the focus keeps its arrows; anywhere else in the explorer they move the point.
function keys(controls) {
  const press = keyHandler(controls);
  return (event) => event.target.matches("input") || press(event);
}
