// How shapes meet in a pullback: the product of matrices that a gradient is, as rectangles with the row and the column of
// one cell, or the axes that a gradient is summed over.

import { html, setText, svg } from "../../common/view/elements.js";
import { bisectRight } from "../../common/view/numbers.js";
import { matmulFactors, sliceText, summedAxes } from "./axis_meeting.js";
import { shapeText } from "./cells.js";
import { readFacts } from "./deck_facts.js";
import { batchOf, labelOf, termsOf } from "./shown_tensor.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/**
 * @typedef {object} Side a factor, or the product
 * @property {string} name
 * @property {number[]} shape as it is written
 * @property {import("./axis_meeting.js").Factor} factor
 * @property {number | undefined} batch
 */
/** @typedef {{ tensor: number, left: Side, right: Side, shape: number[] }} Product */

const HEIGHT = 54;
const WIDTH = 84;

export function createShapesView() {
  const name = html("div", { class: "deck-value-sum-name" });
  const picture = svg("svg", { class: "deck-value-shapes-picture", "aria-hidden": "true" });
  const sentence = html("div", { class: "deck-value-shapes-says" });
  const element = html("div", { class: "deck-value-shapes" }, name, picture, sentence);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {number[]} */
  let stops = [];
  /** @type {Product | undefined} */
  let product;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [word, product] = [newWord, undefined];
    // A layer or a line is no product by itself: what met in it is known from its operations.
    facts = newFacts.entries.some((entry) => entry.count) ? readFacts(newFacts, { level: "ops" }) : newFacts;
    stops = newFacts.stops;
    setText(name, word("Shapes"));
  }

  /** @param {ViewState} state @param {number} tensor */
  function draw(state, tensor) {
    const position = bisectRight(facts.stops, stops[state.position - 1] ?? 0);
    const term = tensor < 0 ? undefined : termsOf(facts, { ...state, position }, tensor).at(-1);
    const entry = term && facts.steps[term.at - 1].entry;
    product = entry === undefined ? undefined : productOf(facts, entry, tensor);
    const axes = entry === undefined ? [] : repeatedAxes(facts, entry, tensor);
    element.hidden = !product && axes.length === 0;
    picture.toggleAttribute("hidden", !product);
    if (product) point(-1, -1);
    else if (axes.length) setText(sentence, broadcastText(axes, labelOf(facts, tensor), word));
  }

  /** @param {number} row @param {number} column of the gradient's cell; -1 for none */
  function point(row, column) {
    if (!product) return;
    const { tensor, left, right, shape } = product;
    const names = { left: written(left), right: written(right), name: labelOf(facts, tensor) };
    picture.replaceChildren(...equation(product, names, row, column));
    const count = left.shape[1];
    const isOfExamples = left.batch !== undefined && left.batch === right.batch && sumsExamples(left);
    const blanks = {
      cell: `∂${names.name}[${row}, ${column}]`,
      count,
      left: left.name + sliceText(left.factor, "left", row),
      right: right.name + sliceText(right.factor, "right", column),
    };
    const isIn = row >= 0 && row < shape[0] && column < shape[1];
    if (!isIn) setText(sentence, `∂${names.name} = ${names.left} @ ${names.right}`);
    else if (isOfExamples) setText(sentence, word("{cell} = sum over {count} examples of {left} × {right}", blanks));
    else setText(sentence, word("{cell} = sum over {count} products {left} × {right}", blanks));
  }

  return { element, load, draw, point };
}

/** @param {Side} side */
function sumsExamples({ factor }) {
  return factor.isTransposed; // the rows of the array as it is lie along the inner side
}

/** @param {Side} side */
function written({ name, factor }) {
  return factor.isTransposed ? `${name}ᵀ` : name;
}

/**
 * Return the product of two matrices that the gradient at an input of a MatMul is; undefined for what is none.
 *
 * @param {Facts} facts
 * @param {number} entry
 * @param {number} tensor
 * @returns {Product | undefined}
 */
export function productOf(facts, entry, tensor) {
  const { inputs, outputs, transposes } = facts.entries[entry] ?? {};
  if (!transposes) return undefined;
  const input = inputs.indexOf(tensor);
  const twice = inputs.lastIndexOf(tensor) !== input;
  const of = { a: inputs[0], b: inputs[1], upstream: outputs[0] };
  const shapes = Object.values(of).map((one) => facts.tensors[one]?.shape ?? []);
  if (input < 0 || twice || shapes.some((shape) => shape.length !== 2)) return undefined;
  const [left, right] = matmulFactors(transposes, input).map((factor) => {
    const one = of[factor.from];
    const { shape } = facts.tensors[one];
    return {
      name: (factor.from === "upstream" ? "∂" : "") + labelOf(facts, one),
      shape: factor.isTransposed ? [...shape].reverse() : shape,
      factor,
      batch: batchOf(facts, one),
    };
  });
  return { tensor, left, right, shape: facts.tensors[tensor].shape };
}

/** @param {Facts} facts @param {number} entry @param {number} tensor */
function repeatedAxes(facts, entry, tensor) {
  const { broadcasts, outputs } = facts.entries[entry] ?? {};
  const output = facts.tensors[outputs?.[0]];
  if (!broadcasts || !output?.shape) return [];
  const axes = summedAxes(facts.tensors[tensor].shape, output.shape);
  return axes.map((one) => ({ ...one, isBatch: one.axis === 0 && batchOf(facts, outputs[0]) !== undefined }));
}

/** @param {{ axis: number, side: number, isBatch: boolean }[]} axes @param {string} name @param {Word} word */
function broadcastText(axes, name, word) {
  const parts = axes.map(({ axis, side, isBatch }) =>
    isBatch
      ? word("axis {axis} ({count} examples)", { axis, count: side })
      : word("axis {axis} ({count} numbers)", { axis, count: side }),
  );
  return word("{name} was repeated along {axes}, so its gradient is the sum over that.", {
    name,
    axes: parts.join(", "),
  });
}

/**
 * Draw left @ right = product as rectangles on one scale: sides that must agree are equally long.
 *
 * @param {Product} product
 * @param {{ left: string, right: string, name: string }} names
 * @param {number} row
 * @param {number} column
 */
function equation({ left, right, shape }, names, row, column) {
  const longest = Math.max(...left.shape, ...right.shape);
  const scale = (/** @type {number} */ side) => 10 + (side / longest) ** 0.5 * (HEIGHT - 10);
  /** @type {Element[]} */
  const drawn = [];
  let x = 4;
  const box = (/** @type {number[]} */ sides, /** @type {string} */ label, /** @type {number[]} */ mark) => {
    const [height, width] = sides.map(scale);
    const y = 16 + (HEIGHT - height) / 2;
    const wide = Math.max(width, 7 * Math.min(label.length, WIDTH / 7));
    const middle = x + wide / 2;
    const corner = middle - width / 2;
    drawn.push(svg("text", { x: middle, y: y - 4, "text-anchor": "middle" }, cut(label)));
    drawn.push(svg("rect", { class: "deck-value-box", x: corner, y, width, height }));
    const [down, across] = mark;
    const one = [height / sides[0], width / sides[1]].map((size) => Math.max(2, size));
    const at = (
      /** @type {number} */ index,
      /** @type {number} */ count,
      /** @type {number} */ size,
      /** @type {number} */ own,
    ) => Math.min(size - own, (index * size) / count);
    if (down >= 0 || across >= 0)
      drawn.push(
        svg("rect", {
          class: "deck-value-band",
          x: corner + (across >= 0 ? at(across, sides[1], width, one[1]) : 0),
          y: y + (down >= 0 ? at(down, sides[0], height, one[0]) : 0),
          width: across >= 0 ? one[1] : width,
          height: down >= 0 ? one[0] : height,
        }),
      );
    drawn.push(
      svg(
        "text",
        { class: "deck-value-box-shape", x: middle, y: y + height + 12, "text-anchor": "middle" },
        shapeText(sides),
      ),
    );
    x += wide + 8;
  };
  const sign = (/** @type {string} */ text) => {
    drawn.push(svg("text", { x: x + 4, y: 16 + HEIGHT / 2 + 4, "text-anchor": "middle" }, text));
    x += 18;
  };
  box(left.shape, names.left, [row, -1]);
  sign("@");
  box(right.shape, names.right, [-1, column]);
  sign("=");
  box(shape, `∂${names.name}`, row < 0 ? [-1, -1] : [row, column]);
  return drawn;
}

/** @param {string} label */
function cut(label) {
  const start = label.startsWith("∂") ? "∂" : "";
  const short = start + label.slice(start.length).split("/").slice(-1)[0];
  return short.length > 12 ? `${short.slice(0, 11)}…` : short;
}
