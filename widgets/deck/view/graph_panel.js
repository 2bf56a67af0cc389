// The graph: which piece of it is on show, how large, and where the panel looks. A node is a tensor: above, its name and the
// op that made it; below, `value | gradient`; and where several paths join, the running sum. An edge is a tensor that goes
// into an op; backward, a gradient comes back along it.

import { html, KEEPS_KEYS, panel, setAttributes, setText, svg, uniqueId } from "../../common/view/elements.js";
import { contributionAt, isRecorded, pullbackAt, shortened, sumTexts, valueAt } from "./deck_state.js";
import { graphAround, LINE, layOut, nodeOf, PIECE, wholeGraph } from "./graph_layout.js";
import { createArrow, createCaption, createTip } from "./graph_shapes.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_layout.js").Node} Node */
/** @typedef {import("./graph_layout.js").Point} Point */
/** @typedef {NonNullable<ReturnType<typeof contributionAt>>} Contribution */
/** @typedef {ReturnType<typeof createScene>} Scene */

const SMALLEST = 0.75; // a graph is not shrunk below legible letters; it is scrolled instead
const LARGEST = 1.15;
const PIECE_SCALE = 0.9;
const MOST_SCENES = 24; // of a large graph that are kept

export function createGraphPanel() {
  const title = svg("title", { id: uniqueId() });
  const picture = svg("svg", { role: "img", "aria-labelledby": title.id }, title);
  const canvas = html("div", { class: "deck-canvas" }, picture);
  const scroller = html("div", { class: "deck-graph-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, canvas);
  const key = html("span", { class: "deck-graph-key" });
  const { element, head, name } = panel("deck-graph", html("div", { class: "deck-graph-frame" }, scroller));
  head.append(key);
  const observer = new ResizeObserver(fit);
  observer.observe(scroller);
  /** @type {Facts} */
  let facts;
  /** @type {ViewState | undefined} */
  let state;
  /** @type {Scene | undefined} */
  let whole;
  /** @type {Scene | undefined} */
  let scene;
  /** @type {Map<number, Scene>} by piece of the graph */
  let scenes = new Map();

  /** @param {Facts} newFacts @param {Word} word */
  function load(newFacts, word) {
    [facts, scene, scenes] = [newFacts, undefined, new Map()];
    const graph = wholeGraph(facts);
    whole = graph && createScene(facts, graph);
    name.textContent = word("Graph");
    key.textContent = word("value | gradient");
    scroller.setAttribute("aria-label", word("Graph"));
    element.hidden = facts.rows.length === 0;
  }

  /** @param {ViewState} newState @param {string} sentence */
  function draw(newState, sentence) {
    state = newState;
    if (element.hidden) return;
    const piece = pieceOf(state.anchorRow);
    const next = whole ?? sceneOf(piece);
    show(next);
    const texts = next.draw(state);
    setText(title, `${sentence} ${texts.map((text) => `${text}.`).join(" ")}`.trim());
    scrollToCurrent();
    if (!whole) prepareNeighbors(piece);
  }

  /** @param {Scene} next */
  function show(next) {
    if (scene === next) return;
    scene = next;
    picture.replaceChildren(title, scene.element);
    fit();
  }

  /** @param {number} piece */
  function sceneOf(piece) {
    const found = scenes.get(piece) ?? createScene(facts, graphAround(facts, piece));
    scenes.set(piece, found);
    if (scenes.size > MOST_SCENES) scenes.delete([...scenes.keys()][0]);
    return found;
  }

  /**
   * The pieces before and after are laid out while nobody waits for them.
   *
   * @param {number} piece
   */
  function prepareNeighbors(piece) {
    const wanted = [piece + 1, piece - 1].filter(
      (near) => near >= 0 && near <= pieceOf(facts.rows.length - 1) && !scenes.has(near),
    );
    const later = globalThis.requestIdleCallback ?? setTimeout;
    if (wanted.length) later(() => wanted.forEach(sceneOf));
  }

  function fit() {
    if (!scene) return;
    const { left, top, width, height } = scene;
    const room = Math.min(scroller.clientWidth / width, scroller.clientHeight / height);
    const scale = whole ? Math.max(SMALLEST, Math.min(LARGEST, room || 1)) : PIECE_SCALE;
    const size = { width: Math.floor(width * scale), height: Math.floor(height * scale) };
    setAttributes(picture, { viewBox: `${left} ${top} ${width} ${height}`, ...size });
    scrollToCurrent();
  }

  // Bring the nodes that a step is about into sight, if they are not.
  function scrollToCurrent() {
    if (!scene || !state) return;
    const { current, contributions } = state;
    const nodes = scene.nodes
      .map(({ node }) => node)
      .filter(
        ({ tensor }) => current.has(tensor) || contributions.some((contribution) => contribution.tensor === tensor),
      );
    if (!nodes.length) return;
    const scale = picture.width.baseVal.value / scene.width;
    const [outer, inner] = [scroller.getBoundingClientRect(), picture.getBoundingClientRect()];
    const start = {
      left: inner.left - outer.left + scroller.scrollLeft - scene.left * scale,
      top: inner.top - outer.top + scroller.scrollTop - scene.top * scale,
    };
    const across = nodes.flatMap(({ left, width }) => [left, left + width]).map((at) => start.left + at * scale);
    const down = nodes.flatMap(({ top, height }) => [top, top + height]).map((at) => start.top + at * scale);
    scroller.scrollLeft = scrolledTo(across, scroller.scrollLeft, scroller.clientWidth);
    scroller.scrollTop = scrolledTo(down, scroller.scrollTop, scroller.clientHeight);
  }

  return { element, load, draw, remove: () => observer.disconnect() };
}

/**
 * Return the piece of a large graph that a row is in. Pieces overlap, so that the picture stands still for several steps.
 *
 * @param {number} row
 */
export function pieceOf(row) {
  return Math.floor(row / PIECE);
}

/**
 * Return how far to scroll to see some places: no further than now if they are in sight, else with them in the middle.
 *
 * @param {number[]} places
 * @param {number} scrolled how far is scrolled now
 * @param {number} room
 */
export function scrolledTo(places, scrolled, room) {
  const [low, high] = [Math.min(...places), Math.max(...places)];
  return low < scrolled || high > scrolled + room ? (low + high - room) / 2 : scrolled;
}

/** @param {Facts} facts @param {import("./graph_layout.js").Subgraph} graph */
function createScene(facts, { tensors, edges }) {
  const boxes = tensors.map((tensor) => nodeOf(facts, tensor));
  const { left, top, width, height, ...placed } = layOut(boxes, edges);
  const wires = placed.edges.map((edge) => createEdge(facts, edge));
  const nodes = placed.nodes.map((node) => createNode(facts, node));
  const element = svg("g", {}, ...wires.map((wire) => wire.element), ...nodes.map((node) => node.element));

  /** @param {ViewState} state @returns {string[]} what the nodes say */
  function draw(state) {
    for (const wire of wires) wire.draw(state);
    return nodes.map((node) => node.draw(state)).filter(Boolean);
  }

  return { element, nodes, left, top, width, height, draw };
}

/** @param {Facts} facts @param {Node & import("./graph_layout.js").Position} node */
function createNode(facts, node) {
  const { tensor, width, height } = node;
  const hint = svg("title");
  const box = svg("rect", { class: "deck-box", width, height, rx: node.producer === undefined ? 14 : 4 });
  const slots = node.isConstant ? undefined : createSlots(node);
  const text = svg("text", { class: "deck-value", x: width / 2, y: LINE, "text-anchor": "middle" }, node.text);
  const element = svg(
    "g",
    { class: "deck-node", transform: `translate(${node.left.toFixed(1)} ${node.top.toFixed(1)})` },
    hint,
    box,
    ...(slots ? [createCaption(node), ...slots.elements] : [text]),
  );
  if (facts.watched.has(tensor)) element.classList.add("is-source");
  const { about } = facts.tensors[tensor];

  /** @param {ViewState} state @returns {string} what the node says */
  function draw(state) {
    const isMade = state.position >= (facts.existsFrom.get(tensor) ?? 0);
    const contribution = contributionAt(facts, state, tensor);
    element.classList.toggle("is-made", isMade);
    element.classList.toggle("is-current", state.current.has(tensor));
    element.classList.toggle("is-given", contribution?.at === state.position);
    const value = isMade ? valueAt(facts, state, tensor) : "";
    slots?.draw(value, contribution);
    const text = nodeText(node, value, contribution);
    setText(hint, [text || node.name || node.op, about].filter(Boolean).join(", "));
    return text;
  }

  return { element, draw, node };
}

/** @param {Node} node */
function createSlots({ width, bar: middle, sumLines }) {
  const valueSlot = svg("text", { class: "deck-value", x: middle - 8, y: LINE * 2, "text-anchor": "end" });
  const bar = svg("path", { class: "deck-bar", d: `M${middle} ${LINE + 8}v${LINE - 4}` });
  const gradientSlot = svg("text", { class: "deck-gradient", x: middle + 8, y: LINE * 2 });
  const sumSlots = Array.from({ length: sumLines }, (_, line) =>
    svg("text", { class: "deck-sum", x: width / 2, y: LINE * (3 + line), "text-anchor": "middle" }),
  );

  /** @param {string} value @param {Contribution | undefined} contribution */
  function draw(value, contribution) {
    const sums = contribution && contribution.count > 1 ? sumTexts(contribution) : [];
    setText(valueSlot, shortened(value));
    setText(gradientSlot, contribution ? shortened(contribution.total) : "");
    sumSlots.forEach((slot, line) => setText(slot, sums[line] ?? ""));
  }

  return { elements: [valueSlot, bar, gradientSlot, ...sumSlots], draw };
}

/** @param {Node} node @param {string} value @param {Contribution | undefined} contribution */
function nodeText({ name, op }, value, contribution) {
  if (!value) return "";
  const label = name || op;
  return `${label ? `${label}: ` : ""}${value}${contribution ? ` | ${contribution.total}` : ""}`;
}

/** @param {Facts} facts @param {import("./graph_layout.js").Edge & { points: Point[] }} edge */
function createEdge(facts, edge) {
  const { points } = edge;
  const element = svg(
    "g",
    { class: isRecorded(facts, edge.entry) ? "deck-edge is-recorded" : "deck-edge" },
    ...createArrow(points),
    createTip("deck-backward", points[1], points[0]),
  );
  const row = facts.rowOf.get(edge.entry) ?? Infinity;

  /** @param {ViewState} state */
  function draw(state) {
    const kind = state.entry === edge.entry ? state.step?.kind : undefined;
    const now = kind === "pullback" ? passedBack(facts, edge, state.step?.contributions) : undefined;
    const before = now ? undefined : passedBack(facts, edge, pullbackAt(facts, state, edge.entry)?.contributions);
    element.classList.toggle("is-made", row < state.filledRows);
    element.classList.toggle("is-recording", kind === "entry");
    element.classList.toggle("is-flowing", now?.skipped === false);
    element.classList.toggle("is-skipped", Boolean((now ?? before)?.skipped));
    element.classList.toggle("has-flowed", before?.skipped === false);
  }

  return { element, draw };
}

/**
 * Return what a pullback passed back along this very edge: to an op that takes one tensor twice it passes two gradients.
 *
 * @param {Facts} facts
 * @param {import("./graph_layout.js").Edge} edge
 * @param {import("./deck_facts.js").Contribution[]} contributions
 */
function passedBack(facts, { entry, input, from }, contributions = []) {
  const before = facts.entries[entry].inputs.slice(0, input).filter((tensor) => tensor === from).length;
  const there = contributions.filter((contribution) => contribution.tensor === from);
  return there[before] ?? there.at(-1);
}
