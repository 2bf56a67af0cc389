// A prediction: a form to commit to one, and once it is known, what happened beside it, with one question: why?

import {
  html,
  KEEPS_KEYS,
  oncePerFrame,
  setAttribute,
  setText,
  translator,
  uniqueId,
} from "../../common/view/elements.js";
import { renderer, save } from "../../common/view/model.js";
import { createChoiceForm, createNumberForm, createOrderForm } from "./prediction_forms.js";
import { createSketchForm } from "./sketch_form.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {[x: number, y: number]} Point */

/**
 * What is to be predicted, and how.
 *
 * @typedef {object} PredictionFacts
 * @property {string} name
 * @property {"number" | "choice" | "sketch" | "order"} kind
 * @property {string[]} choices of a "choice"
 * @property {string[]} order of an "order": the lines, shuffled
 * @property {[low: number, high: number, bottom: number, top: number]} plane of a "sketch"
 * @property {number[]} xs of a "sketch": where a point is to be set
 * @property {Record<string, string>} words
 */

/**
 * How the prediction stands; empty until the learner has committed.
 *
 * @typedef {object} Standing
 * @property {boolean} [committed]
 * @property {string} [value] what was predicted, as text
 * @property {string} [outcome] what happened, as text; empty while it is not known
 * @property {boolean} [agrees]
 * @property {string[]} [why] of a wrong prediction: what one believes who makes it, where to look, a smaller question
 * @property {string} [gap] how far apart the two are
 * @property {Point[]} [points] of a sketch that was predicted
 * @property {[x: number, y: number | null][]} [curve] of a sketch: what happened
 */

/**
 * @typedef {object} FormContext
 * @property {PredictionFacts} facts
 * @property {Word} word
 * @property {() => void} commit
 * @property {() => void} redraw
 */

/**
 * @typedef {object} Form
 * @property {HTMLElement} element
 * @property {() => { value?: unknown, problem?: string }} read
 * @property {(standing: Standing) => void} draw
 * @property {boolean} [showsValues] whether the form itself shows what was predicted and what happened
 * @property {() => void} [remove]
 */

/**
 * `asked` is what is committed; Python answers by setting `answered` to its number.
 *
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, standing: string,
 *   asked: { value?: [value: unknown, number: number] }, answered: number }} PredictionTraits
 */

/** @type {Record<string, (context: FormContext) => Form>} */
const FORMS = { number: createNumberForm, choice: createChoiceForm, sketch: createSketchForm, order: createOrderForm };

export default { render: renderer(createPrediction) };

/** @param {import("../../common/view/model.js").Model<PredictionTraits>} model */
function createPrediction(model) {
  const drawing = oncePerFrame(draw);
  const ids = { title: uniqueId(), note: uniqueId() };
  const title = html("div", { id: ids.title, class: "view-title" });
  const field = html("div", { class: "prediction-field" });
  const button = html("button", { type: "button", class: "view-word prediction-commit", click: commit, ...KEEPS_KEYS });
  const note = html("span", { id: ids.note, class: "prediction-note", role: "status" });
  const problem = html("div", { class: "view-problem", role: "alert" });
  const foot = html("div", { class: "prediction-foot" }, button, note);
  const comparison = createComparison();
  const view = html(
    "div",
    { class: "view prediction", role: "group", "aria-labelledby": ids.title },
    title,
    field,
    foot,
    problem,
    comparison.element,
  );
  const element = html("div", { class: "tapedeck" }, view);
  let word = translator({});
  /** @type {Form | undefined} */
  let form;
  let [loaded, missing] = ["", ""];
  load();

  function load() {
    if (model.get("facts") === loaded) return;
    loaded = model.get("facts");
    const facts = JSON.parse(loaded || "{}");
    word = translator(facts.words ?? {});
    setText(title, word("Predict: {name}", { name: facts.name ?? "" }));
    setAttribute(view, "data-prediction", facts.name ?? "");
    setText(button, word("Commit"));
    setAttribute(button, "aria-describedby", ids.note);
    comparison.load(word);
    form?.remove?.();
    form = (FORMS[facts.kind] ?? createNumberForm)({ facts, word, commit, redraw: drawing.request });
    field.replaceChildren(form.element);
    drawing.request();
  }

  function isWaiting() {
    return (model.get("asked")?.value?.[1] ?? 0) > (model.get("answered") ?? 0);
  }

  function commit() {
    const { value, problem } = form?.read() ?? {};
    missing = problem ?? "";
    if (!missing && model.get("alive") !== false && !isWaiting()) {
      model.set("asked", { value: [value, (model.get("answered") ?? 0) + 1] });
      save(model);
    }
    drawing.request();
  }

  function draw() {
    /** @type {Standing} */
    const standing = JSON.parse(model.get("standing") || "{}");
    const isCommitted = Boolean(standing.committed);
    const hadFocus = foot.contains(document.activeElement) || field.contains(document.activeElement);
    form?.draw(standing);
    foot.hidden = isCommitted;
    setAttribute(view, "data-committed", String(isCommitted));
    setText(note, noteNow());
    setAttribute(button, "aria-disabled", String(model.get("alive") === false || isWaiting()));
    setText(problem, isCommitted ? "" : missing || (model.get("problem") ?? ""));
    comparison.draw(standing, form?.showsValues);
    if (hadFocus && isCommitted) comparison.element.focus();
  }

  function noteNow() {
    if (model.get("alive") === false) return word("This is a saved page. Open the notebook to predict.");
    return isWaiting() ? word("Waiting for the kernel.") : word("A wrong prediction teaches more than none.");
  }

  function remove() {
    drawing.cancel();
    form?.remove?.();
    element.remove();
  }

  const { request } = drawing;
  const listeners = { facts: load, standing: request, problem: request, asked: request, answered: request };
  return { element, listeners, remove };
}

/** Create what shows the prediction and what happened, side by side, and the one question. */
function createComparison() {
  const [predicted, actual] = [createBox("prediction-yours"), createBox("prediction-outcome")];
  const boxes = html("dl", { class: "prediction-boxes" }, predicted.element, actual.element);
  const gapText = html("p", { class: "prediction-gap" });
  const verdict = html("p", { class: "prediction-verdict", role: "status" });
  const [question, reasons] = [html("summary"), html("div")];
  const why = html("details", { class: "prediction-why" }, question, reasons);
  const element = html("div", { class: "prediction-beside", tabindex: "-1" }, boxes, gapText, verdict, why);
  /** @type {Word} */
  let word;

  /** @param {Word} newWord */
  function load(newWord) {
    word = newWord;
    setText(actual.name, word("It is"));
    setText(question, word("Why?"));
  }

  /**
   * Two curves are seen, not read: then the boxes stay away.
   *
   * @param {Standing} standing
   * @param {boolean} isDrawn
   */
  function draw({ committed, value, outcome, agrees, gap, why: sentences = [] }, isDrawn = false) {
    const isKnown = Boolean(outcome);
    element.hidden = !committed;
    setText(predicted.name, isKnown ? word("You predicted") : word("You predict"));
    setText(predicted.value, value ?? "");
    setText(actual.value, outcome ?? "");
    boxes.hidden = isDrawn;
    actual.element.hidden = !isKnown;
    why.hidden = sentences.length === 0;
    reasons.replaceChildren(...sentences.map((sentence) => html("p", {}, sentence)));
    setText(gapText, isKnown && !agrees ? (gap ?? "") : "");
    setText(
      verdict,
      isKnown ? word(agrees ? "You predicted that correctly." : "Not what you predicted. Can you explain why?") : "",
    );
  }

  return { element, load, draw };
}

/** @param {string} kind */
function createBox(kind) {
  const [name, value] = [html("dt"), html("dd")];
  return { element: html("div", { class: `prediction-box ${kind}` }, name, value), name, value };
}
