// The deck's facts and view states, from recordings of TensorFlow: u² + u for u = x² at x = 3, and the second
// derivative of x³ with a tape inside a tape.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, textOf } from "../../widgets/deck/view/array_editor.js";
import { readFacts } from "../../widgets/deck/view/deck_facts.js";
import { commonFolder, piecesOf } from "../../widgets/deck/view/deck_panels.js";
import {
  contributionAt,
  latest,
  nameOf,
  pullbackAt,
  shortened,
  sourcesOf,
  viewState,
} from "../../widgets/deck/view/deck_state.js";
import { intervalsOf } from "../../widgets/deck/view/deck_transport.js";
import { lessonAddress } from "../../widgets/deck/view/diagnosis_card.js";
import { readPayload } from "./helpers.mjs";

const joins = readFacts(readPayload("deck").facts);
const nested = readFacts(readPayload("nested").facts);
const end = joins.steps.length;

/** @param {typeof joins} facts @param {string} kind */
function positionAfter(facts, kind) {
  return facts.steps.findIndex((step) => step.kind === kind) + 1;
}

test("without facts there is nothing to play", () => {
  const facts = readFacts("");
  assert.deepEqual([facts.steps, facts.rows, viewState(facts, 0).phase], [[], [], "idle"]);
});

test("the phase of each position follows from its steps", () => {
  assert.equal(viewState(joins, 0).phase, "idle");
  assert.equal(viewState(joins, positionAfter(joins, "entry")).phase, "recording");
  assert.equal(viewState(joins, positionAfter(joins, "pullback")).phase, "backward");
});

test("rows fill as entries run, and stay", () => {
  const filled = joins.steps.map((_, index) => viewState(joins, index + 1).filledRows);
  const counted = joins.steps.map(
    (_, index) => joins.steps.slice(0, index + 1).filter((s) => s.kind === "entry").length,
  );
  assert.deepEqual(filled, counted);
  assert.equal(joins.rows.length, joins.entries.length);
});

test("three gradients arrive at u, and add up to 2u + 1 = 19", () => {
  const [[u, timeline]] = [...joins.contributions[0]].filter(([, contributions]) => contributions.length === 3);
  assert.equal(joins.tensors[u].value, "9.0");
  assert.deepEqual(
    timeline.map(({ nth, count }) => `${nth}/${count}`),
    ["1/3", "2/3", "3/3"],
  );
  timeline.forEach(({ before, gradient, total }) => {
    assert.equal(Number(before) + Number(gradient), Number(total));
  });
  assert.equal(contributionAt(joins, viewState(joins, end), u)?.total, "19.0");
  assert.equal(contributionAt(joins, viewState(joins, timeline[0].at - 1), u), undefined);
  const [first] = timeline; // the other two may arrive in one step: u * u passes back two
  const together = timeline.filter(({ at }) => at === first.at);
  assert.equal(contributionAt(joins, viewState(joins, first.at), u)?.total, together[together.length - 1].total);
});

test("the source's gradient is 2x(2x² + 1) = 114", () => {
  const [source] = sourcesOf(joins, 0);
  assert.equal(source.gradient, "114.0");
  assert.equal(contributionAt(joins, viewState(joins, end), source.tensor)?.total, "114.0");
});

test("a pullback is known from its step on", () => {
  const position = positionAfter(joins, "pullback");
  const { entry } = viewState(joins, position);
  assert.equal(pullbackAt(joins, viewState(joins, position - 1), entry), undefined);
  assert.equal(pullbackAt(joins, viewState(joins, position), entry)?.at, position);
});

test("tensors are called by name, else by the entry that made them", () => {
  const [x] = joins.entries[0].inputs;
  assert.equal(nameOf(joins, x), "x");
  const unnamed = joins.tensors.findIndex((tensor, number) => !tensor.name && joins.producerOf.has(number));
  assert.equal(nameOf(joins, unnamed), `#${joins.producerOf.get(unnamed)}`);
});

test("tapes inside each other have a lane each, which says what its tape does", () => {
  assert.equal(nested.lanes.length, 2);
  const states = nested.steps.map((_, index) => viewState(nested, index + 1).lanes.map((lane) => lane.state));
  assert.ok(states.some(([outer, inner]) => outer === "recording" && inner === "playing"));
  assert.ok(states.some(([outer, inner]) => outer === "recording" && inner === "recording"));
  assert.ok(states.some(([outer, inner]) => outer === "playing" && inner === "closed"));
  assert.deepEqual(
    viewState(nested, 0).lanes.map((lane) => lane.state),
    ["waiting", "waiting"],
  );
});

test("an outer tape records while an inner one is played back", () => {
  const during = nested.steps.findIndex(
    (step) => step.kind === "entry" && nested.entries[step.entry ?? 0].backward_pass >= 0,
  );
  assert.ok(during > 0);
  assert.equal(viewState(nested, during + 1).phase, "recording");
});

test("a backward pass that could not be reconciled shows its note, and no numbers", () => {
  const text = JSON.parse(readPayload("deck").facts);
  text.backward_passes[0] = { ...text.backward_passes[0], reconciled: false, note: "Not shown." };
  const facts = readFacts(JSON.stringify(text));
  const state = viewState(facts, positionAfter(facts, "pullback"));
  assert.deepEqual([state.sentence, state.contributions, facts.contributions[0].size], ["Not shown.", [], 0]);
});

test("the newest change at a position is found", () => {
  const timeline = [{ at: 2 }, { at: 5 }];
  assert.deepEqual(
    [1, 2, 4, 9].map((at) => latest(timeline, at)?.at),
    [undefined, 2, 2, 5],
  );
});

test("the strip has an interval for each run of flags", () => {
  assert.deepEqual(intervalsOf([0, 1, 1, 0, 1]), [
    { x: 0, width: 0.5 },
    { x: 0.75, width: 0.25 },
  ]);
  assert.deepEqual(intervalsOf([0]), []);
  assert.equal(intervalsOf(Array.from({ length: 10_000 }, (_, at) => at % 2)).length <= 300, true);
});

test("long texts go without their shape, then without their end", () => {
  assert.equal(shortened("[1.0 2.0 3.0] (3,)"), "[1.0 2.0 3.0]");
  assert.equal(shortened("a_very_long_name_for_x"), "a_very_long_na…");
  assert.equal(shortened("3.0"), "3.0");
});

test("a line is cut where a span begins or ends", () => {
  const pieces = piecesOf("y = x * x", [
    [4, 9],
    [4, 5],
  ]);
  assert.deepEqual(
    pieces.map(({ from, to, inside }) => [from, to, ...inside]),
    [
      [0, 4, false, false],
      [4, 5, true, true],
      [5, 9, true, false],
    ],
  );
  assert.equal(piecesOf("y", [undefined, [-1, -1]]).length, 1);
});

test("what all names begin with is left out, up to a slash", () => {
  assert.equal(commonFolder(["a/dense/kernel", "a/dense/bias", "a/out/kernel"]), "a/");
  assert.equal(commonFolder(["a/kernel"]), "");
  assert.equal(commonFolder(["w", "a/b"]), "");
});

test("the numbers of an array are read and written row by row", () => {
  const text = "[[1.0, -2.0, 0.5], [nan, inf, 3.0]]";
  assert.deepEqual(rowsOf(text, [2, 3])[1], ["nan", "inf", "3.0"]);
  assert.equal(textOf(rowsOf(text, [2, 3]), [2, 3]), text);
  assert.equal(textOf(rowsOf("[1.0, 2.0]", [2]), [2]), "[1.0, 2.0]");
});

test("a lesson opens in the Jupyter around the page", () => {
  const config = JSON.stringify({ baseUrl: "/hub/me/", appUrl: "/tree" });
  assert.equal(lessonAddress("a b/02.ipynb", config), "/hub/me/notebooks/a%20b/02.ipynb");
  assert.equal(lessonAddress("02.ipynb", ""), "");
});
