// The descent explorer's facts, states and geometry: gradient descent on (x − 1)² from 0, worked out here step by step.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf } from "../../widgets/common/view/plot.js";
import { partInside, placesAlong } from "../../widgets/descent/view/curvature_lines.js";
import { affine, around, boundaryPath, predictions } from "../../widgets/descent/view/data_plot.js";
import { parametersAt, readFacts, runOf, unbrokenHeights } from "../../widgets/descent/view/descent_facts.js";
import { bandNames, markTexts, percentOf, rateAt } from "../../widgets/descent/view/descent_sliders.js";
import {
  createControls,
  gradientText,
  readoutText,
  viewState,
  xText,
} from "../../widgets/descent/view/descent_state.js";
import { freePlace, isFree, meets, segments } from "../../widgets/descent/view/minimum_marks.js";
import { shortened, spread } from "../../widgets/descent/view/parameter_lines.js";
import { progressKind } from "../../widgets/descent/view/progress.js";
import { codeOf, firstDifference, stepTexts } from "../../widgets/descent/view/run_details.js";
import { arrowsPath } from "../../widgets/descent/view/run_marks.js";
import { normOf, rateSpan, roundUp } from "../../widgets/descent/view/values_plot.js";
import { moved, scaled } from "../../widgets/descent/view/zoom.js";
import { bytesOf, modelOf, randomNumbers } from "./helpers.mjs";

const RATES = [0.1, 0.25, 1.1];
const STEPS = [0, 1, 2, 3, 4, 5];
const FIRST = 4; // steps that are sent at once

/** Run descent in float32, each operation rounded once. @param {number} rate */
function descend(rate) {
  const x = [0];
  for (let i = 1; i < STEPS.length; i += 1) {
    const gradient = Math.fround(2 * Math.fround(x[i - 1] - 1));
    x.push(Math.fround(x[i - 1] - Math.fround(Math.fround(rate) * gradient)));
  }
  const gradient = x.map((one) => Math.fround(2 * Math.fround(one - 1)));
  return { x, y: x.map((one) => Math.fround(Math.fround(one - 1) ** 2)), gradient };
}

const RUNS = RATES.map(descend);

/** @param {number} from @param {number} to */
function packed(from, to) {
  const names = /** @type {const} */ (["x", "y", "gradient"]);
  return bytesOf(Float32Array.from(names.flatMap((name) => RUNS.flatMap((run) => run[name].slice(from, to)))));
}

const TWO = { isList: true, count: 2, perStep: { x: 2, gradient: 2 }, printed: [0, 1], columns: [0, 1] };

/** @param {Partial<Record<"x" | "y" | "gradient", number[]>>} numbers */
function runOfNumbers({ x = [], y = [], gradient = [] }) {
  const none = new Float32Array(0);
  const [xs, ys, gradients] = [x, y, gradient].map((numbers) => Float32Array.from(numbers));
  return { x: xs, y: ys, gradient: gradients, inPlane: none, scheduled: none };
}

const FACTS = {
  dtype: "float32",
  optimizer: "sgd",
  isPlain: true,
  rule: "",
  code: "for _ in range(«iterations»): x.assign_sub(«learning_rate» * g)",
  dimensions: 1,
  isList: false,
  onPlane: false,
  perStep: { x: 1, gradient: 1 },
  isScheduled: false,
  count: 1,
  columns: [0],
  printed: [0],
  axisNames: ["x"],
  ownNames: [],
  valueName: "y",
  wholeName: "x",
  rates: RATES,
  rateTexts: RATES.map(String),
  verdicts: ["converges", "converges", "diverges"].map((kind) => ({ kind, text: `It ${kind}.` })),
  steps: STEPS,
  stops: [0, 1, 2, 3, 5],
  first: FIRST,
};

/** @param {object} traits */
function explorer(traits = {}) {
  const bytes = { first: packed(0, FIRST), rest: packed(FIRST, STEPS.length) };
  const chosen = { learning_rate: 0.25, iterations: 2, asked: {}, answered: 0, kept: [], alive: true };
  const model = modelOf({ facts: JSON.stringify(FACTS), ...bytes, ...chosen, ...traits });
  return { model, facts: readFacts(model) };
}

test("paths are read from both parts of the bytes", () => {
  const { facts } = explorer();
  assert.equal(facts.isWhole, true);
  RUNS.forEach((expected, rate) => {
    const run = runOf(facts, rate);
    assert.deepEqual([...run.x], expected.x);
    assert.deepEqual([...run.y], expected.y);
    assert.deepEqual([...run.gradient], expected.gradient);
    assert.equal(runOf(facts, rate), run); // read once
  });
});

test("until the rest has come, the slider ends at what is known", () => {
  const { facts, model } = explorer({ rest: bytesOf(new Float32Array(0)), iterations: 5 });
  assert.deepEqual([facts.isWhole, facts.known, facts.stops], [false, FIRST, [0, 1, 2, 3]]);
  assert.equal(viewState(facts, model).step, 3);
  assert.deepEqual([...runOf(facts, 2).x], RUNS[2].x.slice(0, FIRST));
});

test("the view state is the run nearest to the chosen rate, up to the chosen step", () => {
  const { facts, model } = explorer({ learning_rate: 0.9, iterations: 4 });
  const state = viewState(facts, model);
  assert.deepEqual([state.rate, state.index, state.step, state.stop], [2, 4, 4, 3]);
  assert.equal(state.verdict.kind, "diverges");
  assert.equal(state.run, runOf(facts, 2));
});

test("the readout is what tf.print writes", () => {
  const { facts } = explorer();
  assert.equal(readoutText(facts, runOf(facts, 1), 1), "y = 0.25 ; x = 0.5");
  assert.equal(readoutText(facts, runOf(facts, 0), 2), "y = 0.4096 ; x = 0.36");
});

test("the readout tells parameters by the learner's names", () => {
  const { facts } = explorer();
  const run = runOfNumbers({ x: [0, 0, 0.5, -2], y: [1, 0.25] });
  const two = { ...facts, ...TWO };
  assert.equal(readoutText({ ...two, ownNames: ["w", "b"], wholeName: null }, run, 1), "y = 0.25 ; w = 0.5, b = -2");
  assert.equal(readoutText({ ...two, wholeName: "p" }, run, 1), "y = 0.25 ; p = [0.5 -2]");
  const named = { ...two, ownNames: ["x", "y"], wholeName: null, valueName: "f" };
  assert.equal(readoutText(named, run, 1), "f = 0.25 ; x = 0.5, y = -2");
});

test("a point of two numbers is written in brackets", () => {
  const facts = { ...TWO, dtype: /** @type {const} */ ("float32"), words: {} };
  const run = runOfNumbers({ x: [1, 2, 3.5, -0], gradient: [0, 0, 1, -0] });
  assert.equal(xText(facts, run, 1), "[3.5 -0]");
  assert.equal(gradientText(facts, run, 1), "[1 -0]");
});

test("on a plane, x follows its coordinates there, and of many parameters a gradient is its norm", () => {
  const facts = {
    dtype: /** @type {const} */ ("float32"),
    words: {},
    isList: true,
    count: 9,
    perStep: { x: 10, gradient: 1 },
    printed: [2, 3, 4, 7, 8, 9],
    columns: [],
  };
  const run = runOfNumbers({ x: [...Array(10).keys(), 0.5, 0.5, 1, 2, 3, 4, 5, 6, 7, 8], gradient: [1, 0.25] });
  assert.equal(xText(facts, run, 1), "[1 2 3 ... 6 7 8]");
  assert.equal(gradientText(facts, run, 1), "of length 0.25");
  assert.deepEqual(parametersAt({ ...facts, columns: [3, 9] }, run, 1), [2, 8]);
});

test("only what Python has not answered is still asked for", () => {
  const asked = { optimizer: ["adam", 1], start: ["2.0", 3] };
  const { model } = explorer({ asked, answered: 2 });
  const controls = createControls(model);
  assert.deepEqual(controls.settings().requests, { start: ["2.0", 3] });
  controls.ask("dtype", "float64");
  assert.deepEqual(model.get("asked"), { start: ["2.0", 3], dtype: ["float64", 4] });
});

test("keys move from stop to stop and stay within them", () => {
  const { facts, model } = explorer({ iterations: 3 });
  const controls = createControls(model);
  controls.load(facts);
  const iterations = () => model.get("iterations");
  const byKey = { byKey: true };
  controls.forward(byKey);
  assert.equal(iterations(), 5); // 4 is no stop
  controls.forward(byKey);
  assert.equal(iterations(), 5);
  controls.back(byKey);
  assert.equal(iterations(), 3);
  controls.first(byKey);
  assert.equal(iterations(), 0);
});

test("the last step is said in its four parts", () => {
  const { facts, model } = explorer();
  assert.deepEqual(stepTexts(facts, viewState(facts, model)), {
    record: "f(0.5) = 0.25",
    gradient: "-1",
    scale: "0.25 × -1 = -0.25",
    assign: "0.5 − -0.25 = 0.75",
  });
  const adam = { ...facts, optimizer: "adam", isPlain: false, rule: "m / (√v + ε)" };
  const texts = stepTexts(adam, viewState(facts, model));
  assert.deepEqual([texts.scale, texts.assign], ["m / (√v + ε)", "0.5 → 0.75"]);
  const state = viewState(facts, model);
  const falling = { ...state, run: { ...state.run, scheduled: Float32Array.of(0.25, 0.1, 0) } };
  assert.equal(stepTexts(facts, falling).scale, "0.1 × -1 = -0.1"); // the rate at that step, which a schedule sets
});

test("the code has the rate and the iterations that are shown", () => {
  const { facts, model } = explorer();
  assert.equal(codeOf(facts, viewState(facts, model)), "for _ in range(2): x.assign_sub(0.25 * g)");
});

test("kept runs are read with their own numbers, once", () => {
  const one = {
    dtype: "float64",
    steps: [0, 1],
    x: bytesOf(Float64Array.of(0, 0.1)),
    y: bytesOf(Float64Array.of(1, 0.81)),
    gradient: bytesOf(Float64Array.of(-2, -1.8)),
    scheduled: bytesOf(Float64Array.of()),
  };
  const { facts, model } = explorer({ kept: [one] });
  const { kept } = viewState(facts, model);
  assert.deepEqual([...kept[0].numbers.x], [0, 0.1]);
  assert.deepEqual([...kept[0].numbers.gradient], [-2, -1.8]);
  assert.equal(viewState(facts, model).kept, kept);
});

test("two runs part where a loop over all steps finds it", () => {
  const random = randomNumbers(7);
  const some = () => STEPS.concat(6, 7, 8, 9).filter((step) => step === 0 || random() < 0.7);
  for (let round = 0; round < 300; round += 1) {
    const parting = Math.floor(random() * 14);
    const [one, other] = [some(), some()];
    const run = (/** @type {number[]} */ steps, /** @type {number} */ shift) => ({
      steps,
      numbers: runOfNumbers({
        x: steps.map((step) => (step >= parting ? step + shift : step === 3 ? NaN : step)),
        y: steps.map(() => 0),
      }),
    });
    const common = one.filter((step) => other.includes(step));
    const step = common.find((step) => step >= parting);
    const before = common[common.indexOf(step ?? -1) - 1] ?? -1;
    const expected = step === undefined ? { isExact: true } : { step, isExact: before === step - 1 };
    const facts = { perStep: { x: 1, gradient: 0 }, columns: [0] };
    assert.deepEqual(firstDifference(run(one, 0), run(other, 0.5), facts), expected);
  }
});

test("runs of which not all parameters are known differ where the loss or the gradient does, and perhaps before", () => {
  const facts = { perStep: { x: 2, gradient: 1 }, columns: [] };
  const one = { steps: [0, 1], numbers: runOfNumbers({ x: [1, 2, 3, 4], y: [5, 4], gradient: [1, 1] }) };
  const other = { steps: [0, 1], numbers: runOfNumbers({ x: [1, 2, 3, 4], y: [5, 4], gradient: [1, 2] }) };
  assert.deepEqual(firstDifference(one, one, facts), { isExact: false });
  assert.deepEqual(firstDifference(one, other, facts), { step: 1, isExact: false });
});

test("names at the ends of lines stand apart and between the edges", () => {
  const random = randomNumbers(3);
  for (let round = 0; round < 200; round += 1) {
    const wanted = Array.from({ length: 1 + Math.floor(random() * 8) }, () => random() * 300);
    const places = spread(wanted, 15, [0, 300]);
    const sorted = [...places].sort((a, b) => a - b);
    assert.ok(sorted[0] >= 0 && sorted[sorted.length - 1] <= 300);
    sorted.slice(1).forEach((place, i) => {
      assert.ok(place - sorted[i] >= 15 - 1e-9);
    });
    wanted.forEach((one, i) => {
      wanted.forEach((other, j) => {
        assert.ok(one >= other || places[i] < places[j]); // in the order of the lines
      });
    });
  }
  assert.deepEqual(spread([10, 100], 15, [0, 300]), [10, 100]);
});

test("a name that is too long keeps its end", () => {
  assert.equal(shortened("dense/kernel[0, 1]", 10), "…nel[0, 1]");
  assert.equal(shortened("w[3]", 10), "w[3]");
});

test("the axis of a schedule holds its rates", () => {
  const rates = Float32Array.of(0.5, 0.25, 0);
  assert.deepEqual(rateSpan(rates, true), [0.1, 1]);
  assert.deepEqual(rateSpan(rates, false), [0, 0.55]);
});

test("a curve breaks at a pole, and where it has no value", () => {
  const heights = unbrokenHeights({ heights: [-1, -9, 9, 1, null, 0, 9], frame: [-5, 5] });
  assert.deepEqual(heights, [-1, -9, NaN, 1, NaN, 0, 9]);
});

test("the axis of iterations ends at the next of 10, 20, 50, 100", () => {
  assert.deepEqual([10, 11, 20, 30, 51, 100, 999, 1001].map(roundUp), [10, 20, 20, 50, 100, 100, 1000, 2000]);
});

test("predictions are base and slopes at the parameters, and probabilities where they are logits", () => {
  const fit = {
    base: [1, 0],
    slopes: [
      [2, 0],
      [0, -1],
    ],
    isLogit: false,
  };
  assert.deepEqual(affine(fit.base, fit.slopes, [3, 5]), [7, -5]);
  assert.deepEqual(predictions(fit, [3, 2]), [7, -2]);
  assert.equal(predictions({ ...fit, isLogit: true }, [-0.5, 0])[0], 0.5);
});

test("a boundary runs from edge to edge, and an axis leaves room around its numbers", () => {
  const scale = (/** @type {number} */ one) => one;
  const axis = Object.assign(scale, { domain: () => [0, 10] });
  const plot = /** @type {any} */ ({ x: axis, y: axis });
  assert.equal(boundaryPath(plot, [-4, 1, 0]), "M4 0L4 10");
  assert.equal(boundaryPath(plot, [-4, 0, 2]), "M0 2L10 2");
  assert.equal(boundaryPath(plot, [1, 0, 0]), "");
  const [low, high] = around([1, 3, 2]);
  assert.ok(low < 1 && high > 3);
});

test("the norm of a gradient is the length of its numbers at that step", () => {
  assert.equal(normOf(Float32Array.of(9, 9, 3, -4), 1, 2), 5);
  assert.equal(normOf(Float32Array.of(-2, 7), 0, 1), 2);
});

test("a zoomed picture keeps the place under the pointer, and its whole is never lost", () => {
  const home = /** @type {[number, number]} */ ([-2, 6]);
  const near = scaled(home, home, 0.5, 0.25);
  assert.deepEqual(near, [-1, 3]); // 0, a quarter of the way, stays a quarter of the way
  assert.ok(scaled(home, home, 1e-9, 0.5)[1] - scaled(home, home, 1e-9, 0.5)[0] > 0.01);
  assert.deepEqual(moved(near, home, 0.5), [1, 5]);
  const [low, high] = moved(near, home, 100);
  assert.ok(low < home[1] && high - low === 4);
});

test("bands fill the slider and each is named, inside or above, without running into another", () => {
  assert.deepEqual(
    [-0.5, 0, 5, 10.5].map((position) => percentOf(position, 10)),
    ["0%", "0%", "50%", "100%"],
  );
  const kinds = ["still moving", "oscillates", "diverges", "发散"].map((kind, i) => ({ kind, from: 6 + i, to: 6 + i }));
  const facts = {
    kinds: [{ kind: "converges", from: 0, to: 5 }, ...kinds],
    slots: 10,
  };
  for (const width of [320, 500, 2000]) {
    const places = bandNames(facts, width);
    assert.equal(places[0].isInside, true);
    const above = places.filter((place) => !place.isInside);
    assert.equal(above.length === 0, width === 2000);
    for (const [i, place] of above.entries()) {
      assert.ok(place.left >= 0 && place.left + place.width <= width);
      assert.ok(i === 0 || place.left >= above[i - 1].left + above[i - 1].width);
    }
  }
});

test("of more bands than have room for a name above, the narrowest have none unless they come first", () => {
  const kinds = Array.from({ length: 12 }, (_one, i) => ({
    kind: "still moving",
    from: 4 * i,
    to: 4 * i + (i === 7 ? 4 : 2),
  }));
  const places = bandNames({ kinds, slots: 400 }, 500);
  const above = places.filter((place) => !place.isInside && place.fits);
  assert.ok(above.length > 1 && above.length < 12 && places[7].fits);
  for (const place of above) assert.ok(place.left >= 0 && place.left + place.width <= 500);
  const left = places.flatMap((place, i) => (place.isInside || place.fits ? [] : [i]));
  const again = bandNames({ kinds, slots: 400 }, 500, [left[0], -1]);
  assert.ok(again[left[0]].fits && again.filter((place) => place.fits).length === above.length);
});

test("an arrow points downhill at each point that is apart from the others, and is longer where f is steeper", () => {
  const plot = { x: scaleOf({ domain: [0, 10], name: "" }), y: scaleOf({ domain: [0, 10], name: "" }) };
  plot.x.range([0, 100]);
  plot.y.range([100, 0]);
  const at = { x: (/** @type {number} */ i) => [50, 50.5, 10][i], y: (/** @type {number} */ i) => [50, 50, 90][i] };
  const tips = arrowsPath(plot, at, [0, 1, 5, 5, -100, 0], 2).match(/M[^M]*L[^LM]*(?=L)/g) ?? [];
  const arrows = tips.map((one) =>
    one
      .slice(1)
      .split("L")
      .flatMap((pair) => pair.split(" ").map(Number)),
  );
  assert.deepEqual(
    arrows.map(([x, y]) => [x, y]),
    [
      [10, 90],
      [50.5, 50],
    ],
  );
  assert.ok(arrows[0][2] > 30 && arrows[0][3] === 90, "against a gradient that points to the left");
  assert.ok(arrows[1][2] < 50.5 && arrows[1][3] > 50, "down is more on the screen");
  const length = (/** @type {number[]} */ [x, y, toX, toY]) => Math.hypot(toX - x, toY - y);
  assert.ok(length(arrows[0]) > length(arrows[1]));
});

test("the name of a line through a minimum stands on the line, and nowhere where all is taken", () => {
  const places = placesAlong([3, -4], 30); // out of the picture after 150 pixels
  assert.ok(places.length > 4);
  for (const { x, y } of places) {
    assert.ok(Math.abs(4 * x + 3 * (y - 4)) < 1e-9, "on the line");
    assert.ok(Math.hypot(x, y - 4) > 70 && Math.hypot(x, y - 4) < 150);
  }
  const cross = { x: 200, y: 200, width: 40 };
  const frame = { left: 0, right: 400, top: 0, bottom: 400 };
  assert.ok(isFree(places[0], cross, frame, []));
  const through = [200 + places[0].x, 0, 200 + places[0].x, 400];
  assert.ok(!isFree(places[0], cross, frame, [/** @type {[number, number, number, number]} */ (through)]));
  assert.ok(!isFree(places[0], cross, { ...frame, top: 200 }, []));
});

test("a line through a minimum is drawn as far as the frame, and not at all where it misses that", () => {
  const frame = { left: 0, right: 400, top: 0, bottom: 200 };
  for (const [point, way, ends] of [
    [
      [100, 100],
      [1, 0],
      [0, 400],
    ],
    [
      [100, 100],
      [0, -2],
      [200, 0],
    ],
    [
      [200, 100],
      [4, 4],
      [100, 300],
    ],
    [
      [-50, 100],
      [5, 0],
      [0, 400],
    ],
  ]) {
    const k = way[0] ? 0 : 1;
    const found = partInside(point, way, frame).map((t) => point[k] + t * way[k]);
    assert.deepEqual(found, ends);
  }
  for (const [point, way] of [
    [
      [-50, 100],
      [0, 1],
    ],
    [
      [500, 300],
      [1, -0.1],
    ],
  ])
    assert.deepEqual(partInside(point, way, frame), []);
});

test("on its way the slider goes to the next rate that is known, in either direction", () => {
  const places = [0, 40, 80, 83];
  const positions = [0, 39, 40, 41, 79, 83, 84];
  assert.deepEqual(
    positions.map((position) => rateAt(places, position, 1)),
    [0, 0, 1, 2, 2, 3, 3],
  );
  assert.equal(rateAt([83], 0, 0), 0);
  assert.equal(rateAt([83], 200, 0), 0);
});

test("how far it is can be seen only while there is something to come, or was", () => {
  const progress = { share: 0.5, text: "5 of 10 learning rates" };
  const state = { progress, isComputing: true, isAlive: true, isKernelGone: false, wasSeen: false };
  assert.equal(progressKind(state), "running");
  assert.equal(progressKind({ ...state, isComputing: false }), "stopped");
  assert.equal(progressKind({ ...state, isKernelGone: true }), "gone");
  assert.equal(progressKind({ ...state, isAlive: false }), "stopped");
  assert.equal(progressKind({ ...state, progress: {}, isComputing: false }), "none");
  assert.equal(progressKind({ ...state, progress: {}, isComputing: false, wasSeen: true }), "done");
});

test("a mark is named in full where there is room between it and its edge", () => {
  const marks = [
    { at: 3, name: "1/λ", text: "1/λ = 0.25" },
    { at: 8, name: "2/λ", text: "2/λ = 0.5" },
  ];
  const facts = { marks, slots: 11 };
  assert.deepEqual(markTexts(facts, 600), ["1/λ = 0.25", "2/λ = 0.5"]);
  assert.deepEqual(markTexts(facts, 300), ["1/λ = 0.25", "2/λ"]);
});

test("a line meets a box that it crosses, ends in, or lies in, and no other", () => {
  const box = { left: 10, right: 20, top: 10, bottom: 20 };
  assert.equal(meets([0, 0, 30, 30], box), true);
  assert.equal(meets([15, 0, 15, 12], box), true);
  assert.equal(meets([12, 13, 14, 13], box), true);
  assert.equal(meets([0, 15, 9, 15], box), false);
  assert.equal(meets([0, 12, 12, 0], { ...box, left: 11 }), false);
  assert.equal(meets([5, 25, 25, 25], box), false);
});

test("a line has no piece that nobody sees, and none to where there is nothing", () => {
  const xs = [0, 0.2, 0.4, 5, Number.NaN, 9, 12];
  const at = (/** @type {number} */ i) => xs[i];
  assert.deepEqual(
    segments(xs.length, at, () => 1),
    [
      [0, 1, 5, 1],
      [9, 1, 12, 1],
    ],
  );
});

test("a text takes the first place that covers nothing, or the one that covers least", () => {
  const cross = { x: 100, y: 100, width: 40 };
  const frame = { left: 0, right: 200, top: 0, bottom: 200 };
  /** @type {import("../../widgets/descent/view/minimum_marks.js").Place[]} */
  const places = [
    { anchor: "start", x: 8, y: -8 },
    { anchor: "end", x: -8, y: -8 },
  ];
  assert.equal(freePlace(places, cross, frame, []), places[0]);
  assert.equal(freePlace(places, cross, frame, [[100, 90, 150, 90]]), places[1]);
  assert.equal(freePlace(places, cross, { ...frame, right: 120 }, []), places[1]);
  assert.equal(
    freePlace(places, cross, frame, [
      [0, 90, 200, 90],
      [60, 80, 60, 95],
    ]),
    places[0],
  );
});
