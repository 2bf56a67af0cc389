// The form before or after the course: all questions on one page. Each answer is told to Python as it is given, which
// keeps it; what is right is not known here.

import { createTextField } from "../../common/view/controls.js";
import {
  html,
  KEEPS_KEYS,
  oncePerFrame,
  setAttribute,
  setText,
  translator,
  uniqueId,
} from "../../common/view/elements.js";
import { renderer, save, saveAtRest } from "../../common/view/model.js";
import { countAnswered, isAnswered, notKept, toggled } from "./form_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./form_state.js").Answer} Answer */
/** @typedef {import("./form_state.js").Answers} Answers */
/** @typedef {import("./form_state.js").PartFacts} PartFacts */
/** @typedef {import("./form_state.js").QuestionFacts} QuestionFacts */

/**
 * @typedef {object} FormFacts
 * @property {string} title
 * @property {string} unknown the answer "I do not know"
 * @property {QuestionFacts[]} questions
 * @property {Record<string, string>} words
 */

/**
 * `answers` is what was answered here, `kept` what Python has kept of it.
 *
 * @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, answers: Answers, kept: Answers,
 *   problems: Record<string, string> }} FormTraits
 */

/**
 * What a part of a question is made with.
 *
 * @typedef {object} PartContext
 * @property {PartFacts} facts
 * @property {string} question the id of what the question says
 * @property {string} unknown
 * @property {Word} word
 * @property {(answer: Answer) => void} change
 * @property {() => void} flush
 */

/** @typedef {{ element: HTMLElement, draw: (answer: Answer | undefined, problem: string) => void }} PartView */

const PATIENCE_MS = 1500; // before it says that Python has not kept an answer yet

export default { render: renderer(createForm) };

/** @param {import("../../common/view/model.js").Model<FormTraits>} model */
function createForm(model) {
  const drawing = oncePerFrame(draw);
  const id = uniqueId();
  const facts = /** @type {FormFacts} */ (JSON.parse(model.get("facts") || "{}"));
  const word = translator(facts.words ?? {});
  const isSaved = model.get("alive") === false;
  const title = html("div", { id, class: "view-title" }, facts.title ?? "");
  const questions = (facts.questions ?? []).map(createQuestion);
  const count = html("strong", { class: "form-count" });
  const note = html("span", { class: "form-note" });
  const foot = html("p", { class: "form-foot", role: "status" }, count, " ", note);
  const list = html("ol", { class: "form-questions" }, ...questions.map((question) => question.element));
  const view = html("div", { class: "view form", role: "group", "aria-labelledby": id }, title, list, foot);
  const element = html("div", { class: "tapedeck" }, view);
  let isLate = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  for (const input of view.querySelectorAll("input")) input.disabled = isSaved;
  drawing.request();

  /** @param {QuestionFacts} question */
  function createQuestion(question) {
    const ids = { name: uniqueId(), text: uniqueId() };
    const name = html(
      "span",
      { id: ids.name, class: "form-number" },
      word("Question {number}", { number: question.number }),
    );
    const mark = html("span", { class: "form-mark", "aria-hidden": "true" }, "✓");
    const text = html("p", { id: ids.text, class: "form-text" }, question.text);
    const program = question.program ? [html("pre", { class: "form-program" }, question.program)] : [];
    const parts = question.parts.map((part) => ({ name: part.name, ...createPart(part, ids.text) }));
    const head = html("div", { class: "form-head" }, name, mark);
    const all = html("div", { class: "form-parts" }, ...parts.map((part) => part.element));
    const labelled = { role: "group", "aria-labelledby": ids.name };
    const element = html("li", { class: "form-question" }, html("div", labelled, head, text, ...program, all));
    return { parts, element, facts: question };
  }

  /** @param {PartFacts} part @param {string} question @returns {PartView} */
  function createPart(part, question) {
    const create = part.kind === "number" ? createNumber : createChoices;
    const change = (/** @type {Answer} */ answer) => {
      model.set("answers", { ...model.get("answers"), [part.name]: answer });
      saveAtRest(model);
      drawing.request();
    };
    return create({ facts: part, question, unknown: facts.unknown, word, change, flush: () => save(model) });
  }

  function draw() {
    const answers = model.get("answers") ?? {};
    const problems = model.get("problems") ?? {};
    const kept = model.get("kept") ?? {};
    const open = notKept(answers, kept, problems);
    watch(open.length > 0);
    for (const question of questions) {
      for (const { name, draw } of question.parts) {
        const late =
          isLate && open.includes(name) ? word("Not kept yet. If this stays, run the cell of the form again.") : "";
        draw(answers[name], problems[name] ?? late);
      }
      setAttribute(question.element, "data-answered", String(isAnswered(question.facts, kept)));
    }
    const counts = { answered: countAnswered(facts.questions ?? [], kept), count: questions.length };
    setText(count, word("{answered} of {count} answered", counts));
    setText(note, noteNow());
  }

  /** Say that something is not kept only if that takes its time: a screen reader would say it with every letter. */
  function watch(/** @type {boolean} */ isOpen) {
    if (!isOpen) {
      clearTimeout(timer);
      [timer, isLate] = [undefined, false];
    }
    if (!isOpen || timer !== undefined) return;
    timer = setTimeout(() => {
      isLate = true;
      drawing.request();
    }, PATIENCE_MS);
  }

  function noteNow() {
    if (isSaved) return word("This is a saved page. Open the notebook to answer.");
    if (isLate) return word("Not all answers are kept yet.");
    return word("All answers are kept. When you have finished, run the last cell and save the notebook.");
  }

  function remove() {
    clearTimeout(timer);
    drawing.cancel();
    element.remove();
  }

  const { request } = drawing;
  return { element, listeners: { answers: request, kept: request, problems: request }, remove };
}

/**
 * A number to type, beside it "I do not know".
 *
 * @param {PartContext} context
 * @returns {PartView}
 */
function createNumber({ facts, question, unknown, word, change, flush }) {
  const ids = { label: uniqueId(), unit: uniqueId(), problem: uniqueId() };
  const described = [question, facts.unit && ids.unit, ids.problem].filter(Boolean).join(" ");
  const input = createTextField(flush, {
    id: uniqueId(),
    "aria-describedby": described,
    input: () => change(input.value),
    change: flush,
  });
  const label = html("label", { for: input.id, class: "form-label" }, facts.label || word("Your answer"));
  const unit = html("span", { id: ids.unit, class: "form-unit" }, facts.unit);
  const box = html("input", { type: "checkbox", change: () => change(box.checked ? unknown : ""), ...KEEPS_KEYS });
  const dontKnow = html("label", { class: "form-choice form-unknown" }, box, html("span", {}, word("I do not know")));
  const problem = html("p", { id: ids.problem, class: "view-problem", role: "alert" });
  const field = html("span", { class: "form-field" }, input, unit);
  const element = html("div", { class: "form-part form-typed" }, label, field, dontKnow, problem);

  /** @param {Answer | undefined} answer @param {string} sentence */
  function draw(answer, sentence) {
    const text = answer === unknown ? "" : String(answer ?? "");
    if (input.value !== text) input.value = text;
    box.checked = answer === unknown;
    setAttribute(input, "aria-invalid", String(Boolean(sentence)));
    setText(problem, sentence);
  }

  return { element, draw };
}

/**
 * One of a few, or several of them, and "I do not know": native buttons, so that every key and screen reader knows them.
 *
 * @param {PartContext} context
 * @returns {PartView}
 */
function createChoices({ facts, question, unknown, word, change }) {
  const name = uniqueId();
  const takesSeveral = facts.kind === "several";
  /** @type {Answer | undefined} */
  let current;
  const choices = [...facts.choices, [unknown, word("I do not know")]];
  const inputs = choices.map(([letter]) =>
    html("input", {
      type: takesSeveral ? "checkbox" : "radio",
      name,
      value: letter,
      change: () => change(takesSeveral ? toggled(current, letter, unknown) : letter),
      ...KEEPS_KEYS,
    }),
  );
  const labels = inputs.map((input, index) => {
    const [letter, text] = choices[index];
    const kind = letter === unknown ? "form-choice form-unknown" : "form-choice";
    return html("label", { class: kind }, input, html("span", {}, text));
  });
  const legend = html(
    "legend",
    { class: facts.label ? "form-label" : "view-unseen" },
    facts.label || word("Your answer"),
  );
  const problem = html("p", { class: "view-problem", role: "alert" });
  const element = html("fieldset", { class: "form-part", "aria-describedby": question }, legend, ...labels, problem);

  /** @param {Answer | undefined} answer @param {string} sentence */
  function draw(answer, sentence) {
    current = answer;
    setText(problem, sentence);
    for (const input of inputs)
      input.checked = Array.isArray(answer) ? answer.includes(input.value) : answer === input.value;
  }

  return { element, draw };
}
