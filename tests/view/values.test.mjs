// Heatmaps, shapes that meet, chain-rule sums and norms: the logic behind the value panel and the norms panel.

import assert from "node:assert/strict";
import { test } from "node:test";
import { matmulFactors, sliceText, summedAxes } from "../../widgets/deck/view/axis_meeting.js";
import * as cells from "../../widgets/deck/view/cells.js";
import { readFacts } from "../../widgets/deck/view/deck_facts.js";
import { viewState } from "../../widgets/deck/view/deck_state.js";
import { createFullValues } from "../../widgets/deck/view/full_values.js";
import { cellAfter } from "../../widgets/deck/view/heatmap.js";
import { decades, lengthOf, shortNames, smallest } from "../../widgets/deck/view/norm_scale.js";
import { productOf } from "../../widgets/deck/view/shapes_view.js";
import { labelOf, offeredTensors, shownGradient, shownValue, termsOf } from "../../widgets/deck/view/shown_tensor.js";
import { bytesOf, modelOf, readPayload, translator } from "./helpers.mjs";

const products = readFacts(readPayload("products").facts, { level: "ops" });
const joins = readFacts(readPayload("deck").facts);
const end = products.steps.length;
/** @param {string} name */
const named = (name) => products.tensors.findIndex((tensor) => tensor.name === name);

/** @param {number[]} numbers @param {object} [facts] @returns {cells.Grid} */
function gridOf(numbers, facts) {
  const data = Buffer.from(new Float32Array(numbers).buffer).toString("base64");
  const flat = { shape: [numbers.length], dtype: "float32", rows: 1, columns: numbers.length, split: 0, block: null };
  return { ...flat, most: 4, code: "float32", data, text: "", ...facts };
}

test("a shade says sign and size, and 0 has the color of zero", () => {
  assert.deepEqual(
    [0, -0, 4, -4, 9].map((value) => cells.shadeOf(value, 4)),
    [0, 0, 16, -16, 16],
  );
  assert.ok(cells.shadeOf(0.1, 4) > 0 && cells.shadeOf(0.1, 4) < cells.shadeOf(1, 4));
  assert.equal(cells.shadeOf(1, 0), 0);
  assert.ok(Number.isNaN(cells.shadeOf(Number.NaN, 4)));
});

test("each cell is drawn once, with its neighbors of one shade, and marked if it is no number", () => {
  const grid = cells.cellsOf(gridOf([4, 4, Number.NaN, -4, 0, Infinity], { shape: [2, 3], rows: 2, columns: 3 }));
  const paths = cells.shadePaths(grid, 4);
  assert.equal(paths.get(16), "M0 0h2v1h-2z");
  assert.equal(paths.get(-16), "M0 1h1v1h-1z");
  assert.equal(paths.get(0), "M1 1h1v1h-1z");
  assert.equal(paths.get(Number.NaN), "M2 0h1v1h-1z");
  assert.equal(cells.markPath(grid).match(/M/g)?.length, 2);
  const nothing = cells.cellsOf(gridOf(Array(12).fill(Number.NaN)));
  assert.equal(cells.markPath(nothing).match(/M/g)?.length, 12);
});

test("blocks are read as means, and stand for ranges of indices", () => {
  const codes = Buffer.from(new Int8Array([126, -63, -128, 127]).buffer).toString("base64");
  const facts = { shape: [784, 8], rows: 2, columns: 2, split: 1, block: ["392", "4"], code: "int8", data: codes };
  const grid = cells.cellsOf(gridOf([], facts));
  assert.deepEqual([...Array.from(grid.values)], [4, -2, Number.NaN, Infinity]);
  assert.equal(cells.indexText(grid, 3), "392:784, 4:8");
  assert.equal(cells.exampleAt(grid, 3), -1);
});

test("a long strip goes on in the next line, and axes are flattened to two", () => {
  const strip = cells.cellsOf(gridOf(Array(70).fill(1)));
  assert.deepEqual([strip.lines, strip.across], [3, 32]);
  assert.equal(cells.indexText(strip, 40), "40");
  const cube = cells.cellsOf(gridOf(Array(24).fill(1), { shape: [2, 3, 4], rows: 6, columns: 4, split: 2 }));
  assert.equal(cells.indexText(cube, 5 * 4 + 2), "1, 2, 2");
  assert.deepEqual(cells.axesTexts(cube), { rows: "0, 1", columns: "2" });
  assert.deepEqual([cells.linesOfExample(cube), cells.exampleAt(cube, 13)], [3, 1]);
});

test("numbers are written to their last digit", () => {
  const float = (/** @type {number} */ value) => cells.numberText(Math.fround(value), "float32");
  assert.deepEqual([0.1, 1, -0, 1e-40, 16777216, 1 / 3].map(float), [
    "0.1",
    "1.0",
    "-0.0",
    "1e-40",
    "16777216.0",
    "0.33333334",
  ]);
  assert.deepEqual(
    [cells.numberText(0.1 + 0.2, "float64"), cells.numberText(3, "int64"), cells.numberText(1, "bool")],
    ["0.30000000000000004", "3", "True"],
  );
});

test("keys go from cell to cell and stay inside", () => {
  const grid = { lines: 2, across: 3, values: [1, 2, 3, 4, 5, 6] };
  const after = (/** @type {number} */ here, /** @type {string} */ key) => cellAfter(grid, here, key);
  assert.deepEqual(
    [after(-1, "ArrowDown"), after(1, "ArrowDown"), after(4, "ArrowDown"), after(4, "ArrowUp")],
    [0, 4, 4, 1],
  );
  assert.deepEqual([after(0, "ArrowLeft"), after(5, "ArrowRight"), after(4, "Home"), after(3, "End")], [0, 5, 3, 5]);
  assert.deepEqual([after(4, "Escape"), after(-1, "Escape"), after(4, "a")], [-1, undefined, undefined]);
});

/** @param {number[][]} m */
const transposed = (m) => m[0].map((_, column) => m.map((row) => row[column]));
/** @param {number[][]} a @param {number[][]} b */
const times = (a, b) =>
  a.map((row) => transposed(b).map((column) => row.reduce((sum, one, i) => sum + one * column[i], 0)));

test("the factors of a product's gradient are right for every transpose, against differences", () => {
  const [a, b, g] = [
    [
      [1, 2],
      [3, 4],
      [5, 7],
    ],
    [
      [2, -1, 3, 1],
      [0, 4, -2, 5],
    ],
    [
      [1, 0, 2, 1],
      [3, 1, 0, 2],
      [1, 1, 4, 0],
    ],
  ];
  for (const ta of [false, true])
    for (const tb of [false, true]) {
      const given = { a: ta ? transposed(a) : a, b: tb ? transposed(b) : b, upstream: g };
      const loss = (/** @type {typeof given} */ m) =>
        times(ta ? transposed(m.a) : m.a, tb ? transposed(m.b) : m.b)
          .flatMap((row, i) => row.map((one, j) => one * g[i][j]))
          .reduce((sum, one) => sum + one, 0);
      for (const [input, which] of /** @type {const} */ ([
        [0, "a"],
        [1, "b"],
      ])) {
        const [left, right] = matmulFactors([ta, tb], input).map(({ from, isTransposed }) =>
          isTransposed ? transposed(given[from]) : given[from],
        );
        const gradient = given[which].map((row, i) =>
          row.map((one, j) => {
            const moved = structuredClone(given);
            moved[which][i][j] = one + 1; // the loss is linear in each factor
            return loss(moved) - loss(given);
          }),
        );
        assert.deepEqual(times(left, right), gradient);
      }
    }
  assert.equal(sliceText({ from: "a", isTransposed: true }, "left", 2), "[:, 2]");
  assert.equal(sliceText({ from: "upstream", isTransposed: false }, "right", 1), "[:, 1]");
  assert.equal(sliceText({ from: "b", isTransposed: true }, "right", 1), "[1, :]");
});

test("a broadcast is summed over the axes that its input does not have", () => {
  assert.deepEqual(summedAxes([8], [16, 8]), [{ axis: 0, side: 16 }]);
  assert.deepEqual(summedAxes([1, 4], [3, 4]), [{ axis: 0, side: 3 }]);
  assert.deepEqual(summedAxes([3, 4], [3, 4]), []);
});

test("a product of TensorFlow's run has its shapes, and its factors give the recorded gradient", () => {
  const matmul = products.entries.findIndex((entry) => entry.op === "MatMul");
  const product = productOf(products, matmul, named("w"));
  assert.deepEqual(
    [product?.left.shape, product?.right.shape, product?.shape],
    [
      [4, 3],
      [3, 2],
      [4, 2],
    ],
  );
  assert.deepEqual([product?.left.name, product?.left.factor.isTransposed], ["∂z", true]);
  assert.equal(productOf(products, matmul, named("loss")), undefined);
  const state = viewState(products, end);
  const matrix = (/** @type {number} */ tensor, /** @type {any} */ shown) => {
    const { values, columns } = cells.cellsOf(shown(products, state, tensor)?.grid);
    return products.tensors[tensor].shape[0]
      ? Array.from({ length: values.length / columns }, (_, row) =>
          Array.from(values).slice(row * columns, (row + 1) * columns),
        )
      : [];
  };
  const upstream = transposed(matrix(named("z"), shownGradient));
  assert.deepEqual(times(upstream, matrix(named("x"), shownValue)), matrix(named("w"), shownGradient));
});

test("a gradient is the sum of its terms, each from a position", () => {
  const [u] = [...joins.contributions[0]].find(([, all]) => all.length === 3) ?? [-1];
  const terms = termsOf(joins, viewState(joins, joins.steps.length), u);
  const sum = terms.reduce((total, { gradient }) => total + Number(gradient), 0);
  assert.deepEqual([terms.length, sum, terms[2].total], [3, 19, "19.0"]);
  assert.equal(
    termsOf(joins, viewState(joins, terms[0].at), u).length,
    terms.filter(({ at }) => at === terms[0].at).length,
  );
  for (const { factors, gradient } of terms)
    if (factors) assert.equal(Number(factors[0]) * Number(factors[1]), Number(gradient));
  assert.equal(joins.steps[terms[0].at - 1].kind, "pullback");
});

test("a step offers the tensors that it is about", () => {
  const position = products.steps.findIndex((step) => products.entries[step.entry ?? -1]?.op === "AddV2") + 1;
  assert.equal(offeredTensors(products, viewState(products, position))[0], named("y"));
  assert.deepEqual(offeredTensors(products, viewState(products, 0)), []);
  assert.equal(shownGradient(products, viewState(products, position), named("w")), undefined);
  assert.equal(labelOf(products, named("w")), "w");
});

test("norms are on a scale of whole decades", () => {
  const scale = decades([0.3, 3.1e-9, null, 0]);
  assert.ok(scale.low <= -9 && scale.high === 0);
  assert.ok(lengthOf(3.1e-9, scale) < 0.1 && lengthOf(0.3, scale) > 0.9 && lengthOf(0, scale) === 0);
  assert.ok(decades([]).low < decades([]).high);
  assert.equal(smallest([{ norm: null }, { norm: 2 }, { norm: 1 }])?.norm, 1);
  assert.equal(smallest([{ norm: null }]), undefined);
  assert.deepEqual(shortNames(["net/a/kernel", "net/b/kernel"]), ["a/kernel", "b/kernel"]);
  assert.deepEqual(shortNames(["w"]), ["w"]);
});

test("all numbers come from the kernel, or a sentence says why not", () => {
  const grids = [gridOf([], { shape: [50, 40], rows: 25, columns: 20, split: 1, block: ["2", "2"] })];
  const model = modelOf({ wanted: -1, numbers: {}, alive: true });
  let changes = 0;
  const full = createFullValues(model, () => {
    changes += 1;
  });
  full.load({ ...products, grids }, translator({}));
  assert.ok(full.canAsk(0) && !full.cells(0));
  full.ask(0);
  assert.equal(model.get("wanted"), 0);
  const bytes = bytesOf(Float64Array.from({ length: 2000 }, (_, at) => at));
  model.set("numbers", { grid: 0, code: "float64", rows: 50, columns: 40, split: 1, most: 1999, bytes });
  full.update();
  assert.deepEqual([full.cells(0)?.values[1999], full.cells(0)?.block, changes], [1999, null, 1]);
  model.set("numbers", { grid: 0, problem: "Gone." });
  full.update();
  assert.deepEqual([full.problem(0), full.canAsk(0)], ["Gone.", false]);
  model.set("alive", false);
  assert.ok(full.reason());
  full.remove();
});
