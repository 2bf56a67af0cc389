// What is answered, kept, and toggled in the form.

import assert from "node:assert/strict";
import test from "node:test";

import { countAnswered, isAnswered, notKept, toggled } from "../../widgets/form/view/form_state.js";

const questions = [
  { parts: [{ name: "1" }] },
  { parts: [{ name: "2.1" }, { name: "2.2" }] },
  { parts: [{ name: "3" }] },
];

test("a question is answered once all its parts are", () => {
  assert.equal(countAnswered(questions, { 1: "-4", 2.1: "0.2", 3: [] }), 1);
  assert.equal(countAnswered(questions, { 1: "-4", 2.1: "0.2", 2.2: "?", 3: ["a"] }), 3);
  assert.equal(isAnswered(questions[0], { 1: "" }), false);
});

test("what Python has not kept, nor refused, is told", () => {
  assert.deepEqual(notKept({ 1: "-4", 2: ["a"], 3: "x" }, { 1: "-4" }, { 3: "not a number" }), ["2"]);
  assert.deepEqual(notKept({ 1: " -4 ", 2: [] }, { 1: "-4" }, {}), []);
  assert.deepEqual(notKept({ 2: "?" }, { 2: ["a"] }, {}), ["2"]);
});

test("several letters are taken in and out, and not knowing stands alone", () => {
  assert.deepEqual(toggled(undefined, "b", "?"), ["b"]);
  assert.deepEqual(toggled(["b"], "a", "?"), ["a", "b"]);
  assert.deepEqual(toggled(["a", "b"], "a", "?"), ["b"]);
  assert.equal(toggled(["a"], "?", "?"), "?");
  assert.deepEqual(toggled("?", "a", "?"), ["a"]);
  assert.equal(toggled("?", "?", "?"), "");
});
