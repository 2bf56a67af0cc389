// What of the graph exists as elements: the nodes and edges in sight, and some around them, so that a graph of ten thousand
// nodes costs no more than one of a hundred. While the view moves, no frame makes more than it has time for.

import { svg } from "../../common/view/elements.js";
import { allNorms, normScale } from "./gradient_marks.js";
import { inSight } from "./graph_camera.js";
import { createEdge } from "./graph_edge.js";
import { createIndex } from "./graph_index.js";
import { createNode } from "./graph_node.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_camera.js").Camera} Camera */
/** @typedef {import("./graph_camera.js").Size} Size */
/** @typedef {import("./graph_layout.js").Bounds} Bounds */
/** @typedef {import("./graph_edge.js").RoutedEdge} RoutedEdge */
/** @typedef {import("./graph_node.js").PlacedNode} PlacedNode */
/** @typedef {{ nodes: PlacedNode[], edges: RoutedEdge[], columns: { left: number, width: number }[] } & Bounds} GraphLayout */

const MOST_DRAWN = 80; // nodes in sight that exist as elements; where there are more, hardly any can be read
const MOST_SMALL = 40; // likewise, where letters have less than 6 pixels
const SMALL = 0.5;
const MOST_ASIDE = 400; // shapes that are kept though they are out of sight
const AROUND = 0.3; // of the view, beyond it on each side

/**
 * @param {Facts} facts
 * @param {GraphLayout} layout
 * @param {Word} word
 */
export function createScene(facts, layout, word) {
  const index = createIndex(layout);
  const nodeOf = new Map(layout.nodes.map((node) => [node.tensor, node]));
  const scale = normScale(allNorms(facts));
  const [edgeLayer, nodeLayer, flowLayer] = [svg("g"), svg("g"), svg("g", { "aria-hidden": "true" })];
  const element = svg("g", { class: "deck-world" }, edgeLayer, flowLayer, nodeLayer);
  const nodes = createShapes(nodeLayer, (/** @type {PlacedNode} */ node) => createNode(facts, node, word));
  const edges = createShapes(edgeLayer, (/** @type {RoutedEdge} */ edge) => createEdge(facts, edge, scale));
  /** @type {Bounds | undefined} where everything exists */
  let region;
  let [regionScale, isDense] = [0, false];

  /**
   * Make what is in sight. Nothing changes while the view stays where all exists already.
   *
   * @param {Camera} camera
   * @param {Size} size
   * @param {ViewState | undefined} state
   * @param {number} until the time at which the rest is left for the next call
   * @returns {"whole" | "partial" | "dense"} dense: too many nodes are in sight for elements
   */
  function show(camera, size, state, until) {
    const ratio = camera.scale / regionScale;
    const isNear = ratio > 0.7 && ratio < 1.6;
    const seen = inSight(camera, size);
    if (!region || !isNear || !isInside(seen, region)) {
      region = inSight(camera, size, AROUND);
      regionScale = camera.scale;
      const first = index.within(seen);
      isDense = first.nodes.length > (camera.scale < SMALL ? MOST_SMALL : MOST_DRAWN);
      const around = isDense ? { nodes: [], edges: [] } : index.within(region);
      nodes.want(isDense ? [] : [...first.nodes, ...around.nodes]);
      edges.want(isDense ? [] : [...first.edges, ...around.edges]);
    }
    const isWhole = nodes.make(state, until) && edges.make(state, until);
    return isDense ? "dense" : isWhole ? "whole" : "partial";
  }

  /** @param {ViewState} state */
  function draw(state) {
    for (const edge of edges.all()) edge.draw(state);
    for (const node of nodes.all()) node.draw(state);
  }

  return {
    element,
    flowLayer,
    layout,
    scale,
    show,
    draw,
    within: index.within,
    placed: (/** @type {number} */ tensor) => nodeOf.get(tensor),
    nodes: () => [...nodes.all()],
    edges: () => [...edges.all()],
    drawn: nodes.get,
  };
}

/** @param {Bounds} inner @param {Bounds} outer */
function isInside(inner, outer) {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.left + inner.width <= outer.left + outer.width &&
    inner.top + inner.height <= outer.top + outer.height
  );
}

/**
 * Shapes that exist as elements of a layer. Those that are out of sight are put aside, for they may soon be back.
 *
 * @template Key
 * @template {{ element: SVGElement, draw: (state: ViewState) => void }} Shape
 * @param {SVGElement} layer
 * @param {(key: Key) => Shape} create
 */
function createShapes(layer, create) {
  /** @type {Map<Key, Shape>} */
  const shapes = new Map();
  /** @type {Map<Key, Shape>} the one that was put aside last at the end */
  const aside = new Map();
  /** @type {Key[]} the next one at the end */
  let missing = [];

  /** @param {Key[]} wanted the most wanted first; all others go, but for one with the focus */
  function want(wanted) {
    const isWanted = new Set(wanted);
    for (const [key, shape] of shapes) {
      if (isWanted.has(key) || shape.element.matches(":focus")) continue;
      shape.element.remove();
      shapes.delete(key);
      aside.set(key, shape);
    }
    for (const key of aside.keys()) if (aside.size > MOST_ASIDE) aside.delete(key);
    missing = [...isWanted].filter((key) => !shapes.has(key)).reverse();
  }

  /** Make what is missing, at least one shape. @param {ViewState | undefined} state @param {number} until */
  function make(state, until) {
    /** @type {SVGElement[]} */
    const fresh = [];
    while (missing.length && !(fresh.length && performance.now() > until)) {
      const key = /** @type {Key} */ (missing.pop());
      const shape = aside.get(key) ?? create(key);
      aside.delete(key);
      shapes.set(key, shape);
      if (state) shape.draw(state);
      fresh.push(shape.element);
    }
    layer.append(...fresh);
    return !missing.length;
  }

  return { want, make, all: () => shapes.values(), get: (/** @type {Key} */ key) => shapes.get(key) };
}
