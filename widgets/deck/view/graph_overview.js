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
const MOST_EDGES = 4000; // that are drawn from afar
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

/** @param {Element} element */
function colorsOf(element) {
  const style = getComputedStyle(element);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--graph-${name}`).trim() || "gray";
  return {
    waiting: color("waiting"),
    value: color("value"),
    gradient: color("gradient"),
    current: color("current"),
    view: color("view"),
  };
}

/** @param {Facts} facts @param {(view: Bounds) => import("./graph_index.js").Part<PlacedNode, RoutedEdge>} within */
export function createOverview(facts, within) {
  const canvas = html("canvas", { class: "deck-overview", "aria-hidden": "true" });

  /** @param {Camera} camera @param {Size} size @param {ViewState} state */
  function draw(camera, size, state) {
    const context = cleared(canvas, size);
    if (!context) return;
    const colors = colorsOf(canvas);
    const { left, top, scale } = camera;
    const part = within(inSight(camera, size));
    if (part.edges.length <= MOST_EDGES) {
      context.strokeStyle = colors.waiting;
      context.lineWidth = 0.7;
      context.beginPath();
      for (const { points } of part.edges) {
        context.moveTo(points[0].x * scale + left, points[0].y * scale + top);
        for (const { x, y } of points) context.lineTo(x * scale + left, y * scale + top);
      }
      context.stroke();
    }
    for (const node of part.nodes) {
      const { isMade, contribution } = nodeState(facts, state, node);
      const isCurrent = state.current.has(node.tensor);
      const color = isMade ? colors.value : colors.waiting;
      context.fillStyle = isCurrent ? colors.current : contribution ? colors.gradient : color;
      const [width, height] = [Math.max(1.5, node.width * scale), Math.max(1.5, node.boxHeight * scale)];
      const grown = isCurrent ? 2 : 0;
      const x = node.left * scale + left - grown;
      context.fillRect(x, (node.top + node.tag) * scale + top - grown, width + 2 * grown, height + 2 * grown);
    }
  }

  return { canvas, draw };
}

/**
 * @param {GraphLayout} layout
 * @param {(tensor: number) => PlacedNode | undefined} placed
 * @param {(point: Point) => void} look called with the place of the graph that is pointed at
 */
export function createMinimap(layout, placed, look) {
  const canvas = html("canvas", { class: "deck-minimap", "aria-hidden": "true", pointerdown: grab, pointermove: drag });
  const across = (MINIMAP.width - 2 * INSET) / layout.width;
  const down = Math.min((MINIMAP.height - 2 * INSET) / layout.height, HIGHEST / 26);
  const start = (MINIMAP.height - layout.height * down) / 2;
  const x = (/** @type {number} */ at) => INSET + (at - layout.left) * across;
  const y = (/** @type {number} */ at) => start + (at - layout.top) * down;
  const still = html("canvas");
  let painted = "";

  /** @param {ReturnType<typeof colorsOf>} colors */
  function paint(colors) {
    if (painted === colors.waiting) return;
    painted = colors.waiting;
    const context = cleared(still, MINIMAP);
    if (!context) return;
    context.fillStyle = colors.waiting;
    for (const node of layout.nodes) block(context, node, 0);
  }

  /** @param {CanvasRenderingContext2D} context @param {GraphLayout["nodes"][0]} node @param {number} grown */
  function block(context, node, grown) {
    const [width, height] = [Math.max(1.5, node.width * across), Math.max(2, node.boxHeight * down)];
    context.fillRect(x(node.left) - grown, y(node.top + node.tag) - grown, width + 2 * grown, height + 2 * grown);
  }

  /** @param {Camera} camera @param {Size} size @param {ViewState} state */
  function draw(camera, size, state) {
    const colors = colorsOf(canvas);
    paint(colors);
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
