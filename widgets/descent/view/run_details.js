// More about the run that is shown: the runs that were kept to be compared with it, at most six, each with its dash
// and where it parts from the one shown; the last step, opened into record, gradient, scale and assign; and the run as
// TensorFlow code, on the clipboard.

import { html, KEEPS_KEYS, setAttribute, setText, svg, translator } from "../../common/view/elements.js";
import { isNegativeAt, printed } from "../../common/view/numbers.js";
import { gradientText, numberText, xText } from "./descent_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/numbers.js").FloatArray} FloatArray */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").KeptRun} KeptRun */
/** @typedef {import("./descent_facts.js").Run} Run */
/** @typedef {import("./descent_facts.js").StepPart} StepPart */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

/** @param {Controls} controls */
export function createKeptRuns(controls) {
  const keep = html("button", { type: "button", class: "view-word", click: keepRun, ...KEEPS_KEYS });
  const list = html("ul", { class: "descent-runs" });
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ViewState} */
  let shown;
  /** @type {KeptRun[] | undefined} */
  let drawnFor;
  /** @type {ReturnType<typeof makeRow>[]} */
  let rows = [];

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    drawnFor = undefined;
    setText(keep, word("Keep this run"));
  }

  /** @param {ViewState} state */
  function draw(state) {
    shown = state;
    setAttribute(keep, "aria-disabled", String(controls.isFull())); // not disabled: that would take its focus away
    // Rows change with the kept runs; with the run that they are compared with, what is said of it; with each step, y.
    const isNew = drawnFor !== state.kept;
    if (isNew) drawRows(state);
    rows.forEach((row, i) => {
      const run = state.kept[i];
      setText(row.value, valueText(run, state.step));
      if (!isNew && row.comparedWith === state.run) return;
      row.comparedWith = state.run;
      setText(row.difference, differenceText(run, state));
    });
  }

  /** @param {ViewState} state */
  function drawRows(state) {
    drawnFor = state.kept;
    const focused = [...list.children].findIndex((row) => row.contains(document.activeElement));
    rows = state.kept.map(makeRow);
    list.replaceChildren(...rows.map((row) => row.element));
    if (focused >= 0) (rows[focused] ?? rows.at(-1))?.drop.focus();
    if (focused >= 0 && rows.length === 0) keep.focus();
  }

  /** @param {KeptRun} run @param {number} step */
  function valueText({ steps, dtype, numbers }, step) {
    const at = steps.indexOf(step);
    return at < 0 ? "" : `${facts.valueName} = ${printed(numbers.y[at], dtype, isNegativeAt(numbers.y, at))}`;
  }

  function keepRun() {
    if (controls.isFull()) return;
    const { run, rate } = shown;
    const bytes = (/** @type {FloatArray} */ numbers) => new DataView(numbers.slice().buffer);
    const { dtype, optimizer, start, details, scaled } = facts;
    const steps = facts.steps.slice(0, facts.known);
    const { x, y, gradient, scheduled } = run;
    const numbers = { x: bytes(x), y: bytes(y), gradient: bytes(gradient), scheduled: bytes(scheduled) };
    const one = { learning_rate: facts.rates[rate], optimizer, dtype, start, details, scaled, steps, ...numbers };
    controls.choose("kept", [...controls.kept(), one]);
  }

  /** @param {number} index */
  function dropRun(index) {
    const others = controls.kept().filter((_, i) => i !== index);
    controls.choose("kept", others);
  }

  /** @param {KeptRun} run @param {number} index */
  function makeRow(run, index) {
    const sample = svg(
      "svg",
      { class: "descent-sample", width: 34, height: 10, "aria-hidden": "true" },
      svg("path", { class: `descent-kept is-kept-${index + 1}`, d: "M0 5H34" }),
    );
    const title = word("{rate}, {optimizer}, {dtype}, from {start}", {
      rate: facts.rateTexts[facts.rates.indexOf(run.learning_rate)] ?? run.learning_rate, // as Python writes it
      optimizer: facts.names[run.optimizer],
      dtype: run.dtype,
      start: run.start,
    });
    const text = run.details ? `${title}, ${run.details}` : title;
    const name = { "aria-label": `${word("Forget")} ${text}` };
    const click = () => dropRun(index);
    const drop = html("button", { type: "button", class: "descent-drop", click, ...name, ...KEEPS_KEYS }, "×");
    const difference = html("span", { class: "descent-parting" });
    const value = html("span", { class: "descent-value" });
    const said = html("div", { class: "descent-run" }, html("span", {}, text), value, difference);
    const element = html("li", {}, sample, said, drop);
    return { drop, value, difference, element, comparedWith: /** @type {Run | undefined} */ (undefined) };
  }

  /** @param {KeptRun} run @param {ViewState} state */
  function differenceText(run, state) {
    if (Boolean(run.scaled) !== facts.scaled) return word("its parameters belong to other features");
    const other = { steps: facts.steps, numbers: state.run };
    const { step, isExact } = firstDifference(run, other, facts);
    if (step === undefined && isExact) return word("the same as the run shown");
    if (step === undefined) return word("the same as the run shown in all that is compared");
    if (isExact) return word("first differs from the run shown at step {step}", { step });
    return word("differs from the run shown by step {step}", { step });
  }

  return { keep, element: list, load, draw };
}

/**
 * Return the first step that is known of two runs at which they differ, and whether it is exactly there that they part:
 * all parameters are known, and the step before, too.
 *
 * @param {Pick<KeptRun, "steps" | "numbers">} one
 * @param {Pick<KeptRun, "steps" | "numbers">} other
 * @param {Pick<Facts, "perStep" | "columns">} facts
 * @returns {{ step?: number, isExact: boolean }}
 */
export function firstDifference(one, other, { perStep, columns }) {
  const isAll = columns.length > 0;
  let [i, j, before] = [0, 0, -1];
  const [last, end] = [one.numbers.y.length, other.numbers.y.length];
  while (i < last && j < end) {
    const [step, otherStep] = [one.steps[i], other.steps[j]];
    if (step < otherStep) i += 1;
    else if (step > otherStep) j += 1;
    else if (differAt(i, j)) return { step, isExact: isAll && before === step - 1 };
    else [i, j, before] = [i + 1, j + 1, step];
  }
  return { isExact: isAll };

  /** @param {number} i @param {number} j */
  function differAt(i, j) {
    const [ours, theirs] = [one.numbers, other.numbers];
    if (differ(ours.x, i, theirs.x, j, perStep.x)) return true;
    if (isAll) return false;
    return differ(ours.y, i, theirs.y, j, 1) || differ(ours.gradient, i, theirs.gradient, j, perStep.gradient);
  }
}

/** @param {FloatArray} one @param {number} i @param {FloatArray} other @param {number} j @param {number} size */
function differ(one, i, other, j, size) {
  for (let k = 0; k < size; k += 1) {
    const [a, b] = [one[i * size + k], other[j * size + k]];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return true;
  }
  return false;
}

/** @type {StepPart[]} */
const STEP_PARTS = ["record", "gradient", "scale", "assign"];

/** @param {Controls} controls */
export function createStepDetails(controls) {
  const click = () => controls.choose("opened", !controls.isOpened());
  const opener = html("button", { type: "button", class: "view-word", click, ...KEEPS_KEYS });
  const items = STEP_PARTS.map((part) => {
    const [name, formula, numbers] = [html("b"), html("code"), html("span")];
    return { part, name, formula, numbers, element: html("li", { class: "descent-moment" }, name, formula, numbers) };
  });
  const list = html("ol", { class: "descent-moments" }, ...items.map((item) => item.element));
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    for (const { part, name, formula } of items) {
      setText(name, word(part));
      setText(formula, facts.stepCode[part]);
    }
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { isOpened } = state;
    opener.setAttribute("aria-expanded", String(isOpened));
    setText(opener, isOpened ? word("Close the step") : word("Open the step"));
    list.hidden = !isOpened;
    if (!isOpened) return;
    const texts = state.index === 0 ? undefined : stepTexts(facts, state);
    for (const { part, numbers } of items) setText(numbers, texts?.[part] ?? word("no step yet"));
  }

  return { opener, element: list, load, draw };
}

/**
 * Return the numbers of the last step, by its parts.
 *
 * @param {Facts} facts
 * @param {Pick<ViewState, "run" | "index" | "rate">} state
 * @returns {Record<StepPart, string>}
 */
export function stepTexts(facts, { run, index, rate }) {
  const from = index - 1;
  const [x, next] = [from, index].map((i) => xText(facts, run, i));
  const gradient = gradientText(facts, run, from);
  const record = `f(${x}) = ${numberText(facts, run.y, from)}`;
  const isKnown = facts.perStep.gradient === facts.count;
  const texts = { record, gradient, assign: `${x} → ${next}` };
  if (!facts.isPlain) return { ...texts, scale: facts.rule };
  const isScheduled = run.scheduled.length > 0;
  const factor = isScheduled ? Math.fround(run.scheduled[from]) : facts.rates[rate];
  const factorText = isScheduled ? printed(factor, "float32") : facts.rateTexts[rate];
  if (!isKnown) return { ...texts, scale: `${factorText} × ${translator(facts.words)("gradient")}` };
  const update = updateText(facts, run.gradient, from, factor);
  const scale = `${factorText} × ${gradient} = ${update}`;
  return { record, gradient, scale, assign: `${x} − ${update} = ${next}` };
}

/**
 * The optimizer keeps its rate as a float32, and a product of two floats is rounded once: so does JavaScript's.
 *
 * @param {Facts} facts
 * @param {FloatArray} gradient
 * @param {number} index
 * @param {number} rate
 */
function updateText({ dtype, count, isList }, gradient, index, rate) {
  const products = Array.from({ length: count }, (_, i) => {
    const product = Math.fround(rate) * gradient[index * count + i];
    return printed(dtype === "float32" ? Math.fround(product) : product, dtype);
  });
  return isList ? `[${products.join(" ")}]` : products[0];
}

export function createCopyButton() {
  const button = html("button", { type: "button", class: "view-word", click: copyCode, ...KEEPS_KEYS });
  const copied = html("span", { class: "descent-copied", "aria-live": "polite" });
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ViewState} */
  let shown;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(button, word("Copy as code"));
  }

  /** @param {ViewState} state */
  function draw(state) {
    shown = state;
    setText(copied, "");
  }

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(codeOf(facts, shown));
      setText(copied, word("Copied."));
    } catch {
      setText(copied, word("The browser does not allow copying. In Python, print(explorer.code) shows it."));
    }
  }

  return { button, copied, load, draw };
}

/**
 * Return the run shown as TensorFlow code.
 *
 * @param {Pick<Facts, "code" | "rateTexts">} facts
 * @param {Pick<ViewState, "rate" | "step">} state
 */
export function codeOf({ code, rateTexts }, { rate, step }) {
  return code.replaceAll("«learning_rate»", rateTexts[rate]).replaceAll("«iterations»", String(step));
}
