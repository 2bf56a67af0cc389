// A node of the graph: a tensor. Above, its name and the op that made it; below, `value | gradient`;
// and where several paths join, the running sum.

import { setText, svg } from "../../common/view/dom.js";
import { lettersOf } from "../../common/view/letters.js";
import { arrivalAt, valueAt } from "./frame.js";

const LETTER = 7.3; // width of a letter of the graph's monospace text, generously
const SMALL_LETTER = 6.7;
const PADDING = 16;
const BAR = 16; // room around the bar between value and gradient
const SLOT = 3; // letters that a value or gradient has room for at least
const MOST_LETTERS = 15;
const LINE = 18;
const SHORT_SUM = 24; // letters that a sum may have on one line

export function nodeOf(facts, tensor) {
  const { name, value } = facts.tensors[tensor];
  const maker = facts.makerOf.get(tensor);
  const op = maker === undefined ? "" : facts.entries[maker].op;
  const isGiven = facts.arrivals.some((arrivals) => arrivals.has(tensor));
  const node = { id: tensor, tensor, name, op, maker, value };
  if (maker === undefined && !isGiven && !facts.watched.has(tensor)) return constantNode(node);
  const { left, right, sumLines, sums } = measured(facts, tensor);
  const width = Math.max(left + right + BAR, headWidth(node), sums) + PADDING;
  return { ...node, sumLines, width, bar: (width - left - right) / 2 + left, height: (2 + sumLines) * LINE + 10 };
}

const sizes = new WeakMap(); // facts -> tensor -> size: a Variable of a long loop has thousands of texts to measure

function measured(facts, tensor) {
  if (!sizes.has(facts)) sizes.set(facts, new Map());
  const known = sizes.get(facts);
  if (!known.has(tensor)) known.set(tensor, measure(facts, tensor));
  return known.get(tensor);
}

// Return the room that the widest of a node's values, gradients and sums will ever need.
function measure(facts, tensor) {
  const values = (facts.values.get(tensor) ?? [facts.tensors[tensor]]).map((read) => read.value);
  const gradients = facts.arrivals.flatMap((arrivals) => arrivals.get(tensor) ?? []);
  const sums = gradients.filter((arrival) => arrival.of > 1).map(sumTexts);
  return {
    left: Math.max(SLOT, widest(values.map((text) => cut(text)))) * LETTER,
    right: Math.max(SLOT, widest(gradients.map(({ sum }) => cut(sum)))) * LETTER,
    sumLines: sums.reduce((most, lines) => Math.max(most, lines.length), 0),
    sums: widest(sums.flat()) * LETTER,
  };
}

function widest(texts) {
  return texts.reduce((most, text) => Math.max(most, lettersOf(text)), 0);
}

// A constant takes no gradient: it is only what it is.
function constantNode(node) {
  const text = [cut(node.name), cut(node.value)].filter(Boolean).join(" = ");
  return { ...node, isConstant: true, text, width: lettersOf(text) * LETTER + PADDING, height: LINE + 8 };
}

function headWidth({ name, op, maker }) {
  return lettersOf(cut(name)) * LETTER + (op ? lettersOf(`${op} #${maker}`) * SMALL_LETTER + (name ? 7 : 0) : 0);
}

// A text that is too long for a node goes without its shape first, then without its end. The hint has all of it.
function cut(text, most = MOST_LETTERS) {
  if (text.length <= most) return text;
  const short = text.replace(/ \([^)]*\)$/, "");
  return short.length <= most ? short : `${short.slice(0, most - 1)}…`;
}

// "2.0 + 3.0 → 5.0 (2/2)": what was there, what arrives, what it comes to. Long numbers take two lines.
function sumTexts({ before, gives, sum, nth, of }) {
  if (!before) return [`${cut(gives)} (${nth}/${of})`];
  const [adding, result] = [`${cut(before)} + ${cut(gives)}`, `→ ${cut(sum)} (${nth}/${of})`];
  return adding.length + result.length < SHORT_SUM ? [`${adding} ${result}`] : [adding, result];
}

export function drawableNode(facts, node) {
  const place = { class: "deck-node", transform: `translate(${node.left.toFixed(1)} ${node.top.toFixed(1)})` };
  const radius = node.maker === undefined ? 14 : 4;
  const box = svg("rect", { class: "deck-box", width: node.width, height: node.height, rx: radius });
  const hint = svg("title");
  const slots = node.isConstant ? undefined : makeSlots(node);
  const text = svg(
    "text",
    { class: "deck-value", x: node.width / 2, y: LINE, "text-anchor": "middle" },
    node.text ?? "",
  );
  const element = svg("g", place, hint, box, ...(slots ? [headOf(node), ...slots.elements] : [text]));
  if (facts.watched.has(node.tensor)) element.classList.add("is-source");
  const { about } = facts.tensors[node.tensor];

  function draw(frame) {
    const isMade = frame.position >= (facts.madeAt.get(node.tensor) ?? 0);
    const arrival = arrivalAt(facts, frame, node.tensor);
    element.classList.toggle("is-made", isMade);
    element.classList.toggle("is-current", frame.made.has(node.tensor));
    element.classList.toggle("is-given", arrival?.at === frame.position);
    const value = isMade ? valueAt(facts, frame, node.tensor) : "";
    slots?.draw(value, arrival);
    const text = textOf(node, value, arrival);
    setText(hint, [text || node.name || node.op, about].filter(Boolean).join(", "));
    return text;
  }

  return { element, draw, node };
}

function makeSlots({ width, bar: middle, sumLines }) {
  const valueSlot = svg("text", { class: "deck-value", x: middle - 8, y: LINE * 2, "text-anchor": "end" });
  const bar = svg("path", { class: "deck-bar", d: `M${middle} ${LINE + 8}v${LINE - 4}` });
  const gradientSlot = svg("text", { class: "deck-gradient", x: middle + 8, y: LINE * 2 });
  const sumSlots = Array.from({ length: sumLines }, (_, line) =>
    svg("text", { class: "deck-sum", x: width / 2, y: LINE * (3 + line), "text-anchor": "middle" }),
  );

  function draw(value, arrival) {
    const sums = arrival?.of > 1 ? sumTexts(arrival) : [];
    setText(valueSlot, cut(value));
    setText(gradientSlot, arrival ? cut(arrival.sum) : "");
    sumSlots.forEach((slot, line) => setText(slot, sums[line] ?? ""));
  }

  return { elements: [valueSlot, bar, gradientSlot, ...sumSlots], draw };
}

function textOf({ name, op }, value, arrival) {
  if (!value) return "";
  const called = name || op;
  return `${called ? `${called}: ` : ""}${value}${arrival ? ` | ${arrival.sum}` : ""}`;
}

function headOf({ name, op, maker, width }) {
  const text = svg("text", { class: "deck-caption", x: width / 2, y: LINE, "text-anchor": "middle" });
  if (name) text.append(svg("tspan", { class: "deck-name" }, cut(name)));
  if (op) text.append(svg("tspan", { class: "deck-op", dx: name ? 7 : 0 }, `${op} #${maker}`));
  return text;
}
