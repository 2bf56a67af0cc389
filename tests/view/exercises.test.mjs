// Lines to choose from, and the geometry of a curve that is drawn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { indentOf, poolOf } from "../../widgets/exercises/view/lines.js";
import { heightsOf, pulledPoints } from "../../widgets/exercises/view/sketch_form.js";

test("lines that are not in the program wait, in their own order", () => {
  assert.deepEqual(poolOf(5, [4, 1]), [2, 3, 5]);
  assert.deepEqual(poolOf(3, []), [1, 2, 3]);
  assert.equal(indentOf("    y = x"), 4);
});

test("the plane is as high as it was asked for, and as a curve needs", () => {
  assert.deepEqual(heightsOf([], -1, 1), [-1, 1]);
  const curve = /** @type {[number, number | null][]} */ ([
    [0, -3],
    [1, null],
    [2, 0.5],
  ]);
  assert.deepEqual(heightsOf(curve, -1, 1), [-3, 1]);
});

test("every point that the pointer passes comes to its height, in both directions", () => {
  const xs = [0, 1, 2, 3, 4];
  const line = (/** @type {number} */ x) => 10 - 2 * x;
  const expected = [1, 2, 3].map((x) => [x, line(x)]);
  assert.deepEqual(pulledPoints(xs, [0.5, line(0.5)], [3.5, line(3.5)]), expected);
  assert.deepEqual(pulledPoints(xs, [3.5, line(3.5)], [0.5, line(0.5)]), expected);
});

test("a pointer that stands still pulls only the point near it", () => {
  assert.deepEqual(pulledPoints([0, 1, 2], [1.2, 5], [1.2, 5]), [[1, 5]]);
  assert.deepEqual(pulledPoints([0, 1, 2], [1.4, 5], [1.4, 5]), []);
  assert.deepEqual(pulledPoints([0], [9, 5], [9, 5]), [[0, 5]]);
});
