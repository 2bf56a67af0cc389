// Which part of the graph is drawn, how large its nodes are, and where nodes and edges go: dagre's layered layout, from
// the sources at the top to the result at the bottom. Nothing here draws.

import { Graph, layout } from "@dagrejs/dagre";
import { displayWidth } from "../../common/view/elements.js";
import { shortened, sumTexts } from "./deck_state.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {{ from: number, to: number, entry: number, input: number }} Edge `input` is the place among the entry's inputs. */
/** @typedef {{ tensors: number[], edges: Edge[] }} Subgraph */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ id: number, width: number, height: number }} Box */
/** @typedef {{ left: number, top: number }} Position */
/** @typedef {ReturnType<typeof nodeOf>} Node */

const MOST_NODES = 40;
export const PIECE = 8; // entries after which the picture moves on
const REACH = 4; // entries shown before and after them, where there is room

/**
 * Return the graph of some rows: tensors as nodes, and an edge from each input of an entry to each output.
 *
 * @param {Facts} facts
 * @param {Iterable<number>} rows
 * @returns {Subgraph}
 */
function graphOf(facts, rows) {
  /** @type {Set<number>} */
  const tensors = new Set();
  /** @type {Edge[]} */
  const edges = [];
  for (const row of rows) {
    const number = facts.rows[row];
    const entry = facts.entries[number];
    const outputs = entry.outputs.filter((tensor, place) => place === 0 || facts.isUsed.has(tensor));
    for (const tensor of outputs.length ? [...entry.inputs, ...outputs] : []) tensors.add(tensor);
    for (const to of outputs) {
      entry.inputs.forEach((from, input) => {
        if (from !== to) edges.push({ from, to, entry: number, input });
      });
    }
  }
  return { tensors: [...tensors], edges };
}

/**
 * Return the whole graph, if it is small enough to be drawn.
 *
 * @param {Facts} facts
 */
export function wholeGraph(facts) {
  if (facts.rows.length > MOST_NODES) return undefined;
  const graph = graphOf(facts, facts.rows.keys());
  const tensors = [...new Set([...graph.tensors, ...facts.watched])];
  return tensors.length <= MOST_NODES ? { tensors, edges: graph.edges } : undefined;
}

/**
 * Return the graph around a piece: its entries, and some before and after.
 *
 * @param {Facts} facts
 * @param {number} piece
 * @returns {Subgraph}
 */
export function graphAround(facts, piece) {
  const count = facts.rows.length;
  let from = piece * PIECE;
  let to = Math.min(count, from + PIECE);
  let best = graphOf(facts, range(from, to));
  for (let reach = 0; reach < REACH; reach += 1) {
    from = Math.max(0, from - 1);
    to = Math.min(count, to + 1);
    const wider = graphOf(facts, range(from, to));
    if (wider.tensors.length > MOST_NODES) break;
    best = wider;
  }
  return { tensors: best.tensors.slice(0, MOST_NODES), edges: best.edges };
}

/** @param {number} from @param {number} to */
function range(from, to) {
  return Array.from({ length: to - from }, (_, offset) => from + offset);
}

const SPACING = { rankdir: "TB", nodesep: 18, ranksep: 30, edgesep: 12 };
const MARGIN = 8;

/**
 * Return where nodes and edges go, and the box that they fill. Edges to nodes that are not there are left out.
 *
 * @template {Box} NodeBox
 * @template {{ from: number, to: number }} Link
 * @param {NodeBox[]} nodes
 * @param {Link[]} edges
 */
export function layOut(nodes, edges) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ ...SPACING });
  for (const { id, width, height } of nodes) graph.setNode(String(id), { width, height });
  const drawn = edges.filter(({ from, to }) => graph.hasNode(String(from)) && graph.hasNode(String(to)));
  drawn.forEach(({ from, to }, number) => graph.setEdge(String(from), String(to), {}, String(number)));
  layout(graph);
  const placed = nodes.map((node) => {
    const { x, y, width, height } = graph.node(String(node.id));
    return { ...node, left: x - width / 2, top: y - height / 2 };
  });
  const routed = drawn.map((edge, number) => {
    /** @type {{ points: Point[] }} */
    const { points } = graph.edge(String(edge.from), String(edge.to), String(number));
    return { ...edge, points };
  });
  return { nodes: placed, edges: routed, ...boundsOf(placed, routed) };
}

/**
 * Return the box round everything: dagre's own leaves out the bends of edges.
 *
 * @param {(Box & Position)[]} nodes
 * @param {{ points: Point[] }[]} edges
 */
function boundsOf(nodes, edges) {
  const points = edges.flatMap((edge) => edge.points);
  const across = [...nodes.flatMap(({ left, width }) => [left, left + width]), ...points.map(({ x }) => x)];
  const down = [...nodes.flatMap(({ top, height }) => [top, top + height]), ...points.map(({ y }) => y)];
  const [left, top] = [Math.min(...across) - MARGIN, Math.min(...down) - MARGIN];
  return { left, top, width: Math.max(...across) + MARGIN - left, height: Math.max(...down) + MARGIN - top };
}

export const LETTER = 7.3; // pixels of a letter of the graph's monospace text, generously
export const LINE = 18; // pixels
const SMALL_LETTER = 6.7;
const PADDING = 16;
const BAR = 16; // room around the bar between value and gradient
const LEAST_LETTERS = 3; // that a value or gradient has room for

/**
 * Return a tensor's node: its texts, and its size, which has room for all that it will ever show.
 *
 * @param {Facts} facts
 * @param {number} tensor
 */
export function nodeOf(facts, tensor) {
  const { name, value } = facts.tensors[tensor];
  const producer = facts.producerOf.get(tensor);
  const op = producer === undefined ? "" : facts.entries[producer].op;
  const isGiven = facts.contributions.some((contributions) => contributions.has(tensor));
  const node = { id: tensor, tensor, name, op, producer, value };
  if (producer === undefined && !isGiven && !facts.watched.has(tensor)) {
    const text = [shortened(name), shortened(value)].filter(Boolean).join(" = "); // a constant takes no gradient
    const width = displayWidth(text) * LETTER + PADDING;
    return { ...node, isConstant: true, text, sumLines: 0, bar: 0, width, height: LINE + 8 };
  }
  const { left, right, sumLines, sums } = sizesOf(facts, tensor);
  const producerWidth = op ? displayWidth(`${op} #${producer}`) * SMALL_LETTER + (name ? 7 : 0) : 0;
  const headWidth = displayWidth(shortened(name)) * LETTER + producerWidth;
  const width = Math.max(left + right + BAR, headWidth, sums) + PADDING;
  const bar = (width - left - right) / 2 + left;
  return { ...node, isConstant: false, text: "", sumLines, bar, width, height: (2 + sumLines) * LINE + 10 };
}

/** @typedef {{ left: number, right: number, sumLines: number, sums: number }} Sizes */

/** @type {WeakMap<Facts, Map<number, Sizes>>} a Variable of a long loop has thousands of texts to measure */
const measured = new WeakMap();

/** @param {Facts} facts @param {number} tensor */
function sizesOf(facts, tensor) {
  const known = measured.get(facts) ?? new Map();
  measured.set(facts, known);
  const sizes = known.get(tensor) ?? measure(facts, tensor);
  known.set(tensor, sizes);
  return sizes;
}

/**
 * Return the room that the widest of a node's values, gradients and sums will ever need.
 *
 * @param {Facts} facts
 * @param {number} tensor
 * @returns {Sizes}
 */
function measure(facts, tensor) {
  const values = (facts.values.get(tensor) ?? [facts.tensors[tensor]]).map((read) => read.value);
  const gradients = facts.contributions.flatMap((contributions) => contributions.get(tensor) ?? []);
  const sums = gradients.filter((contribution) => contribution.count > 1).map(sumTexts);
  return {
    left: Math.max(LEAST_LETTERS, widest(values.map((text) => shortened(text)))) * LETTER,
    right: Math.max(LEAST_LETTERS, widest(gradients.map(({ total }) => shortened(total)))) * LETTER,
    sumLines: sums.reduce((most, lines) => Math.max(most, lines.length), 0),
    sums: widest(sums.flat()) * LETTER,
  };
}

/** @param {string[]} texts */
function widest(texts) {
  return texts.reduce((most, text) => Math.max(most, displayWidth(text)), 0);
}
