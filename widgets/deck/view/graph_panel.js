// The graph: which piece of it is on show, how large, and where the panel looks. And the graph inside an entry that
// opens: what a tf.function consists of. That one does not move; nothing in it is played.

import { html, KEEPS_KEYS, panel, setAttributes, setText, svg, uniqueId } from "../../common/view/elements.js";
import { graphAround, LETTER, lastPiece, layOut, nodeOf, pieceOf, wholeGraph } from "./graph_layout.js";
import { createArrow, createEdge, createNode } from "./graph_shapes.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").InnerOperation} InnerOperation */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
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
    const wanted = [piece + 1, piece - 1].filter((near) => near >= 0 && near <= lastPiece(facts) && !scenes.has(near));
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

const MOST_OPERATIONS = 60; // drawn of a tf.function

export function createFunctionPanel() {
  const close = html("button", { type: "button", class: "deck-opener", click: () => shut(true), ...KEEPS_KEYS });
  const canvas = html("div", { class: "deck-canvas" });
  const scroller = html("div", { class: "deck-inner-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, canvas);
  const { element, head, name } = panel("deck-inner", scroller);
  head.append(close);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {HTMLElement | undefined} */
  let opener;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    close.textContent = word("close");
    shut(false);
  }

  /** @param {number} entry @param {HTMLElement} button */
  function open(entry, button) {
    const { graph, label, op } = facts.entries[entry];
    const operations = graph ?? [];
    const title = word("Inside {label}: {count} operations", { label: label || op, count: operations.length });
    opener?.setAttribute("aria-expanded", "false");
    opener = button;
    opener.setAttribute("aria-expanded", "true");
    const first = word("the first {count} are drawn", { count: MOST_OPERATIONS });
    name.textContent = operations.length > MOST_OPERATIONS ? `${title} (${first})` : title;
    scroller.setAttribute("aria-label", title);
    canvas.replaceChildren(createFunctionGraph(operations.slice(0, MOST_OPERATIONS), title));
    element.hidden = false;
    close.focus();
  }

  /** @param {boolean} isAsked */
  function shut(isAsked) {
    element.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    if (isAsked) opener?.focus();
  }

  return { element, load, open };
}

/** @param {InnerOperation[]} operations @param {string} title */
function createFunctionGraph(operations, title) {
  const nodes = operations.map((operation, id) => {
    const letters = Math.max(operation.name.length, operation.op.length, 6);
    return { ...operation, id, width: letters * LETTER + 18, height: 44 };
  });
  const edges = operations.flatMap(({ inputs }, to) => inputs.map((from) => ({ from, to })));
  const { left, top, width, height, ...placed } = layOut(nodes, edges);
  const name = svg("title", { id: uniqueId() }, title);
  const size = { width, height, viewBox: `${left} ${top} ${width} ${height}` };
  const arrow = { class: "deck-edge is-made is-recorded" };
  return svg(
    "svg",
    { ...size, role: "img", "aria-labelledby": name.id },
    name,
    ...placed.edges.map(({ points }) => svg("g", arrow, ...createArrow(points))),
    ...placed.nodes.map(createFunctionNode),
  );
}

/** @param {InnerOperation & import("./graph_layout.js").Box & import("./graph_layout.js").Position} node */
function createFunctionNode({ left, top, width, height, name, op }) {
  const middle = { x: width / 2, "text-anchor": "middle" };
  return svg(
    "g",
    { class: "deck-node is-made", transform: `translate(${left} ${top})` },
    svg("title", {}, `${name} ${op}`.trim()),
    svg("rect", { class: "deck-box", width, height, rx: 5 }),
    svg("text", { class: "deck-caption deck-name", ...middle, y: 18 }, name || op),
    svg("text", { class: "deck-op", ...middle, y: 35 }, name ? op : ""),
  );
}
