// A prediction: a form to commit to one, and once it is known, what happened beside it, with one question: why?

import { html, setAttribute, setText, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { listen, save } from "../../common/view/model.js";
import { oncePerFrame } from "../../common/view/redraw.js";
import { speaker } from "../../common/view/words.js";
import { createBeside } from "./beside.js";
import { createChoice } from "./choice.js";
import { createNumber } from "./number.js";
import { createOrder } from "./order.js";
import { createSketch } from "./sketch.js";

const KINDS = { number: createNumber, choice: createChoice, sketch: createSketch, order: createOrder };
const TRAITS = ["standing", "problem", "asked", "answered"];

function render({ model, el }) {
  const prediction = createPrediction(model);
  const drawn = Object.fromEntries(TRAITS.map((trait) => [trait, prediction.request]));
  const silence = listen(model, { ...drawn, facts: prediction.load });
  prediction.load();
  el.append(prediction.element);
  return () => {
    silence();
    prediction.remove();
  };
}

export default { render };

function createPrediction(model) {
  const redraw = oncePerFrame(draw);
  const ids = { title: uniqueId(), note: uniqueId() };
  const title = html("div", { id: ids.title, class: "view-title" });
  const field = html("div", { class: "prediction-field" });
  const button = html("button", { type: "button", class: "view-word prediction-commit", click: commit, ...KEEPS_KEYS });
  const note = html("span", { id: ids.note, class: "prediction-note", role: "status" });
  const problem = html("div", { class: "view-problem", role: "alert" });
  const foot = html("div", { class: "prediction-foot" }, button, note);
  const beside = createBeside();
  const view = html(
    "div",
    { class: "view prediction", role: "group", "aria-labelledby": ids.title },
    title,
    field,
    foot,
    problem,
    beside.element,
  );
  const element = html("div", { class: "tapedeck" }, view);
  let word = speaker({});
  let form = { remove: () => {} };
  let [loaded, own] = ["", ""];

  function load() {
    if (model.get("facts") === loaded) return;
    loaded = model.get("facts");
    const facts = JSON.parse(loaded || "{}");
    word = speaker(facts.words ?? {});
    setText(title, word("Predict: {name}", { name: facts.name ?? "" }));
    setText(button, word("Commit"));
    setAttribute(button, "aria-describedby", ids.note);
    beside.load(word);
    form.remove();
    form = (KINDS[facts.kind] ?? createNumber)({ facts, word, commit, redraw: redraw.request });
    field.replaceChildren(form.element);
    redraw.request();
  }

  function isWaiting() {
    return (model.get("asked")?.number ?? 0) > (model.get("answered") ?? 0);
  }

  function commit() {
    const { value, problem: missing } = form.read();
    own = missing ?? "";
    if (!missing && model.get("alive") !== false && !isWaiting()) {
      model.set("asked", { value, number: (model.get("answered") ?? 0) + 1 });
      save(model);
    }
    redraw.request();
  }

  function draw() {
    const standing = JSON.parse(model.get("standing") || "{}");
    const hadFocus = foot.contains(document.activeElement) || field.contains(document.activeElement);
    form.draw(standing);
    foot.hidden = standing.committed;
    setAttribute(view, "data-committed", String(Boolean(standing.committed)));
    setText(note, noteNow());
    setAttribute(button, "aria-disabled", String(model.get("alive") === false || isWaiting()));
    setText(problem, standing.committed ? "" : own || (model.get("problem") ?? ""));
    beside.draw(standing, form.showsValues);
    if (hadFocus && standing.committed) beside.element.focus();
  }

  function noteNow() {
    if (model.get("alive") === false) return word("This is a saved page: a prediction takes a kernel.");
    return isWaiting() ? word("Waiting for the kernel.") : word("A wrong prediction teaches more than none.");
  }

  function remove() {
    redraw.cancel();
    form.remove();
    element.remove();
  }

  return { element, load, request: redraw.request, remove };
}
