// The deck's graph: how it is laid out, what stands in it, where one looks at it from, and what of it is in sight.

import assert from "node:assert/strict";
import { test } from "node:test";
import { curvePath as curveLine, tangentPath } from "../../widgets/deck/view/curve_panel.js";
import { readFacts } from "../../widgets/deck/view/deck_facts.js";
import { abridged, chainOf } from "../../widgets/deck/view/gradient_chain.js";
import { allNorms, lineWidth, normScale, powerText, signName } from "../../widgets/deck/view/gradient_marks.js";
import { sumLines, tagText } from "../../widgets/deck/view/gradient_sums.js";
import * as cameras from "../../widgets/deck/view/graph_camera.js";
import { createIndex, neighborOf } from "../../widgets/deck/view/graph_index.js";
import { layersOf } from "../../widgets/deck/view/graph_layers.js";
import { layOut, spread } from "../../widgets/deck/view/graph_layout.js";
import * as models from "../../widgets/deck/view/graph_model.js";
import { pictureSize } from "../../widgets/deck/view/graph_picture.js";
import { curvePath } from "../../widgets/deck/view/graph_shapes.js";
import { randomNumbers, readPayload } from "./helpers.mjs";

const joins = readFacts(readPayload("deck").facts);
const nested = readFacts(readPayload("nested").facts);

/**
 * Return a graph of `count` nodes, each made of one or two before it.
 *
 * @param {number} count
 */
function randomGraph(count) {
  const random = randomNumbers(count);
  const nodes = Array.from({ length: count }, (_, id) => ({
    id,
    width: 40 + Math.round(80 * random()),
    height: 26 + Math.round(60 * random()),
  }));
  const edges = nodes.slice(3).flatMap(({ id }) => {
    const near = { from: Math.max(0, id - 1 - Math.floor(8 * random())), to: id };
    return random() < 0.6 ? [near, { from: Math.floor(id * random()), to: id }] : [near];
  });
  return { nodes, edges };
}

const graphs = {
  joins: models.measuredGraph(joins),
  nested: models.measuredGraph(nested),
  twenty: randomGraph(20),
  hundred: randomGraph(100),
  thousand: randomGraph(1000),
};

for (const [name, { nodes, edges }] of Object.entries(graphs)) {
  test(`nodes do not overlap, edges lead right, and all is in the box: ${name}`, () => {
    const { nodes: placed, edges: routes, columns, ...box } = layOut(nodes, edges);
    for (const at of columns.keys()) {
      const column = placed.filter((node) => node.column === at).sort((a, b) => a.top - b.top);
      column.slice(1).forEach((node, index) => {
        assert.ok(node.top >= column[index].top + column[index].height);
      });
    }
    columns.slice(1).forEach(({ left }, index) => {
      assert.ok(left > columns[index].left + columns[index].width);
    });
    for (const { left, top, width, height, column } of placed) {
      assert.ok(left >= box.left && left + width <= box.left + box.width);
      assert.ok(top >= box.top && top + height <= box.top + box.height);
      assert.ok(
        left >= columns[column].left - 1e-9 && left + width <= columns[column].left + columns[column].width + 1e-9,
      );
    }
    assert.equal(routes.length, edges.length);
    for (const { points } of routes) {
      points.slice(1).forEach(({ x }, index) => {
        assert.ok(x >= points[index].x);
      });
    }
  });
}

test("the same graph is always laid out in the same way", () => {
  const { nodes, edges } = graphs.hundred;
  assert.deepEqual(layOut(nodes, edges), layOut(nodes, edges));
});

test("edges pass no node, and one to a node that is not there is left out", () => {
  const { nodes, edges } = graphs.hundred;
  const { nodes: placed, edges: routes } = layOut(nodes, edges);
  for (const { points, from, to } of routes.filter(({ isFar }) => !isFar)) {
    for (let index = 1; index + 1 < points.length; index += 2) {
      const [{ x: left, y }, { x: right }] = [points[index], points[index + 1]];
      const met = placed.filter(
        (node) => node.left < right && node.left + node.width > left && node.top < y && node.top + node.height > y,
      );
      assert.deepEqual(met, [], `${from} to ${to}`);
    }
  }
  assert.deepEqual(layOut([{ id: 0, width: 10, height: 10 }], [{ from: 0, to: 1 }]).edges, []);
  assert.deepEqual(layOut([], []).nodes, []);
});

test("a parameter stands just before its first use, and a cycle is cut", () => {
  const chain = [0, 1, 2, 3].map((from) => ({ from, to: from + 1 }));
  assert.deepEqual(layersOf(6, [...chain, { from: 5, to: 4 }]).column.slice(0, 6), [0, 1, 2, 3, 4, 3]);
  const cycle = layersOf(3, [...chain.slice(0, 2), { from: 2, to: 0 }]);
  assert.deepEqual(
    [cycle.column.slice(0, 3), cycle.isFar],
    [
      [0, 1, 2],
      [false, false, true],
    ],
  );
});

test("two edges that can avoid to cross do", () => {
  const { columns, chains } = layersOf(4, [
    { from: 0, to: 3 },
    { from: 1, to: 2 },
  ]);
  const place = (/** @type {number} */ stop) => columns.flat().indexOf(stop);
  assert.ok(place(chains[0][0]) < place(chains[1][0]) === place(chains[0][1]) < place(chains[1][1]));
});

test("places are spread by the least squares", () => {
  assert.deepEqual(spread([0, 0, 0], [0, 10, 10]), [-10, 0, 10]);
  assert.deepEqual(spread([0, 50, 51], [0, 10, 10]), [0, 45.5, 55.5]);
  assert.deepEqual(spread([5, 5], [0, 10], [1, 0.25]), [3, 13]);
});

test("the graph has each tensor but numbers that the source shows, and an edge for each input", () => {
  const { tensors, edges } = models.graphOf(joins);
  assert.deepEqual(new Set(tensors), new Set(joins.tensors.keys()));
  assert.equal(edges.length, joins.entries.flatMap((entry) => entry.inputs).length);
  const facts = readFacts(
    JSON.stringify({
      tensors: ["3.0", "2.0", "6.0"].map((value, index) => ({ name: index ? "" : "x", value, about: "" })),
      levels: [
        {
          key: "ops",
          entries: [{ op: "Mul", label: 0, inputs: [1, 0], outputs: [2], tapes: 0 }],
          steps: [{ kind: "entry", entry: 0 }],
          stops: [1],
          hidden: 0,
        },
      ],
      labels: ["2.0 * x"],
      verdicts: [[]],
    }),
  );
  assert.deepEqual(models.graphOf(facts).tensors, [0, 2]);
});

test("a call stands aside for what ran inside it, unless a gradient came back through the call itself", () => {
  const entry = (/** @type {number[]} */ [from, to], /** @type {object} */ rest = {}) => ({
    ...{ op: "Mul", label: 0, inputs: [from], outputs: [to], tapes: 0 },
    ...rest,
  });
  const drawn = (/** @type {object[]} */ passes, /** @type {object[]} */ steps) => {
    const entries = [entry([0, 1], { opened: true }), entry([0, 2]), entry([2, 3])];
    const ran = entries.map((_, index) => ({ kind: "entry", entry: index }));
    const story = { key: "ops", entries, steps: [...ran, ...steps], stops: [1, 2, 3, 4], hidden: 0 };
    const tensors = ["x", "y", "h", "z"].map((name) => ({ name, value: "1.0", about: "" }));
    const tapes = [{ name: "tape", lane: 0 }];
    const more = { tensors, tapes, backward_passes: passes, levels: [story], labels: ["f(x)"], verdicts: [[]] };
    return models.graphOf(readFacts(JSON.stringify(more))).edges.map(({ entry: number }) => number);
  };
  assert.deepEqual(drawn([], []), [1, 2]);
  const back = { kind: "pullback", entry: 0, backward_pass: 0, contributions: [{ tensor: 0, gradient: "2.0" }] };
  assert.deepEqual(drawn([{ tape: 0, call: "", reconciled: true, note: "" }], [back]), [0, 1, 2]);
});

test("a node has room for its widest text, and for its sums", () => {
  const [[u, timeline]] = [...joins.contributions[0]].filter(([, contributions]) => contributions.length === 3);
  const node = graphs.joins.nodes.find(({ id }) => id === u);
  const lines = timeline.flatMap((_, index) => sumLines(timeline, index + 1));
  assert.equal(lines.at(-1)?.endsWith("= 19.0"), true);
  for (const text of lines) assert.ok(node && node.width >= text.length * models.LETTER);
});

test("a piece of source leaves out what is a node of its own", () => {
  assert.equal(models.abbreviated("x**2 - 2.0*x + 1.0", ["x**2 - 2.0*x"]), "… + 1.0");
  assert.equal(models.abbreviated("x + 1", ["x"]), "x + 1");
  assert.equal(models.abbreviated("tf.reduce_mean(losses)", []), "tf.reduce_mean(…");
});

/** @param {string[]} gradients @param {string[]} totals */
function terms(gradients, totals) {
  return gradients.map((gradient, index) => ({
    gradient,
    total: totals[index],
    nth: index + 1,
    count: gradients.length,
  }));
}

test("a sum of three shows its terms, what is missing, and what they add up to", () => {
  const three = terms(["6.0", "-2.0", "0.5"], ["6.0", "4.0", "4.5"]);
  assert.deepEqual(three.map(tagText), ["6.0 + ?", "4.0 + ?", "4.5"]);
  assert.deepEqual(
    [1, 2, 3].map((arrived) => sumLines(three, arrived).join(" ")),
    ["", "6.0 + (-2.0) + ?", "6.0 + (-2.0) + 0.5 = 4.5"],
  );
});

test("a long sum shows its last terms, a sum of arrays counts them, and long lines are broken", () => {
  const numbers = Array.from({ length: 9 }, (_, index) => `${index + 1}.0`);
  assert.equal(sumLines(terms(numbers, numbers), 6).join(" "), "… + 5.0 + 6.0 + ? (6/9)");
  assert.deepEqual(sumLines(terms(["[1.0, 2.0]", "[3.0, 4.0]"], ["[1.0, 2.0]", "[4.0, 6.0]"]), 2), ["Σ 2/2"]);
  const long = terms(["0.333333343", "-0.66666668"], ["0.333333343", "-0.33333333"]);
  assert.deepEqual(sumLines(long, 2), ["0.333333343", "+ (-0.66666668)", "= -0.33333333"]);
  assert.deepEqual(sumLines(terms(["1.0"], ["1.0"]), 1), []);
});

test("a line is as wide as the power of ten of the norm", () => {
  const scale = normScale([0, null, 0.02, 3, undefined, Number.POSITIVE_INFINITY]);
  assert.deepEqual(scale, { low: -2, high: 1 });
  const widths = [0.001, 0.01, 0.1, 1, 10, 100].map((norm) => lineWidth(norm, scale));
  assert.deepEqual([widths[0], widths[4]], [widths[1], widths[5]]);
  const steps = widths.slice(2, 5).map((width, index) => width - widths[index + 1]);
  for (const step of steps) assert.ok(Math.abs(step - steps[0]) < 1e-9 && step > 0);
  assert.ok(lineWidth(0, scale) < widths[0]);
  assert.deepEqual(normScale([1]), { low: -2, high: 0 });
  assert.deepEqual(normScale([1e-30, 1]), { low: -8, high: 0 });
  assert.equal(normScale([null, 0]), undefined);
  assert.equal(lineWidth(null, scale), lineWidth(undefined, undefined));
});

test("only a single number has a sign", () => {
  const of = (/** @type {number | null} */ sign) =>
    signName({ tensor: 0, gradient: "", total: "", nth: 1, count: 1, skipped: false, grid: -1, sign });
  assert.deepEqual([of(1), of(-1), of(0), of(null)], ["positive", "negative", "zero", ""]);
  assert.ok(allNorms(joins).every((norm) => typeof norm === "number"));
  assert.deepEqual([-7, -3, 0, 2, 6].map(powerText), ["1e-7", "0.001", "1", "100", "1e6"]);
});

const bounds = { left: -20, top: 10, width: 4000, height: 300 };
const size = { width: 500, height: 250 };

/** @param {import("../../widgets/deck/view/graph_camera.js").Camera} camera @param {number} x @param {number} y */
function seen({ left, top, scale }, x, y) {
  return [x * scale + left, y * scale + top];
}

test("a fitted graph is in sight, whole and in the middle", () => {
  const camera = cameras.fitted(bounds, size);
  const [left, top] = seen(camera, bounds.left, bounds.top);
  const [right, bottom] = seen(camera, bounds.left + bounds.width, bounds.top + bounds.height);
  assert.ok(left >= 0 && top >= 0 && right <= size.width && bottom <= size.height);
  assert.ok(Math.abs(left - (size.width - right)) < 1e-9 && Math.abs(top - (size.height - bottom)) < 1e-9);
});

test("a graph is opened legible: whole if it can be, else from its beginning", () => {
  const small = { ...bounds, width: 400, height: 200 };
  assert.deepEqual(cameras.opened(small, size), cameras.fitted(small, size));
  const camera = cameras.opened(bounds, size);
  assert.ok(camera.scale >= cameras.LEGIBLE);
  const [left] = seen(camera, bounds.left, 0);
  assert.ok(left >= 0 && left < 20);
});

test("zooming keeps what is at a point there, within limits", () => {
  const camera = cameras.fitted(bounds, size);
  const at = { x: 123, y: 45 };
  const place = [(at.x - camera.left) / camera.scale, (at.y - camera.top) / camera.scale];
  const near = cameras.zoomed(camera, 7, at, bounds, size);
  seen(near, place[0], place[1]).forEach((pixel, axis) => {
    assert.ok(Math.abs(pixel - [at.x, at.y][axis]) < 1e-9);
  });
  assert.equal(cameras.zoomed(near, 1e9, at, bounds, size).scale, cameras.LARGEST);
  assert.equal(cameras.zoomed(near, 1e-9, at, bounds, size).scale, camera.scale);
});

test("a graph cannot be dragged out of sight", () => {
  const camera = cameras.moved(cameras.opened(bounds, size), 1e6, -1e6, bounds, size);
  const [left, bottom] = [seen(camera, bounds.left, 0)[0], seen(camera, 0, bounds.top + bounds.height)[1]];
  assert.ok(left < size.width && bottom > 0);
});

test("the view follows only what is out of sight, and not beyond the graph", () => {
  const camera = cameras.opened(bounds, size);
  const box = { left: 100, top: 100, width: 80, height: 60 };
  assert.equal(cameras.following(camera, box, bounds, size), camera);
  const far = cameras.following(camera, { ...box, left: 2000 }, bounds, size);
  assert.ok(Math.abs(seen(far, 2040, 0)[0] - size.width / 2) < 1e-9);
  const end = cameras.following(camera, { ...box, left: 3890 }, bounds, size);
  assert.ok(seen(end, bounds.left + bounds.width, 0)[0] > size.width - 20);
  assert.deepEqual(cameras.between(camera, far, 1), far);
  assert.deepEqual(cameras.between(camera, far, 0), camera);
});

test("just the nodes and edges in sight are found", () => {
  const { nodes, edges } = graphs.thousand;
  const layout = layOut(nodes, edges);
  const index = createIndex(layout);
  for (const left of [0, 5000, 12_345, layout.width - 400]) {
    const view = { left, top: layout.top + layout.height / 3, width: 900, height: 500 };
    const [right, bottom] = [view.left + view.width, view.top + view.height];
    const expected = layout.nodes.filter(
      (node) =>
        node.left <= right &&
        node.left + node.width >= left &&
        node.top <= bottom &&
        node.top + node.height >= view.top,
    );
    const found = index.within(view);
    for (const node of expected) assert.ok(found.nodes.includes(node));
    assert.ok(found.nodes.length <= expected.length + 60); // whole columns, some of which only begin in sight
    const crossing = layout.edges.filter(({ points }) => {
      const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
      return (
        Math.min(...xs) <= right && Math.max(...xs) >= left && Math.min(...ys) <= bottom && Math.max(...ys) >= view.top
      );
    });
    assert.deepEqual(new Set(found.edges), new Set(crossing));
  }
});

test("Shift and an arrow key find the next node in their direction", () => {
  const { nodes } = layOut(
    [0, 1, 2, 3].map((id) => ({ id, width: 40, height: 20 })),
    [
      { from: 0, to: 1 },
      { from: 0, to: 2 },
      { from: 1, to: 3 },
    ],
  );
  const [first, up, down, last] = nodes;
  assert.equal(neighborOf(nodes, up, "ArrowLeft"), first);
  assert.equal(neighborOf(nodes, up, "ArrowRight"), last);
  const [above, below] = up.top < down.top ? [up, down] : [down, up];
  assert.equal(neighborOf(nodes, above, "ArrowDown"), below);
  assert.equal(neighborOf(nodes, below, "ArrowUp"), above);
  assert.equal(neighborOf(nodes, first, "ArrowLeft"), undefined);
});

test("an edge is straight where it can be, else leaves and arrives level", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 20 },
    { x: 30, y: 20 },
  ];
  assert.equal(curvePath(points), "M0.0 0.0C5.0 0.0 5.0 20.0 10.0 20.0L30.0 20.0");
});

test("a picture's cells are square where they can be, and it fits a node", () => {
  assert.deepEqual(pictureSize({ rows: 16, columns: 8 }, 64), { width: 32, height: 64 });
  assert.deepEqual(pictureSize({ rows: 2, columns: 3 }, 64), { width: 24, height: 16 });
  for (const sides of [
    { rows: 32, columns: 1 },
    { rows: 1, columns: 1000 },
  ]) {
    const { width, height } = pictureSize(sides, 64);
    assert.ok(Math.min(width, height) >= 10 && Math.max(width, height) <= 64);
  }
});

/**
 * Return the facts of h = f(x), p = g(h), y = k(p), of which a backward pass is known.
 *
 * @param {[tensor: number, gradient: string, norm: number | null][][]} passed back, by pullback; the seed first
 * @param {number} [broken] the entry that made nothing that TensorFlow knows
 */
function played(passed, broken = -1) {
  const entries = [0, 1, 2]
    .filter((number) => number !== broken)
    .map((number) => ({ op: "Op", label: number, inputs: [number], outputs: [number + 1], tapes: 0, place: number }));
  const ran = entries.map((_, entry) => ({ kind: "entry", entry }));
  const back = passed.map((all, index) => ({
    ...(index ? { kind: "pullback", entry: entries.length - index } : { kind: "seed" }),
    backward_pass: 0,
    contributions: all.map(([tensor, gradient, norm]) => ({ tensor, gradient, norm })),
  }));
  const steps = [...ran, ...back, { kind: "gradients", backward_pass: 0 }];
  const level = { key: "ops", entries, steps, stops: steps.map((_, index) => index + 1), hidden: 0 };
  const lines = ["h = f(x)", "p = g(h)", "y = k(p)"];
  return readFacts(
    JSON.stringify({
      tensors: ["x", "h", "p", "y"].map((name) => ({ name, value: "1.0", about: "" })),
      listings: [{ name: "", first: 1, lines }],
      tapes: [{ name: "tape", lane: 0 }],
      backward_passes: [{ tape: 0, call: "", reconciled: true, note: "" }],
      places: lines.map((_, index) => [0, index + 1, 0, 8]),
      levels: [level],
      labels: ["f(x)", "g(h)", "k(p)"],
      verdicts: [[]],
    }),
  );
}

test("a gradient's way shows where it ends, or becomes 0 or NaN, and each link is a step to go to", () => {
  const about = { backward_pass: 0, sources: [0], place: null };
  const told = (/** @type {ReturnType<typeof chainOf>} */ chain) => [
    chain?.links.map(({ name, gradient, at }) => `${name} ${gradient} ${at}`),
    chain?.cut,
  ];
  const seed = /** @type {[number, string, number]} */ ([3, "1.0", 1]);
  assert.deepEqual(told(chainOf(played([[seed], [[2, "2.0", 2]]]), about)), [
    ["y 1.0 4", "p 2.0 5", "h None 1", "x None 1"],
    2,
  ]);
  const zero = played([[seed], [[2, "0.0", 0]], [[1, "0.0", 0]], [[0, "0.0", 0]]]);
  assert.deepEqual(told(chainOf(zero, about)), [["y 1.0 4", "p 0.0 5", "h 0.0 6", "x 0.0 7"], 1]);
  const nan = played([[seed], [[2, "2.0", 2]], [[1, "inf", null]], [[0, "nan", null]]]);
  assert.deepEqual(told(chainOf(nan, about)), [["y 1.0 4", "p 2.0 5", "h inf 6", "x NaN 7"], 2]);
  assert.equal(chainOf(played([[seed], [[2, "2.0", 2]], [[1, "2.0", 2]], [[0, "2.0", 2]]]), about), undefined);
  assert.equal(chainOf(zero, { ...about, backward_pass: -1 }), undefined);
});

test("where no step leads to the source, the way goes on behind the line that is to blame", () => {
  const facts = played([[[3, "1.0", 1]], [[2, "2.0", 2]]], 1);
  const chain = chainOf(facts, { backward_pass: 0, sources: [0], place: [0, 2, 0, 8] });
  assert.deepEqual([chain?.links.map(({ name }) => name), chain?.cut, chain?.isGap], [["y", "p", "x"], 2, true]);
  const earlier = chainOf(facts, { backward_pass: 0, sources: [0], place: [0, 1, 0, 8] });
  assert.deepEqual(
    earlier?.links.map(({ name }) => name),
    ["y", "h", "x"],
  );
});

test("a long way keeps its ends and what is round the cut", () => {
  const links = /** @type {any} */ (Array.from({ length: 12 }, (_, tensor) => ({ tensor })));
  const shown = (/** @type {number} */ cut) =>
    abridged({ links, cut, isGap: false }, 5).map((one) => (typeof one === "number" ? `+${one}` : one.tensor));
  assert.deepEqual(shown(6), [0, "+3", 4, 5, 6, "+4", 11]);
  assert.deepEqual(shown(1), [0, 1, 2, 3, "+7", 11]);
  assert.deepEqual(shown(11), [0, "+7", 8, 9, 10, 11]);
});

test("a curve is broken where it has no numbers and where it jumps, and its tangent is a piece of a line", () => {
  const about = { target: "y", text: "1.0", low: 0, high: 10, first: 0, last: 4, at: 5, slope: 2.5 };
  assert.equal(curveLine({ ...about, points: [0, null, 5, 7.5, 10] }), "M0 100M50 50L75 25L100 0");
  assert.equal(curveLine({ ...about, points: [0, 1, 9, 10, 10] }).match(/M/g)?.length, 2);
  const shown = { ...about, points: [] };
  assert.equal(tangentPath(shown), "M30 70L70 30");
  assert.equal(tangentPath({ ...shown, slope: 0 }), "M30 50L70 50");
  assert.equal(tangentPath({ ...shown, slope: -1000 }).includes("NaN"), false);
});
