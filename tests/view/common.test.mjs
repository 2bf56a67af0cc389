// What all views share, without a browser: texts, the model, the player, paths and ticks of plots, lists to sort.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createPlayer,
  displayWidth,
  fillBlanks,
  oncePerFrame,
  translator,
} from "../../widgets/common/view/elements.js";
import { listen, save, withBytes } from "../../widgets/common/view/model.js";
import { dotsPath, linePath, scaleOf, ticks } from "../../widgets/common/view/plot.js";
import { moved } from "../../widgets/common/view/sortable_list.js";
import { modelOf } from "./helpers.mjs";

test("a translator fills blanks, and gives English for what is not translated", () => {
  const word = translator({ "{count} steps": "{count} 步" });
  assert.equal(word("{count} steps", { count: 3 }), "3 步");
  assert.equal(word("Play"), "Play");
});

test("a blank without a value stays", () => {
  assert.equal(fillBlanks("{a} and {b}", { a: 0 }), "0 and {b}");
});

test("a Chinese character is as wide as two letters", () => {
  assert.equal(displayWidth("x = 磁带"), 8);
});

test("bytes are bytes, wherever they are in a trait, also where they came as text", () => {
  const kept = [{ x: { base64: "/w==" }, start: "0.5" }];
  const sent = { first: { base64: "AAEC" }, kept, rest: new DataView(new ArrayBuffer(2)) };
  /** @type {import("../../widgets/common/view/model.js").Model<Record<string, any>>} */
  const model = withBytes(modelOf(sent));
  assert.equal(model.get("first").getUint8(2), 2);
  assert.equal(model.get("kept")[0].x.getUint8(0), 255);
  assert.equal(model.get("kept")[0].start, "0.5");
  assert.equal(model.get("rest"), sent.rest);
  assert.equal(model.get("first"), model.get("first"), "they are read once");
});

test("listeners hear changes until they are silenced", () => {
  const model = modelOf({ position: 0 });
  let heard = 0;
  const silence = listen(model, { position: () => (heard += 1) });
  model.set("position", 1);
  silence();
  model.set("position", 2);
  assert.equal(heard, 1);
});

test("saving to a kernel that is gone fails silently", () => {
  save({
    save_changes: () => {
      throw new Error("the comm is closed");
    },
  });
});

test("what changes several times is drawn once, and what changes in the same frame again in the next", async () => {
  /** @type {(() => void)[]} */
  const frames = [];
  Object.assign(globalThis, {
    requestAnimationFrame: (/** @type {() => void} */ next) => frames.push(next),
    cancelAnimationFrame: () => {},
  });
  let drawn = 0;
  const { request, cancel } = oncePerFrame(() => (drawn += 1));
  request();
  request();
  assert.equal(drawn, 0); // more may change at once
  await Promise.resolve();
  assert.equal(drawn, 1);
  request();
  await Promise.resolve();
  assert.equal(drawn, 1);
  frames.shift()?.();
  assert.equal(drawn, 2);
  request();
  cancel();
  frames.shift()?.();
  assert.equal(drawn, 2);
});

/** @param {number} last */
function playerOf(last) {
  const seen = { position: 0, isPlaying: false };
  const player = createPlayer({
    position: () => seen.position,
    last: () => last,
    move: (to) => {
      seen.position = to;
    },
    changed: (isPlaying) => {
      seen.isPlaying = isPlaying;
    },
  });
  return { player, seen };
}

test("a player plays to the end, then from the start again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { player, seen } = playerOf(3);
  player.toggle();
  for (const [position, isPlaying] of /** @type {const} */ ([
    [1, true],
    [2, true],
    [3, false],
    [3, false],
  ])) {
    context.mock.timers.tick(1000);
    assert.deepEqual(seen, { position, isPlaying });
  }
  player.toggle();
  assert.deepEqual(seen, { position: 0, isPlaying: true });
});

test("a player plays faster when asked, and nothing where there are no steps", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { player, seen } = playerOf(9);
  player.setSpeed(20);
  player.toggle();
  for (let i = 0; i < 4; i += 1) context.mock.timers.tick(50);
  assert.equal(seen.position, 4);
  const empty = playerOf(0);
  empty.player.toggle();
  assert.equal(empty.seen.isPlaying, false);
});

test("a player stops when somebody else moves", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { player, seen } = playerOf(9);
  player.toggle();
  context.mock.timers.tick(1000);
  player.moved();
  assert.equal(seen.isPlaying, true); // it was the player itself
  seen.position = 7;
  player.moved();
  assert.equal(seen.isPlaying, false);
  context.mock.timers.tick(5000);
  assert.equal(seen.position, 7);
});

test("a line breaks where there is no number", () => {
  const ys = [1, 2, NaN, 3.142857, 4];
  const path = linePath(
    5,
    (i) => i * 10,
    (i) => ys[i],
  );
  assert.equal(path, "M0 1L10 2M30 3.14L40 4");
});

test("a line stays within what renderers can draw", () => {
  const ys = [-1e30, Infinity];
  const path = linePath(
    2,
    (i) => i,
    (i) => ys[i],
  );
  assert.equal(path, "M0 -10000L1 10000");
});

test("dots are drawn where there are numbers", () => {
  const ys = [1, NaN, 2];
  const path = dotsPath(
    3,
    (i) => i,
    (i) => ys[i],
  );
  assert.equal(path, "M0 1h0M2 2h0");
});

test("ticks of a linear axis are round and have room", () => {
  /** @type {import("../../widgets/common/view/plot.js").Axis} */
  const axis = { domain: [-1.2, 3.4], name: "x" };
  const found = ticks(scaleOf(axis).range([0, 600]), axis, 75);
  assert.deepEqual(
    found.map(([, label]) => label),
    ["-1", "-0.5", "0", "0.5", "1", "1.5", "2", "2.5", "3"],
  );
  for (const [at, label] of found) assert.ok(Math.abs(at - ((Number(label) + 1.2) / 4.6) * 600) < 1e-9);
});

test("ticks of a logarithmic axis are powers of ten, as many as have room", () => {
  /** @type {import("../../widgets/common/view/plot.js").Axis} */
  const axis = { domain: [1e-8, 1e8], log: true, name: "y" };
  const labels = ticks(scaleOf(axis).range([300, 0]), axis, 36).map(([, label]) => label);
  assert.deepEqual(labels, ["1e-8", "1e-5", "0.01", "10", "10000", "1e7"]);
  for (const label of labels) assert.ok(Number.isInteger(Math.log10(Number(label))));
});

test("a line moves before another, within its list and to another", () => {
  const lists = [["a", "b", "c"], ["d"]];
  assert.deepEqual(moved(lists, { list: 0, index: 0 }, { list: 0, index: 2 }), [["b", "a", "c"], ["d"]]);
  assert.deepEqual(moved(lists, { list: 0, index: 2 }, { list: 0, index: 0 }), [["c", "a", "b"], ["d"]]);
  assert.deepEqual(moved(lists, { list: 1, index: 0 }, { list: 0, index: 3 }), [["a", "b", "c", "d"], []]);
  assert.deepEqual(lists, [["a", "b", "c"], ["d"]]);
});
