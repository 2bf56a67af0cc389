// The derivative explorer's facts and states: the derivatives of x³, and central differences worked out here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alignWithAxis, unbrokenHeights } from "../../widgets/derivatives/view/curves_plot.js";
import { createControls } from "../../widgets/derivatives/view/derivatives_controls.js";
import * as state from "../../widgets/derivatives/view/derivatives_state.js";
import { bytesOf, modelOf } from "./helpers.mjs";

const X = [-1, -0.5, 0, 0.5, 1];
const H = [0.5, 0.25];

/** f and four derivatives of x³. @param {number} x */
function tape(x) {
  return [x ** 3, 3 * x ** 2, 6 * x, 6, 0];
}

/** Central differences of f … f‴, order by order, for each h. @param {number} x */
function differences(x) {
  return [0, 1, 2, 3].flatMap((order) => H.map((h) => (tape(x + h)[order] - tape(x - h)[order]) / (2 * h)));
}

/** @param {number} x */
function distances(x) {
  const own = differences(x).map((value, i) => Math.abs(value - tape(x)[1 + Math.floor(i / H.length)]));
  return [...own, ...own.slice(0, 2 * H.length).map((distance) => distance / 2)]; // the other dtype
}

const EXACT = 0.3;
const FACTS = { dtype: "float32", dtypes: ["float32", "float64"], x: X, h: H, states: [1, 1, 1, 0, -1] };

/** @param {object} traits */
function explorer(traits = {}) {
  const exact = [EXACT, ...tape(EXACT), ...differences(EXACT), ...distances(EXACT), 1, 1, 0, 1, 1];
  const model = modelOf({
    facts: JSON.stringify(FACTS),
    numbers: bytesOf(Float32Array.from(X.flatMap((x) => [...tape(x), ...differences(x)]))),
    distances: bytesOf(Float32Array.from(X.flatMap(distances))),
    point: bytesOf(Float64Array.from(exact)),
    at: 0.5,
    h: 0.25,
    orders: [0, 2],
    ...traits,
  });
  return { model, facts: state.readFacts(model) };
}

test("every number of the grid is where its position, order and step say", () => {
  const { facts, model } = explorer();
  for (const [position, x] of X.entries()) {
    const sample = state.sampleAt(facts, x, model.get("point"));
    assert.equal(sample.x, x);
    assert.deepEqual([0, 1, 2, 3, 4].map(sample.value), tape(x));
    assert.equal(facts.value(1, position), tape(x)[1]);
    const found = [1, 2, 3, 4].flatMap((order) => H.map((_, step) => sample.difference(order, step)));
    assert.deepEqual(
      found.map(([numbers, index]) => numbers[index]),
      differences(x).map(Math.fround),
    );
    const other = [1, 2].flatMap((order) => H.map((_, step) => sample.distanceInOtherDType(order, step)));
    assert.deepEqual(other, distances(x).slice(-4).map(Math.fround));
  }
});

test("the central difference of x³ is h² too large", () => {
  const { facts, model } = explorer();
  const { sample, step } = state.viewState(facts, model);
  assert.equal(sample.distance(1, step), H[step] ** 2);
});

test("where the exact point is that of x, it is shown; else the nearest position", () => {
  const { facts, model } = explorer({ at: EXACT });
  const exact = state.viewState(facts, model);
  assert.deepEqual([exact.sample.x, exact.isSnapped, exact.sample.value(1)], [EXACT, false, 3 * EXACT ** 2]);
  assert.equal(exact.sample.distance(1, 1), distances(EXACT)[1]);
  model.set("at", 0.2);
  const nearest = state.viewState(facts, model);
  assert.deepEqual([nearest.sample.x, nearest.isSnapped, nearest.position], [0, true, 2]);
});

test("what the tape has is said for each order: a number, None, or unknown", () => {
  const { facts, model } = explorer();
  const { sample } = state.viewState(facts, model);
  const texts = [0, 1, 2, 3, 4].map((order) => state.tapeText(facts, sample, order));
  assert.deepEqual(texts, ["0.125", "0.75", "3", "None", "?"]);
  assert.equal(state.positionText(facts, 0.1), "0.1");
  assert.equal(state.positionText({ dtype: "float64" }, 1 / 3), "0.33333333333333331");
});

test("the nearest position is the one that a loop finds", () => {
  for (let value = -1.6; value < 1.6; value += 0.037) {
    const least = Math.min(...X.map((x) => Math.abs(x - value)));
    assert.equal(Math.abs(X[state.nearestPosition(X, value)] - value), least);
  }
});

test("distances are written in two digits", () => {
  const texts = [0, 0.0625, 0.00123, 1.26e-7, 123456, Infinity, NaN].map(state.distanceText);
  assert.deepEqual(texts, ["0", "0.063", "0.0012", "1.3e-7", "1.2e5", "inf", "?"]);
});

test("keys move from position to position, and what is typed is asked for as it is", () => {
  const { facts, model } = explorer();
  const controls = createControls(model);
  controls.load(facts);
  controls.forward();
  controls.forward();
  assert.equal(model.get("at"), 1);
  controls.type("0.3", "no number");
  assert.deepEqual([model.get("at"), model.get("problem")], [0.3, ""]);
  controls.type("1e9", "out of range");
  controls.back();
  assert.deepEqual([model.get("at"), model.get("problem")], [0, ""]); // from the nearest position to 0.3
  controls.type("x", "no number");
  assert.deepEqual([model.get("at"), model.get("problem")], [0, "no number"]);
});

test("boxes switch orders on and off, in order", () => {
  const { facts, model } = explorer();
  const controls = createControls(model);
  controls.load(facts);
  controls.toggle(1);
  assert.deepEqual(model.get("orders"), [0, 1, 2]);
  controls.toggle(0);
  assert.deepEqual(model.get("orders"), [1, 2]);
});

test("a curve breaks at a jump, and where f is no number", () => {
  const f = [0, 1, 9, 9, NaN, 2];
  const slope = [0, 1, 1, 1, 1, 1];
  const facts = { x: f, value: (/** @type {number} */ order, /** @type {number} */ i) => [f, slope][order][i] };
  const heights = (/** @type {number} */ order) => f.map((_, i) => unbrokenHeights(facts, order, [0, 10])(i));
  assert.deepEqual(heights(0), [0, NaN, 9, 9, NaN, 2]);
  assert.deepEqual(heights(1), [0, 1, 1, 1, NaN, 1]);
});

test("a slider is as long as the axis above it", () => {
  const slider = { element: { style: { paddingInline: "" } } };
  alignWithAxis(/** @type {any} */ (slider), { left: 62, right: 12 });
  assert.equal(slider.element.style.paddingInline, "54px 4px");
  alignWithAxis(/** @type {any} */ (slider), { left: 62, right: 12 }, 10);
  assert.equal(slider.element.style.paddingInline, "calc(54px + (100% - 74px) / 20) calc(4px + (100% - 74px) / 20)");
});
