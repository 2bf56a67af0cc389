// Numbers read, looked up and written, compared with what TensorFlow printed and with plain loops.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as numbers from "../../widgets/common/view/numbers.js";
import { bytesOf, randomNumbers, readPayload } from "./helpers.mjs";

/** @typedef {import("../../widgets/common/view/numbers.js").DType} DType */

for (const dtype of /** @type {DType[]} */ (["float32", "float64"]))
  test(`${dtype} numbers are printed as tf.print prints them`, () => {
    /** @type {[string, string][]} */
    const rows = readPayload("printed")[dtype];
    assert.ok(rows.length > 20);
    for (const [hex, text] of rows) {
      const array = numbers.floatsFrom(dtype, bytesOf(Buffer.from(hex, "hex")));
      assert.equal(numbers.printed(array[0], dtype, numbers.isNegativeAt(array, 0)), text);
    }
  });

test("numbers are read wherever they start in a message", () => {
  const values = [1.5, -0.25, Infinity];
  assert.deepEqual([...numbers.floatsFrom("float64", bytesOf(Float64Array.from(values)))], values);
  assert.deepEqual([...numbers.floatsFrom("float32", bytesOf(Float32Array.from(values)))], values);
});

test("the sign bit of every number is seen, that of nan too", () => {
  const array = Float32Array.of(0, -0, 1, -1, NaN);
  new DataView(array.buffer).setUint32(16, 0xffc00000, true);
  const signs = [...array].map((_, index) => numbers.isNegativeAt(array, index));
  assert.deepEqual(signs, [false, true, false, true, true]);
});

test("searching finds what a loop finds", () => {
  const random = randomNumbers();
  for (let round = 0; round < 200; round += 1) {
    const sorted = Array.from({ length: 1 + Math.floor(random() * 12) }, () => Math.floor(random() * 10)).sort();
    const value = random() * 12 - 1;
    const count = sorted.filter((one) => one <= value).length;
    assert.equal(numbers.bisectRight(sorted, value), count);
    assert.equal(numbers.lastAtMost(sorted, value), Math.max(0, count - 1));
    const least = Math.min(...sorted.map((one) => Math.abs(one - value)));
    assert.equal(Math.abs(sorted[numbers.nearestIndex(sorted, value)] - value), least);
  }
});

test("of two numbers that are equally near the lower one is taken", () => {
  assert.equal(numbers.nearestIndex([0, 2, 4], 3), 1);
});

test("labels of axes are short", () => {
  const labels = [0, 0.1 + 0.2, 12345, 1e5, -2e-7, 0.001, 0.00099].map(numbers.shortNumber);
  assert.deepEqual(labels, ["0", "0.3", "12350", "1e5", "-2e-7", "0.001", "9.9e-4"]);
});
