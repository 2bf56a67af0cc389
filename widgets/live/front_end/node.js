// A node of the graph: a tensor. Above, its name and the op that made it; below, `value | gradient`;
// and where several paths join, the running sum.

import { setText, svg } from "./dom.js";
import { arrivalAt } from "./frame.js";

const LETTER = 7.3; // width of a letter of the graph's monospace text, generously
const SMALL_LETTER = 6.7;
const PADDING = 16;
const BAR = 16; // room around the bar between value and gradient
const SLOT = 3; // letters that a value or gradient has room for at least
const MOST_LETTERS = 15;
const LINE = 18;
const SHORT_SUM = 24; // letters that a sum may have on one line
const MOST_MEASURED = 50; // gradients that a node's width is made to fit

export function nodeOf(facts, tensor) {
  const { name, value } = facts.tensors[tensor];
  const maker = facts.makerOf.get(tensor);
  const op = maker === undefined ? "" : facts.entries[maker].op;
  const gradients = facts.arrivals.flatMap((arrivals) => arrivals.get(tensor) ?? []).slice(0, MOST_MEASURED);
  const node = { id: tensor, tensor, name, op, maker, value, sumLines: 0 };
  if (maker === undefined && !gradients.length && !facts.watched.has(tensor)) return constantNode(node);
  const sums = gradients.filter((arrival) => arrival.of > 1).map(sumTexts);
  node.sumLines = Math.max(0, ...sums.map((lines) => lines.length));
  const left = Math.max(SLOT, lettersOf(cut(value))) * LETTER;
  const right = Math.max(SLOT, ...gradients.map(({ sum }) => lettersOf(cut(sum)))) * LETTER;
  const widest = Math.max(left + right + BAR, headWidth(node), ...sums.flat().map((text) => lettersOf(text) * LETTER));
  const width = widest + PADDING;
  return { ...node, width, bar: (width - left - right) / 2 + left, height: (2 + node.sumLines) * LINE + 10 };
}

// A constant takes no gradient: it is only what it is.
function constantNode(node) {
  const text = [cut(node.name), cut(node.value)].filter(Boolean).join(" = ");
  return { ...node, isConstant: true, text, width: lettersOf(text) * LETTER + PADDING, height: LINE + 8 };
}

function headWidth({ name, op, maker }) {
  return lettersOf(cut(name)) * LETTER + (op ? lettersOf(`${op} #${maker}`) * SMALL_LETTER + (name ? 7 : 0) : 0);
}

function lettersOf(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
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
    slots?.draw(isMade, arrival);
    const text = textOf(node, isMade, arrival);
    setText(hint, [text || node.name || node.op, about].filter(Boolean).join(", "));
    return text;
  }

  return { element, draw, node };
}

function makeSlots({ width, bar: middle, value, sumLines }) {
  const valueSlot = svg("text", { class: "deck-value", x: middle - 8, y: LINE * 2, "text-anchor": "end" });
  const bar = svg("path", { class: "deck-bar", d: `M${middle} ${LINE + 8}v${LINE - 4}` });
  const gradientSlot = svg("text", { class: "deck-gradient", x: middle + 8, y: LINE * 2 });
  const sumSlots = Array.from({ length: sumLines }, (_, line) =>
    svg("text", { class: "deck-sum", x: width / 2, y: LINE * (3 + line), "text-anchor": "middle" }),
  );

  function draw(isMade, arrival) {
    const sums = arrival?.of > 1 ? sumTexts(arrival) : [];
    setText(valueSlot, isMade ? cut(value) : "");
    setText(gradientSlot, arrival ? cut(arrival.sum) : "");
    sumSlots.forEach((slot, line) => setText(slot, sums[line] ?? ""));
  }

  return { elements: [valueSlot, bar, gradientSlot, ...sumSlots], draw };
}

function textOf({ name, op, value }, isMade, arrival) {
  if (!isMade) return "";
  const called = name || op;
  return `${called ? `${called}: ` : ""}${value}${arrival ? ` | ${arrival.sum}` : ""}`;
}

function headOf({ name, op, maker, width }) {
  const text = svg("text", { class: "deck-caption", x: width / 2, y: LINE, "text-anchor": "middle" });
  if (name) text.append(svg("tspan", { class: "deck-name" }, cut(name)));
  if (op) text.append(svg("tspan", { class: "deck-op", dx: name ? 7 : 0 }, `${op} #${maker}`));
  return text;
}
