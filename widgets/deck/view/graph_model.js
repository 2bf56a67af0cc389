// The graph of the level on show: which tensors are its nodes and what its edges are, what stands in each node, and how much
// room that takes, so that nothing moves when it appears. Nothing here draws.

import { displayWidth } from "../../common/view/elements.js";
import { shortened } from "./deck_state.js";
import { passedBack } from "./gradient_marks.js";
import { sumLines, tagText } from "./gradient_sums.js";
import { pictureSize } from "./graph_picture.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/**
 * `input` is the place among the inputs of the entry, `digits` how many letters of its local derivative have room.
 *
 * @typedef {{ from: number, to: number, entry: number, input: number, digits?: number }} Edge
 */
/** @typedef {ReturnType<typeof nodeOf>} Node */

export const LETTER = 7.3; // pixels of a letter of the graph's monospace text, generously
export const TAG = { height: 20, gap: 3, padding: 14 };
export const SUM_LINE = 15;
const BOX = { oneLine: 26, twoLines: 38, padding: 18, least: 44 };
/** @type {Pick<import("./deck_facts.js").Entry, "op" | "label" | "outputs" | "inputs" | "count" | "nth">} */
const UNMADE = { op: "", label: "", outputs: [], inputs: [], count: 0 };
const FEW_LETTERS = 9; // of a caption that is written out, though parts of it are nodes of their own

/** @typedef {{ letters: number, digits: number, isBrief: boolean, picture: number, gap: number }} Form letters of a caption, and of what stands on an edge; pixels */
/** @type {Form} */
export const USUAL = { letters: 16, digits: 15, isBrief: false, picture: 64, gap: 40 };
/** @type {Form} of a graph that could not be read otherwise, or only in part */
export const COMPACT = { letters: 14, digits: 6, isBrief: true, picture: 40, gap: 20 };

/**
 * Return the graph: tensors as nodes, and an edge from each input of an entry to each output. What stands alone is left out,
 * unless a tape watches it, or all stands alone; so is a number that can be read in the source which stands in its place, and
 * a call whose inside is there, unless a gradient came back through the call itself.
 *
 * @param {Facts} facts
 * @param {(label: string) => boolean} isOwn whether a piece of source is that of a single op
 */
export function graphOf(facts, isOwn = ownLabels(facts)) {
  /** @type {Set<number>} */
  const tensors = new Set();
  /** @type {Edge[]} */
  const edges = [];
  for (const number of facts.rows) {
    const entry = facts.entries[number];
    const isPlayedBack = facts.pullbacks.some((pullbacks) => pullbacks.has(number));
    if (entry.opened && !isPlayedBack) continue;
    const outputs = entry.outputs.filter((tensor, place) => place === 0 || facts.isUsed.has(tensor));
    const isHidden = (/** @type {number} */ tensor) => isOwn(entry.label) && isBareNumber(facts, tensor);
    const inputs = outputs.length ? entry.inputs.filter((tensor) => !isHidden(tensor)) : [];
    for (const tensor of [...inputs, ...outputs]) tensors.add(tensor);
    for (const to of outputs) {
      entry.inputs.forEach((from, input) => {
        if (from !== to && inputs.includes(from)) edges.push({ from, to, entry: number, input });
      });
    }
  }
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const shown = [...new Set([...tensors, ...facts.watched])];
  return { tensors: edges.length ? shown.filter((one) => joined.has(one) || facts.watched.has(one)) : shown, edges };
}

/**
 * Return the nodes and edges of the graph with the room that they need.
 *
 * @param {Facts} facts
 * @param {Form} [form]
 */
export function measuredGraph(facts, form = USUAL) {
  const isOwn = ownLabels(facts);
  const { tensors, edges } = graphOf(facts, isOwn);
  const captionOf = captions(facts, isOwn, form);
  const rooms = gradientRooms(facts);
  const locals = localTexts(facts, edges, form.digits);
  /** @type {Map<number, number>} what nothing made is known from when it is used: it may be a gradient, asked for later */
  const usedFrom = new Map();
  for (const { from, to } of edges) {
    usedFrom.set(from, Math.min(usedFrom.get(from) ?? Infinity, facts.existsFrom.get(to) ?? 0));
  }
  return {
    nodes: tensors.map((one) => nodeOf(facts, one, captionOf(one), form, rooms.get(one), usedFrom.get(one))),
    edges: edges.map((edge) => {
      const letters = locals.get(edge);
      return letters ? { ...edge, digits: form.digits, labelWidth: letters * LETTER } : edge;
    }),
  };
}

/**
 * Return a function that says whether a piece of source is that of a single op, however often it runs.
 *
 * @param {Facts} facts
 */
function ownLabels(facts) {
  /** @type {Map<string, string>} */
  const opOf = new Map();
  for (const row of facts.rows) {
    const { label, op } = facts.entries[row];
    opOf.set(label, (opOf.get(label) ?? op) === op ? op : "");
  }
  return (/** @type {string} */ label) => label !== "" && Boolean(opOf.get(label));
}

/** @param {Facts} facts @param {number} tensor */
function isBareNumber({ tensors, producerOf, watched, contributions }, tensor) {
  const { name, value } = tensors[tensor];
  if (name || producerOf.has(tensor) || watched.has(tensor) || !/^[-+\d.einfa]+$/.test(value)) return false;
  return contributions.every((byTensor) => !byTensor.has(tensor));
}

/**
 * Return a function that gives a tensor's caption: what the learner calls it, or the piece of source that made it, or the
 * op, where one piece of source ran several; and a second line, with its shape.
 *
 * @param {Facts} facts
 * @param {(label: string) => boolean} isOwn
 * @param {Form} form
 */
function captions(facts, isOwn, { letters, isBrief }) {
  return (/** @type {number} */ tensor) => {
    const { name } = facts.tensors[tensor];
    const producer = facts.producerOf.get(tensor);
    const { op, label, outputs, inputs, count, nth } = facts.entries[producer ?? -1] ?? UNMADE;
    const known = inputs.map((input) => facts.entries[facts.producerOf.get(input) ?? -1]?.label ?? "").filter(isOwn);
    const place = outputs.indexOf(tensor);
    const isSource = (isOwn(label) || (count > 0 && !name)) && label !== name; // a box has no better name
    const source = isSource ? abbreviated(label, known, letters) : `${op}${place > 0 ? `:${place}` : ""}`;
    const shape = shapeText(facts, tensor);
    const title = shortened(lastParts(name, letters) || source || facts.tensors[tensor].value, letters);
    const which = name ? undefined : nth; // of several that are called the same
    const second = [shape, !isBrief && name && (isSource && shape ? op : source), which?.join("/")].filter(Boolean);
    return { title, isNamed: Boolean(name), second: shortened(second.join(" · "), letters + 4), op, nth: which };
  };
}

/** Return the end of a long path, which says more than its beginning. @param {string} name @param {number} letters */
function lastParts(name, letters) {
  const parts = name.split("/");
  const shown = [name, parts.slice(-2).join("/")].find((one) => one.length <= letters);
  return shown ?? (parts.length > 1 ? `…/${parts.at(-1)}` : name);
}

/** @param {Facts} facts @param {number} tensor */
export function shapeText({ tensors }, tensor) {
  return (tensors[tensor].shape ?? []).join("×"); // facts made by hand have none
}

/**
 * Return a piece of source that fits a node: "x**2 - 2*x + 1" is "… + 1" where "x**2 - 2*x" is a node of its own.
 *
 * @param {string} label
 * @param {string[]} known labels of what it takes
 * @param {number} letters at most
 */
export function abbreviated(label, known, letters = USUAL.letters) {
  if (displayWidth(label) <= FEW_LETTERS) return label;
  const rest = known
    .filter((part) => part !== label && displayWidth(part) > 1)
    .sort((a, b) => b.length - a.length)
    .reduce((text, part) => text.replace(part, "…"), label);
  return shortened(rest, letters);
}

/** @typedef {{ tag: number, sumLines: number, sum: number }} GradientRoom letters of a tag; lines of a sum, and their letters */

/**
 * Return how much room the gradients take that a tensor ever has, for those that ever have one.
 *
 * @param {Facts} facts
 * @returns {Map<number, GradientRoom>}
 */
function gradientRooms(facts) {
  const rooms = new Map();
  for (const contributions of facts.contributions) {
    for (const [tensor, timeline] of contributions) {
      const room = rooms.get(tensor) ?? { tag: 3, sumLines: 0, sum: 0 };
      timeline.forEach((contribution, index) => {
        room.tag = Math.max(room.tag, displayWidth(tagText(contribution)));
        if (contribution.count < 2) return;
        const lines = sumLines(timeline, index + 1);
        room.sumLines = Math.max(room.sumLines, lines.length);
        for (const line of lines) room.sum = Math.max(room.sum, displayWidth(line));
      });
      rooms.set(tensor, room);
    }
  }
  return rooms;
}

/**
 * Return for each edge the letters of the longest local derivative that it ever has.
 *
 * @param {Facts} facts
 * @param {Edge[]} edges
 * @param {number} digits
 */
function localTexts(facts, edges, digits) {
  /** @type {Map<number, Edge[]>} */
  const of = new Map();
  for (const edge of edges) {
    const others = of.get(edge.entry);
    if (others) others.push(edge);
    else of.set(edge.entry, [edge]);
  }
  /** @type {Map<Edge, number>} */
  const letters = new Map();
  for (const pullbacks of facts.pullbacks) {
    for (const [entry, timeline] of pullbacks) {
      for (const edge of of.get(entry) ?? []) {
        for (const { contributions } of timeline) {
          const local = localText(passedBack(facts, edge, contributions), digits);
          if (local) letters.set(edge, Math.max(letters.get(edge) ?? 0, displayWidth(local)));
        }
      }
    }
  }
  return letters;
}

/**
 * Return what stands on an edge: the number that the gradient was multiplied by on its way back, where that is one number.
 *
 * @param {import("./deck_facts.js").Contribution | undefined} contribution
 * @param {number} [digits]
 */
export function localText(contribution, digits) {
  return contribution?.local ? `× ${shortened(contribution.local, digits)}` : "";
}

/**
 * Return a tensor's node: its texts, and its size, which has room for all that it will ever show. Above its box stands the
 * value, below it the gradient, and below that the sum, where several paths join.
 *
 * @param {Facts} facts
 * @param {number} tensor
 * @param {ReturnType<ReturnType<typeof captions>>} caption
 * @param {Form} form
 * @param {GradientRoom} [room] if it ever has a gradient
 * @param {number} [usedFrom] the position at which it is first used
 */
function nodeOf(facts, tensor, caption, form, room, usedFrom = 0) {
  const { name, value, grid: index } = facts.tensors[tensor];
  const grid = facts.grids[index];
  const isSource = facts.watched.has(tensor);
  const isConstant = !facts.producerOf.has(tensor) && !room && !isSource && !grid;
  const title = isConstant ? [shortened(name), shortened(value)].filter(Boolean).join(" = ") : caption.title;
  const second = isConstant ? "" : caption.second;
  const values = facts.values.get(tensor) ?? [facts.tensors[tensor]];
  const letters = values.reduce((most, read) => Math.max(most, displayWidth(shortened(read.value))), 3);
  const picture = grid && pictureSize(grid, form.picture);
  const own = picture ? picture.height : TAG.height;
  const tag = isConstant ? 0 : own + TAG.gap;
  const boxHeight = second ? BOX.twoLines : BOX.oneLine;
  const boxWidth = Math.max(
    isConstant ? 0 : BOX.least,
    displayWidth(title) * LETTER + BOX.padding,
    displayWidth(second) * LETTER + BOX.padding,
  );
  const width = Math.max(
    boxWidth,
    picture?.width ?? 0,
    isConstant || picture ? 0 : letters * LETTER + TAG.padding,
    room && !picture ? room.tag * LETTER + TAG.padding : 0,
    room ? room.sum * LETTER + 4 : 0,
  );
  const below = room ? own + TAG.gap + room.sumLines * SUM_LINE : 0;
  return {
    ...caption,
    id: tensor,
    tensor,
    value,
    name: shortened(name),
    madeAt: facts.existsFrom.get(tensor) ?? (isSource ? 0 : usedFrom),
    title,
    second,
    isConstant,
    isSource,
    hasGradient: Boolean(room),
    sumLines: room?.sumLines ?? 0,
    picture,
    own, // height of the value, and of the gradient
    tag, // room above the box
    boxWidth,
    boxHeight,
    width,
    height: tag + boxHeight + below,
    anchor: tag + boxHeight / 2,
  };
}
