// The graph: which piece of it is on show, how large, and where the panel looks.

import { html, panel, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { drawableEdge } from "./edge.js";
import { layOut } from "./layout.js";
import { graphAround, lastPiece, pieceOf, wholeGraph } from "./neighbourhood.js";
import { drawableNode, nodeOf } from "./node.js";

const SMALLEST = 0.75; // a graph is not shrunk below legible letters; it is scrolled instead
const LARGEST = 1.15;
const KEPT = 24; // pictures kept of a large graph

export function createGraph() {
  const title = svg("title", { id: uniqueId() });
  const picture = svg("svg", { role: "img", "aria-labelledby": title.id }, title);
  const canvas = html("div", { class: "deck-canvas" }, picture);
  const scroller = html("div", { class: "deck-graph-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, canvas);
  const key = html("span", { class: "deck-graph-key" });
  const { element, head, name } = panel("deck-graph", html("div", { class: "deck-graph-frame" }, scroller));
  head.append(key);
  const resized = new ResizeObserver(() => scene && fit());
  resized.observe(scroller);
  let facts, word, frame, whole, scene, scenes;

  function load(newFacts, newWord) {
    [facts, word, scene, scenes] = [newFacts, newWord, undefined, new Map()];
    const graph = wholeGraph(facts);
    whole = graph && createScene(facts, graph);
    name.textContent = word("Graph");
    key.textContent = word("value | gradient");
    scroller.setAttribute("aria-label", word("Graph"));
    element.hidden = facts.rows.length === 0;
  }

  function draw(newFrame, says) {
    frame = newFrame;
    if (element.hidden) return;
    show(whole ?? sceneOf(pieceOf(frame.anchor)));
    const values = scene.draw(frame);
    setText(title, `${says} ${values.map((value) => `${value}.`).join(" ")}`.trim());
    look();
    if (!whole) prepareNeighbours(pieceOf(frame.anchor));
  }

  function show(next) {
    if (scene === next) return;
    scene = next;
    picture.replaceChildren(title, scene.element);
    fit();
  }

  function sceneOf(piece) {
    if (!scenes.has(piece)) scenes.set(piece, createScene(facts, graphAround(facts, piece)));
    if (scenes.size > KEPT) scenes.delete(scenes.keys().next().value);
    return scenes.get(piece);
  }

  // The pieces before and after are laid out while nobody waits for them.
  function prepareNeighbours(piece) {
    const wanted = [piece + 1, piece - 1].filter((near) => near >= 0 && near <= lastPiece(facts) && !scenes.has(near));
    const later = globalThis.requestIdleCallback ?? setTimeout;
    if (wanted.length) later(() => wanted.forEach(sceneOf));
  }

  function fit() {
    const room = Math.min(scroller.clientWidth / scene.width, scroller.clientHeight / scene.height);
    const scale = whole ? Math.max(SMALLEST, Math.min(LARGEST, room || 1)) : 0.9;
    setAttribute(picture, "viewBox", `${scene.left} ${scene.top} ${scene.width} ${scene.height}`);
    setAttribute(picture, "width", String(Math.floor(scene.width * scale)));
    setAttribute(picture, "height", String(Math.floor(scene.height * scale)));
    if (frame) look();
  }

  // Bring the nodes that a step is about into sight, if they are not.
  function look() {
    const near = scene.nodes.filter(
      ({ node }) => frame.made.has(node.tensor) || frame.gives.some((give) => give.tensor === node.tensor),
    );
    if (!near.length) return;
    const scale = picture.width.baseVal.value / scene.width;
    const boxes = near.map(({ node }) => node);
    lookAlong("Left", "Width", span(boxes, "left", "width"), scale, offset("Left") - scene.left * scale);
    lookAlong("Top", "Height", span(boxes, "top", "height"), scale, offset("Top") - scene.top * scale);
  }

  function offset(side) {
    const [outer, inner] = [scroller.getBoundingClientRect(), picture.getBoundingClientRect()];
    return inner[side.toLowerCase()] - outer[side.toLowerCase()] + scroller[`scroll${side}`];
  }

  function lookAlong(side, size, [from, to], scale, start) {
    const [low, high] = [start + from * scale, start + to * scale];
    const [seen, room] = [scroller[`scroll${side}`], scroller[`client${size}`]];
    if (low < seen || high > seen + room) scroller[`scroll${side}`] = (low + high - room) / 2;
  }

  return { element, load, draw, remove: () => resized.disconnect() };
}

function span(boxes, start, size) {
  return [Math.min(...boxes.map((box) => box[start])), Math.max(...boxes.map((box) => box[start] + box[size]))];
}

function createScene(facts, { tensors, edges }) {
  const placed = layOut(
    tensors.map((tensor) => nodeOf(facts, tensor)),
    edges,
  );
  const wires = placed.edges.map((edge) => drawableEdge(facts, edge));
  const nodes = placed.nodes.map((node) => drawableNode(facts, node));
  const element = svg("g", {}, ...wires.map((wire) => wire.element), ...nodes.map((node) => node.element));

  function draw(frame) {
    wires.forEach((wire) => wire.draw(frame));
    return nodes.map((node) => node.draw(frame)).filter(Boolean);
  }

  const { left, top, width, height } = placed;
  return { element, nodes, left, top, width, height, draw };
}
