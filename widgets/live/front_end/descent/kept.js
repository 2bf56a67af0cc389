// Runs that were kept to be compared with: at most three, each with its dash, and where it parts from the one shown.

import { html, setText, svg, KEEPS_KEYS } from "../shared/dom.js";
import { numbersOf } from "./facts.js";

const MOST = 3;

export function createKept(controls) {
  const keep = html("button", { type: "button", class: "view-word", click: add, ...KEEPS_KEYS });
  const list = html("ul", { class: "descent-runs" });
  let facts, word, shown;
  const read = new WeakMap();

  controls.kept = () => (controls.value("kept") ?? []).map((run) => ({ ...run, numbers: numbers(run) }));

  // A kept run brings its own numbers, since its rate, optimizer, dtype or start may not be that of the others.
  function numbers(run) {
    if (!read.has(run)) read.set(run, { x: numbersOf(run.dtype, run.x), y: numbersOf(run.dtype, run.y) });
    return read.get(run);
  }

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(keep, word("Keep this run"));
  }

  function add() {
    const { run, rate } = shown;
    const bytes = (array) => new DataView(array.slice().buffer);
    const { dtype, optimizer, start } = facts;
    const one = { learning_rate: facts.rates[rate], dtype, optimizer, start, x: bytes(run.x), y: bytes(run.y) };
    controls.choose("kept", [...(controls.value("kept") ?? []), one].slice(-MOST));
  }

  function draw(shot) {
    shown = shot;
    keep.disabled = shot.kept.length >= MOST;
    if (drawnFor(shot)) return;
    list.replaceChildren(...shot.kept.map((run, i) => row(run, i, shot)));
  }

  // Rows change with the kept runs, and with the rate that they are compared at: not with each step.
  let drawn = [];
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
      rate: run.learning_rate,
      optimizer: facts.names[run.optimizer] ?? run.optimizer,
      dtype: run.dtype,
      start: run.start,
    });
    const close = html(
      "button",
      {
        type: "button",
        class: "descent-drop",
        "aria-label": `${word("Forget")} ${text}`,
        click: () => drop(i),
        ...KEEPS_KEYS,
      },
      "×",
    );
    return html(
      "li",
      {},
      sample,
      html("span", {}, text),
      html("span", { class: "descent-parting" }, parting(run, shot)),
      close,
    );
  }

  function parting(run, shot) {
    const at = firstDifference(run.numbers.x, shot.run.x, facts.dimensions);
    if (at < 0) return word("the same as the run shown");
    return word("first differs from the run shown at step {step}", { step: facts.steps[at] });
  }

  function drop(i) {
    controls.choose(
      "kept",
      controls.value("kept").filter((_, at) => at !== i),
    );
  }

  return { keep, element: list, load, draw };
}

// Return the index of the first step at which two paths are not the same numbers, or -1.
function firstDifference(one, other, wide) {
  const count = Math.min(one.length, other.length);
  for (let i = 0; i < count; i += 1) {
    if (one[i] !== other[i] && !(Number.isNaN(one[i]) && Number.isNaN(other[i]))) return Math.floor(i / wide);
  }
  return -1;
}
