// The levels of a recording: which there are to choose from, where a step is, and the way into a box.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFacts } from "../../widgets/deck/view/deck_facts.js";
import { createControls, nameOf, viewState } from "../../widgets/deck/view/deck_state.js";
import { measuredGraph } from "../../widgets/deck/view/graph_model.js";
import { choicesOf, crumbsOf, insideOf } from "../../widgets/deck/view/level_state.js";
import { readPayload } from "./helpers.mjs";

const text = readPayload("layers").facts;
const [lines, layers, ops, all] = /** @type {const} */ (["lines", "layers", "ops", "all"]).map((level) =>
  readFacts(text, { level }),
);
const word = (/** @type {string} */ said, values = {}) =>
  Object.entries(values).reduce((whole, [name, value]) => whole.replace(`{${name}}`, String(value)), said);

test("a recording begins on the level that Python chose, and on it where there is no such level", () => {
  assert.equal(readFacts(text).level, "layers");
  assert.equal(readFacts(readPayload("deck").facts, { level: "layers" }).level, "ops");
});

test("each level tells the same run in fewer steps, and ends where it ends", () => {
  const counts = [lines, layers, ops, all].map((facts) => facts.steps.length);
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  for (const facts of [lines, layers, ops, all]) assert.equal(facts.stops.at(-1), all.steps.length);
  assert.deepEqual(choicesOf(lines), ["lines", "layers", "ops"]);
  assert.deepEqual(choicesOf(readFacts("")), []);
});

test("every position of the whole recording is one position of each level, and none is lost by going there and back", () => {
  const store = { position: 0 };
  const model = {
    get: (/** @type {"position"} */ name) => store[name],
    set: (/** @type {"position"} */ name, /** @type {number} */ value) => {
      store[name] = value;
    },
    save_changes: () => {},
  };
  const controls = createControls(/** @type {any} */ (model));
  for (let position = 0; position <= all.steps.length; position += 1) {
    store.position = position;
    for (const facts of [lines, layers, ops, all]) {
      controls.load(facts);
      const shown = controls.position();
      assert.ok((facts.stops[shown - 1] ?? 0) <= position);
      assert.ok(shown === facts.stops.length || facts.stops[shown] > position);
    }
    assert.equal(controls.position(), position); // at all steps
  }
});

test("the gradients that arrive at the sources are the same on each level", () => {
  const arrived = (/** @type {typeof all} */ facts) =>
    facts.sources.map(({ tensor }) => facts.contributions[0].get(tensor)?.at(-1)?.total);
  for (const facts of [lines, layers, ops]) assert.deepEqual(arrived(facts), arrived(all));
  assert.deepEqual(
    arrived(all),
    all.sources.map(({ gradient }) => gradient),
  );
});

test("crumbs lead from the function to the layer, and among operations to the operation", () => {
  const texts = (/** @type {typeof all} */ facts, /** @type {number} */ position) =>
    crumbsOf(facts, viewState(facts, position), word).map((crumb) => crumb.text);
  const at = (/** @type {typeof all} */ facts) => facts.steps.findIndex((step) => step.kind === "entry") + 1;
  const line = `line ${layers.entries[0].place?.[1]}`;
  assert.deepEqual(texts(lines, at(lines)), ["step", line]);
  assert.deepEqual(texts(layers, at(layers)), ["step", line, "model", "hidden"]);
  assert.deepEqual(texts(ops, at(ops)), ["step", line, "model", "hidden", "MatMul"]);
  assert.deepEqual(texts(ops, 0), []);
});

test("a box opens at the first of its operations, and an operation does not open", () => {
  const number = layers.entries.findIndex((entry) => entry.label === "logits");
  const inside = insideOf(layers, number);
  assert.equal(inside?.level, "ops");
  const step = ops.steps[ops.stops.indexOf(inside?.position ?? 0)];
  const first = ops.entries[step.entry ?? -1];
  assert.equal(first.op, "MatMul");
  assert.ok(layers.entries[number].inputs.includes(first.inputs[0]));
  assert.equal(insideOf(ops, 0), undefined);
  assert.equal(insideOf(lines, 0)?.level, "layers");
});

test("what a layer made is called after it", () => {
  const hidden = layers.entries.find((entry) => entry.label === "hidden");
  assert.ok(hidden);
  assert.equal(nameOf(layers, hidden.outputs[0]), "hidden");
  assert.match(nameOf(ops, hidden.outputs[0]), /^#\d+$/);
});

test("a node says which one it is of those that are called the same, and one that a line made has its source", () => {
  const numbered = measuredGraph(ops).nodes.filter((node) => node.nth);
  assert.ok(numbered.length > 1);
  for (const { nth, second } of numbered) assert.ok(second.endsWith(nth?.join("/") ?? "?"));
  for (const facts of [lines, layers, ops]) for (const { title } of measuredGraph(facts).nodes) assert.ok(title);
});
