// The microscope's facts, from runs of SGD on (x − 1)²; its states, window and sentences; the floats of the number line.

import assert from "node:assert/strict";
import { test } from "node:test";
import { printed } from "../../widgets/common/view/numbers.js";
import * as floats from "../../widgets/rounding/view/floats.js";
import { placeAmong } from "../../widgets/rounding/view/microscope_controls.js";
import * as state from "../../widgets/rounding/view/microscope_state.js";
import { captionOf } from "../../widgets/rounding/view/update_arrow.js";
import { raisedNames } from "../../widgets/rounding/view/updates_plot.js";
import { modelOf, randomNumbers, readPayload } from "./helpers.mjs";

/** @param {object} traits */
function microscope(traits = {}) {
  const model = modelOf({ ...readPayload("microscope"), ...traits });
  const facts = state.readFacts(model.get("facts"), model.get("runs"));
  const shown = state.viewState(facts, model);
  assert.ok(shown);
  return { model, facts, shown };
}

test("without facts there is no view state", () => {
  const facts = state.readFacts("", new DataView(new ArrayBuffer(0)));
  assert.equal(state.viewState(facts, modelOf({ dtype: "float32" })), undefined);
});

test("each row is a step of float32 SGD", () => {
  const { facts } = microscope();
  for (const run of facts.runs.float32 ?? []) {
    const rate = Math.fround(Number(run.rate));
    for (let index = 0; index < run.kept; index += 1) {
      const row = run.at(index);
      const gradient = Math.fround(2 * Math.fround(row.x - 1));
      const update = Math.fround(rate * gradient);
      assert.deepEqual([row.gradient, row.update, row.next], [gradient, update, Math.fround(row.x - update)]);
    }
  }
});

test("half a ULP and the update's share of it are those of the float", () => {
  const { facts } = microscope();
  for (const dtype of state.DTYPES)
    for (const run of facts.runs[dtype] ?? []) {
      const row = run.at(10);
      const towards = row.x - Math.abs(floats.floatAt(row.x, -1, dtype));
      assert.equal(row.half, Math.abs(towards) / 2);
      assert.ok(Math.abs(row.share / (Math.abs(row.update) / row.half) - 1) < 1e-6);
    }
});

test("a run stalls at the step from where on x does not move", () => {
  const { facts } = microscope();
  const run = facts.runs.float32?.[0];
  assert.ok(run?.stalledAt);
  assert.equal(run.at(run.stalledAt - 1).next, run.at(run.stalledAt - 1).x);
  assert.notEqual(run.at(run.stalledAt - 2).next, run.at(run.stalledAt - 2).x);
});

test("the view state is the nearest rate, and a rate is tried only where the run has stalled", () => {
  const { shown } = microscope({ learning_rate: 0.09, step: 5, next_rate: 0.25 });
  assert.deepEqual([shown.rate, shown.index, shown.hasStalled, shown.tried], [0, 5, false, undefined]);
  const stalled = microscope({ step: 119, next_rate: 0.25 }).shown;
  assert.deepEqual([stalled.hasStalled, stalled.tried?.name], [true, "0.25"]);
  assert.equal(stalled.tried?.row.update, Math.fround(0.25 * stalled.row.gradient));
  assert.equal(microscope({ step: 119, next_rate: 0.1 }).shown.tried, undefined);
});

test("the sentence has the numbers of the step", () => {
  const { shown } = microscope({ step: 0 });
  assert.ok(shown.sentence.includes(printed(shown.row.next)));
  assert.ok(!shown.sentence.includes("{"));
  const stalled = microscope({ step: 119, next_rate: 0.25 }).shown;
  assert.ok(stalled.sentence.includes(String((stalled.run.stalledAt ?? 0) - 1)));
  assert.ok(stalled.sentence.includes("0.25"));
});

test("the window goes from the whole run to ten ULPs, evenly on a log scale", () => {
  const { shown } = microscope({ step: 20 });
  const windows = [0, 0.5, 1].map((zoom) => state.windowAt(shown.row, shown.run, zoom));
  const [whole, middle, closest] = windows;
  assert.ok(shown.row.x + whole.from < shown.run.low && shown.row.x + whole.to > shown.run.high);
  assert.equal(closest.span, 21 * shown.row.half);
  assert.ok(Math.abs(closest.from + closest.to) < 1e-20); // x is in the middle
  assert.ok(Math.abs(middle.span ** 2 / (whole.span * closest.span) - 1) < 1e-9);
  windows.forEach(({ span }, i) => {
    assert.ok(Math.abs(state.zoomFor(shown.row, shown.run, span) - i / 2) < 1e-9);
  });
});

test("shares are written in four digits, and 1 only where it is 1", () => {
  const texts = [0, 0.5, 1000.5, 123456, 1e-7, Infinity, 1].map((value) => state.shareText(value, "float32"));
  assert.deepEqual(texts, ["0", "0.5", "1001", "1.235e5", "1e-7", "inf", "1"]);
  assert.equal(state.shareText(Math.fround(0.99999994), "float32"), "0.99999994");
});

test("there is no float between neighbors", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 200; round += 1) {
    const x = Math.fround((random() - 0.5) * 10 ** (random() * 60 - 30));
    const next = floats.floatAt(x, 1, "float32");
    assert.ok(next > x);
    assert.equal(floats.floatAt(next, -1, "float32"), x);
    assert.ok([x, next].includes(Math.fround(x / 2 + next / 2)));
  }
  assert.equal(floats.floatAt(1, 1, "float64"), 1 + Number.EPSILON);
  assert.equal(floats.floatAt(1, -1, "float64"), 1 - Number.EPSILON / 2);
  assert.equal(floats.floatAt(0, -1, "float64"), -Number.MIN_VALUE);
  assert.equal(floats.floatAt(0, 3, "float32"), 3 * 2 ** -149);
});

test("all floats in a window are found, those of a coarser dtype too", () => {
  const ulp = 2 ** -23;
  const found = floats.floatsWithin(1, "float32", -ulp, 2 * ulp);
  assert.deepEqual(
    found.map(({ offset }) => offset / ulp),
    [-1, -0.5, 0, 1, 2],
  );
  assert.deepEqual(
    found.map(({ count }) => count),
    [-2, -1, 0, 1, 2],
  );
  const coarser = floats.floatsWithin(1 + ulp / 4, "float32", -ulp, ulp);
  assert.deepEqual(
    coarser.map(({ value }) => (value - 1) / ulp),
    [-0.5, 0, 1],
  );
});

test("what is inside the rounding interval rounds to x", () => {
  for (const x of [1, 0.3, -2].map(Math.fround)) {
    const [below, above] = floats.roundingInterval(x, "float32");
    for (const part of [-0.99, 0.99]) assert.equal(Math.fround(x + (part < 0 ? -below : above) * part), x);
    for (const part of [-1.01, 1.01]) assert.notEqual(Math.fround(x + (part < 0 ? -below : above) * part), x);
  }
});

test("a scale names places while four digits tell them apart, else distances from x", () => {
  const scale = (/** @type {number} */ distance) => 500 + distance * 100;
  const near = floats.scaleLabels(0.5, { from: -5, to: 5, span: 10 }, scale, 1000);
  assert.equal(near.isRelative, false);
  for (const { at, text } of near.labels) assert.equal(at, scale(Number(text) - 0.5));
  const far = floats.scaleLabels(12345, { from: -5, to: 5, span: 10 }, scale, 1000);
  assert.deepEqual([far.isRelative, far.labels.map(({ text }) => text).includes("x")], [true, true]);
  for (const { at, text } of far.labels) assert.equal(at, scale(text === "x" ? 0 : Number(text)));
});

test("as many floats are named as have room", () => {
  const found = floats.floatsWithin(1, "float32", -5 * 2 ** -24, 5 * 2 ** -23);
  const scale = (/** @type {number} */ offset) => offset * 2 ** 23 * 50;
  const { labels } = floats.floatLabels(found, "float32", 50, scale);
  const gaps = labels.slice(1).map(({ at }, i) => at - labels[i].at);
  assert.ok(labels.some(({ text }) => text === "1"));
  for (const gap of gaps) assert.ok(gap >= 50);
  assert.equal(floats.fits({ at: 10, text: "0.333333343" }, 400), false);
  assert.equal(floats.fits({ at: 200, text: "0.333333343" }, 400), true);
});

test("a rate stands among those of the slider, evenly on a log scale", () => {
  const rates = [0.01, 0.1, 1];
  const places = [0.001, 0.01, Math.sqrt(0.001), 0.1, 1, 5].map((rate) => placeAmong(rates, rate));
  assert.deepEqual(
    places.map((place) => Number(place.toFixed(6))),
    [0, 0, 0.25, 0.5, 1, 1],
  );
});

test("names that would stand on each other rise in turn", () => {
  assert.deepEqual(raisedNames([300, 290, 280, undefined, 100], [40, 40, 40, 40, 40]), [
    false,
    true,
    false,
    false,
    false,
  ]);
});

test("the caption of an arrow depends on how long it is", () => {
  const { shown } = microscope({ step: 20 });
  const captions = { near: "{share}", far: "far", hidden: "{share}, hidden" };
  const row = { ...shown.row, share: 0.5 };
  assert.equal(captionOf(row, captions, true), "0.5");
  assert.equal(captionOf(row, captions, false), "0.5, hidden");
  assert.equal(captionOf({ ...row, share: 1e4 }, captions, true), "far");
});
