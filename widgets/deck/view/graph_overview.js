// The graph from afar: too many nodes for elements, or too small a picture, so a canvas with a block for each. It is drawn in
// place of the elements where too many are in sight, and in the minimap, which shows all of the graph and what is in sight.

import { html } from "../../common/view/elements.js";
import { inSight } from "./graph_camera.js";
import { nodeState } from "./graph_node.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_camera.js").Camera} Camera */
/** @typedef {import("./graph_camera.js").Size} Size */
/** @typedef {import("./graph_layout.js").Bounds} Bounds */
/** @typedef {import("./graph_layout.js").Point} Point */
/** @typedef {import("./graph_edge.js").RoutedEdge} RoutedEdge */
/** @typedef {import("./graph_node.js").PlacedNode} PlacedNode */
/** @typedef {import("./graph_scene.js").GraphLayout} GraphLayout */

export const MINIMAP_FROM = 60; // nodes
const MINIMAP = { width: 150, height: 56 };
const INSET = 5;
const MOST_EDGES = 2500; // that are drawn from afar
const COLORS_MS = 500;
const HIGHEST = 9; // pixels of a block of the minimap

/** @param {HTMLCanvasElement} canvas @param {Size} size */
function cleared(canvas, size) {
  const density = globalThis.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  context?.setTransform(density, 0, 0, density, 0, 0);
  context?.clearRect(0, 0, size.width, size.height);
  return context;
}

/**
 * Return a function that gives the theme's colors. They are looked up now and then: each time, the browser must bring the
 * styles of the page up to date.
 *
 * @param {Element} element
 */
function themeColors(element) {
  let until = 0;
  let colors = { waiting: "", value: "", gradient: "", current: "", view: "" };
  return () => {
    if (performance.now() < until) return colors;
    until = performance.now() + COLORS_MS;
    const style = getComputedStyle(element);
    const color = (/** @type {string} */ name) => style.getPropertyValue(`--graph-${name}`).trim() || "gray";
    const [waiting, value, gradient] = [color("waiting"), color("value"), color("gradient")];
    colors = { waiting, value, gradient, current: color("current"), view: color("view") };
    return colors;
  };
}

/** @param {Facts} facts @param {(view: Bounds) => import("./graph_index.js").Part<PlacedNode, RoutedEdge>} within */
export function createOverview(facts, within) {
  const canvas = html("canvas", { class: "deck-overview", "aria-hidden": "true" });
  const colorsNow = themeColors(canvas);
  /** @type {{ camera: Camera, size: Size, nodes: Block[], edges: Path2D } | undefined} what was in sight last */
  let known;

  /** @param {Camera} camera @param {Size} size */
  function seenFrom(camera, size) {
    if (known?.camera === camera && known.size === size) return known;
    const part = within(inSight(camera, size));
    const edges = part.edges.length <= MOST_EDGES ? part.edges : [];
    known = { camera, size, nodes: blocksOf(part.nodes, camera), edges: pathOf(edges, camera) };
    return known;
  }

  /** @param {Camera} camera @param {Size} size @param {ViewState} state */
  function draw(camera, size, state) {
    const context = cleared(canvas, size);
    if (!context) return;
    const colors = colorsNow();
    const seen = seenFrom(camera, size);
    context.strokeStyle = colors.waiting;
    context.lineWidth = 0.7;
    context.stroke(seen.edges);
    /** @type {Record<"waiting" | "value" | "gradient" | "current", Block[]>} */
    const blocks = { waiting: [], value: [], gradient: [], current: [] };
    for (const block of seen.nodes) blocks[kindOf(block.node, state)].push(block);
    for (const kind of /** @type {const} */ (["waiting", "value", "gradient", "current"])) {
      context.fillStyle = colors[kind];
      const grown = kind === "current" ? 2 : 0;
      for (const { x, y, width, height } of blocks[kind])
        context.fillRect(x - grown, y - grown, width + 2 * grown, height + 2 * grown);
    }
  }

  /** @param {PlacedNode} node @param {ViewState} state */
  function kindOf(node, state) {
    if (state.current.has(node.tensor)) return "current";
    const { isMade, contribution } = nodeState(facts, state, node);
    if (contribution) return "gradient";
    return isMade ? "value" : "waiting";
  }

  return { canvas, draw };
}

/** @typedef {{ node: PlacedNode, x: number, y: number, width: number, height: number }} Block a node's box in the view */

/** @param {PlacedNode[]} nodes @param {Camera} camera @returns {Block[]} */
function blocksOf(nodes, { left, top, scale }) {
  return nodes.map((node) => ({
    node,
    x: node.left * scale + left,
    y: (node.top + node.tag) * scale + top,
    width: Math.max(1.5, node.width * scale),
    height: Math.max(1.5, node.boxHeight * scale),
  }));
}

/** @param {RoutedEdge[]} edges @param {Camera} camera */
function pathOf(edges, { left, top, scale }) {
  const path = new Path2D();
  for (const { points } of edges) {
    path.moveTo(points[0].x * scale + left, points[0].y * scale + top);
    for (const { x, y } of points.slice(1)) path.lineTo(x * scale + left, y * scale + top);
  }
  return path;
}

/**
 * @param {GraphLayout} layout
 * @param {(tensor: number) => PlacedNode | undefined} placed
 * @param {(point: Point) => void} look called with the place of the graph that is pointed at
 */
export function createMinimap(layout, placed, look) {
  const canvas = html("canvas", { class: "deck-minimap", "aria-hidden": "true", pointerdown: grab, pointermove: drag });
  const colorsNow = themeColors(canvas);
  const across = (MINIMAP.width - 2 * INSET) / layout.width;
  const down = Math.min((MINIMAP.height - 2 * INSET) / layout.height, HIGHEST / 26);
  const start = (MINIMAP.height - layout.height * down) / 2;
  const x = (/** @type {number} */ at) => INSET + (at - layout.left) * across;
  const y = (/** @type {number} */ at) => start + (at - layout.top) * down;
  const still = html("canvas");
  let painted = "";

  /** @param {string} color */
  function paint(color) {
    if (painted === color) return;
    painted = color;
    const context = cleared(still, MINIMAP);
    if (!context) return;
    context.fillStyle = color;
    for (const node of layout.nodes) block(context, node, 0);
  }

  /** @param {CanvasRenderingContext2D} context @param {GraphLayout["nodes"][0]} node @param {number} grown */
  function block(context, node, grown) {
    const [width, height] = [Math.max(1.5, node.width * across), Math.max(2, node.boxHeight * down)];
    context.fillRect(x(node.left) - grown, y(node.top + node.tag) - grown, width + 2 * grown, height + 2 * grown);
  }

  /** @param {Camera} camera @param {Size} size @param {ViewState} state */
  function draw(camera, size, state) {
    const colors = colorsNow();
    paint(colors.waiting);
    const context = cleared(canvas, MINIMAP);
    if (!context) return;
    context.drawImage(still, 0, 0, MINIMAP.width, MINIMAP.height);
    context.fillStyle = colors.current;
    for (const tensor of state.current) {
      const node = placed(tensor ?? -1);
      if (node) block(context, node, 1);
    }
    const seen = inSight(camera, size);
    const [left, right] = [clamp(x(seen.left), 0, MINIMAP.width), clamp(x(seen.left + seen.width), 0, MINIMAP.width)];
    const [top, bottom] = [clamp(y(seen.top), 0, MINIMAP.height), clamp(y(seen.top + seen.height), 0, MINIMAP.height)];
    context.strokeStyle = colors.view;
    context.lineWidth = 1.5;
    context.strokeRect(left + 0.75, top + 0.75, Math.max(3, right - left - 1.5), Math.max(3, bottom - top - 1.5));
  }

  /** @param {PointerEvent} event */
  function grab(event) {
    event.stopPropagation();
    canvas.setPointerCapture(event.pointerId);
    drag(event);
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    if (!event.buttons) return;
    event.stopPropagation();
    const { left, top } = canvas.getBoundingClientRect();
    const [right, below] = [event.clientX - left, event.clientY - top];
    look({ x: (right - INSET) / across + layout.left, y: (below - start) / down + layout.top });
  }

  return { canvas, draw };
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
