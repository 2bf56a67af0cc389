// How a race stands, without a page: `node --test tests/race/`.

import assert from "node:assert/strict";
import test from "node:test";
import {
  buttonState,
  kernelProblem,
  SILENCE,
  shownStandings,
  timeScale,
} from "../../widgets/race/view/standings.js";

const word = (text, blanks = {}) => text.replace("{seconds}", blanks.seconds);
const running = { state: "running", summary: "Running: eager.", results: [{ state: "finished" }, { state: "running" }] };

test("a kernel that is there is believed", () => {
  assert.equal(shownStandings(running, false, word), running);
});

test("without a kernel nothing runs, and what has finished stays so", () => {
  const shown = shownStandings(running, true, word);
  assert.deepEqual([shown.state, ...shown.results.map((one) => one.state)], ["stopped", "finished", "stopped"]);
  assert.equal(running.results[1].state, "running", "the facts themselves do not change");
});

test("a silent kernel is reported only while the race runs", () => {
  const silent = { isRacing: true, isKernelGone: false, secondsSilent: SILENCE };
  assert.match(kernelProblem(silent, word), /20 s/);
  assert.equal(kernelProblem({ ...silent, secondsSilent: SILENCE - 1 }, word), "");
  assert.equal(kernelProblem({ ...silent, isRacing: false }, word), "");
  assert.match(kernelProblem({ ...silent, isRacing: false, isKernelGone: true }, word), /stopped/);
});

test("the button starts, stops and runs again", () => {
  const race = { state: "not run", isRacing: false, isSaved: false, isKernelGone: false };
  assert.deepEqual(buttonState(race, word), { text: "Start the race", isDisabled: false, reason: "" });
  assert.equal(buttonState({ ...race, isRacing: true }, word).reason, "Waiting for the kernel.");
  assert.deepEqual(buttonState({ ...race, isRacing: true, state: "running" }, word), {
    text: "Stop",
    isDisabled: false,
    reason: "",
  });
  assert.equal(buttonState({ ...race, state: "stopped" }, word).text, "Run it again");
});

test("the button cannot be pressed without a kernel", () => {
  const race = { state: "finished", isRacing: false, isSaved: true, isKernelGone: false };
  assert.equal(buttonState(race, word).isDisabled, true);
  assert.match(buttonState(race, word).reason, /saved page/);
  const gone = buttonState({ ...race, isSaved: false, isKernelGone: true, isRacing: true, state: "stopped" }, word);
  assert.deepEqual([gone.text, gone.isDisabled], ["Run it again", true]);
});

test("the scale is logarithmic, with a tick for each power of ten", () => {
  const { percent, ticks } = timeScale([1e-4, 10]);
  assert.deepEqual(
    ticks.map((tick) => tick.text),
    ["1e-4", "0.001", "0.01", "0.1", "1", "10"],
  );
  assert.ok(ticks.every((tick, index) => Math.abs(tick.percent - 20 * index) < 1e-9));
  assert.ok(Math.abs(percent(10 ** -1.5) - 50) < 1e-9);
});
