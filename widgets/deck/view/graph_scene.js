// What of the graph exists as elements: the nodes and edges in sight, and some around them, so that a graph of ten thousand
// nodes costs no more than one of a hundred.

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

const MOST_DRAWN = 100; // nodes in sight that exist as elements; where there are more, hardly any can be read
const AROUND = 0.4; // of the view, beyond it on each side

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
  /** @type {Map<PlacedNode, ReturnType<typeof createNode>>} */
  const nodes = new Map();
  /** @type {Map<RoutedEdge, ReturnType<typeof createEdge>>} */
  const edges = new Map();
  /** @type {Bounds | undefined} where everything exists */
  let region;
  let [regionScale, isDense] = [0, false];

  /**
   * Make what is in sight. Nothing changes while the view stays where all exists already.
   *
   * @param {Camera} camera
   * @param {Size} size
   * @param {ViewState | undefined} state
   * @returns {boolean} whether there are elements: not where too many nodes are in sight
   */
  function show(camera, size, state) {
    const ratio = camera.scale / regionScale;
    const isNear = ratio > 0.7 && ratio < 1.6;
    if (region && isNear && isInside(inSight(camera, size), region)) return !isDense;
    region = inSight(camera, size, AROUND);
    regionScale = camera.scale;
    isDense = index.within(inSight(camera, size)).nodes.length > MOST_DRAWN;
    const wanted = isDense ? { nodes: [], edges: [] } : index.within(region);
    keep(nodes, wanted.nodes, nodeLayer, (node) => createNode(facts, node, word), state);
    keep(edges, wanted.edges, edgeLayer, (edge) => createEdge(facts, edge, scale), state);
    return !isDense;
  }

  /** @param {ViewState} state */
  function draw(state) {
    for (const edge of edges.values()) edge.draw(state);
    for (const node of nodes.values()) node.draw(state);
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
    nodes: () => [...nodes.values()],
    edges: () => [...edges.values()],
    drawn: (/** @type {PlacedNode} */ node) => nodes.get(node),
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
 * Keep the elements that are wanted, make those that are missing, and remove the others, but for the one with the focus.
 *
 * @template Key
 * @template {{ element: SVGElement, draw: (state: ViewState) => void }} Shape
 * @param {Map<Key, Shape>} shapes
 * @param {Key[]} wanted
 * @param {SVGElement} layer
 * @param {(key: Key) => Shape} make
 * @param {ViewState | undefined} state
 */
function keep(shapes, wanted, layer, make, state) {
  const isWanted = new Set(wanted);
  for (const [key, { element }] of shapes) {
    if (isWanted.has(key) || element.matches(":focus")) continue;
    element.remove();
    shapes.delete(key);
  }
  /** @type {SVGElement[]} */
  const fresh = [];
  for (const key of isWanted) {
    if (shapes.has(key)) continue;
    const shape = make(key);
    shapes.set(key, shape);
    if (state) shape.draw(state);
    fresh.push(shape.element);
  }
  layer.append(...fresh);
}
