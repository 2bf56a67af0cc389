// Runs that were kept to be compared with: at most three, each with its dash, and where it parts from the one shown.

import { html, setAttribute, setText, svg, KEEPS_KEYS } from "../../common/view/dom.js";
import { numbersOf } from "../../common/view/binary.js";

const MOST = 3;

export function createKept(controls) {
  const keep = html("button", { type: "button", class: "view-word", click: add, ...KEEPS_KEYS });
  const list = html("ul", { class: "descent-runs" });
  const read = new WeakMap();
  let facts, word, shown;
  let drawn = [];

  controls.kept = () => (controls.value("kept") ?? []).map((run) => ({ ...run, numbers: numbers(run) }));

  // A kept run brings its own numbers, since its rate, optimizer, dtype or start may not be that of the others.
  function numbers(run) {
    if (!read.has(run)) read.set(run, { x: numbersOf(run.dtype, run.x), y: numbersOf(run.dtype, run.y) });
    return read.get(run);
  }

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    drawn = [];
    setText(keep, word("Keep this run"));
  }

  function isFull() {
    return (controls.value("kept") ?? []).length >= MOST;
  }

  function add() {
    if (isFull()) return;
    const { run, rate } = shown;
    const bytes = (array) => new DataView(array.slice().buffer);
    const { dtype, optimizer, start } = facts;
    const steps = facts.steps.slice(0, facts.known);
    const one = { learning_rate: facts.rates[rate], optimizer, dtype, start, steps, x: bytes(run.x), y: bytes(run.y) };
    controls.choose("kept", [...(controls.value("kept") ?? []), one]);
  }

  function draw(shot) {
    shown = shot;
    setAttribute(keep, "aria-disabled", String(isFull())); // not disabled: that would take its focus away
    if (drawnFor(shot)) return;
    const focused = [...list.children].findIndex((row) => row.contains(document.activeElement));
    list.replaceChildren(...shot.kept.map((run, i) => row(run, i, shot)));
    if (focused >= 0) (list.children[focused] ?? list.lastChild)?.querySelector("button").focus();
    if (focused >= 0 && !list.children.length) keep.focus();
  }

  // Rows change with the kept runs, and with the rate that they are compared at: not with each step.
  function drawnFor(shot) {
    const wanted = [controls.value("kept"), shot.run];
    const isSame = drawn.length > 0 && wanted.every((part, i) => part === drawn[i]);
    drawn = wanted;
    return isSame;
  }

  function row(run, i, shot) {
    const sample = svg(
      "svg",
      { class: "descent-sample", width: 34, height: 10, "aria-hidden": "true" },
      svg("path", { class: `descent-kept is-kept-${i + 1}`, d: "M0 5H34" }),
    );
    const text = word("{rate}, {optimizer}, {dtype}, from {start}", {
      rate: textOf(run.learning_rate),
      optimizer: facts.names[run.optimizer],
      dtype: run.dtype,
      start: run.start,
    });
    const forget = { "aria-label": `${word("Forget")} ${text}`, click: () => drop(i), ...KEEPS_KEYS };
    const close = html("button", { type: "button", class: "descent-drop", ...forget }, "×");
    const parting = html("span", { class: "descent-parting" }, partingOf(run, shot));
    return html("li", {}, sample, html("span", {}, text), parting, close);
  }

  // As Python writes it, if the slider has it.
  function textOf(rate) {
    return facts.rateTexts[facts.rates.indexOf(rate)] ?? rate;
  }

  function partingOf(run, shot) {
    const [step, isExact] = firstDifference(run, { steps: facts.steps, numbers: shot.run }, facts.dimensions);
    if (step === null) return word("the same as the run shown");
    if (isExact) return word("first differs from the run shown at step {step}", { step });
    return word("differs from the run shown by step {step}", { step });
  }

  function drop(i) {
    controls.choose(
      "kept",
      controls.value("kept").filter((_, at) => at !== i),
    );
  }

  return { keep, element: list, load, draw };
}

// Return the first step that is known of two runs at which they differ, or null, and whether the one before is known.
function firstDifference(one, other, wide) {
  let [i, j, before] = [0, 0, -1];
  const [last, end] = [one.numbers.y.length, other.numbers.y.length];
  while (i < last && j < end) {
    const step = one.steps[i];
    if (step !== other.steps[j]) step < other.steps[j] ? (i += 1) : (j += 1);
    else if (differ(one.numbers.x, i, other.numbers.x, j, wide)) return [step, before === step - 1];
    else [i, j, before] = [i + 1, j + 1, step];
  }
  return [null, true];
}

function differ(one, i, other, j, wide) {
  for (let k = 0; k < wide; k += 1) {
    const [a, b] = [one[i * wide + k], other[j * wide + k]];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return true;
  }
  return false;
}
