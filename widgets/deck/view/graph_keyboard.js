// The graph by keyboard: Tab reaches one node, Shift and an arrow key lead to the next; Enter opens a box, or closes the one
// whose inside is on show, and the focus stays on its tensor.

import { setAttribute } from "../../common/view/elements.js";
import { neighborOf } from "./graph_index.js";
import { boxAround, expansionOf } from "./level_state.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./graph_node.js").PlacedNode} PlacedNode */
/** @typedef {ReturnType<typeof import("./graph_scene.js").createScene>} Scene */

/**
 * @param {object} actions
 * @param {(node: PlacedNode) => void} actions.reveal brings a node into sight
 * @param {(tensor: number) => void} actions.select
 * @param {(tensor: number) => void} actions.open shows the inside of the box that made a tensor
 * @param {() => void} actions.leave shows the level above
 */
export function createKeyboard({ reveal, select, open, leave }) {
  /** @type {Facts} */
  let facts;
  /** @type {Scene | undefined} */
  let scene;
  /** @type {import("./deck_state.js").ViewState | undefined} */
  let at;
  let wanted = -1; // the tensor that is to have the focus once its level is drawn

  /** @param {Facts} newFacts @param {Scene} newScene */
  function load(newFacts, newScene) {
    [facts, scene] = [newFacts, newScene];
  }

  /** Tab reaches the node with the focus, else the selected one, else one that the step is about. @param {import("./deck_state.js").ViewState} state */
  function rove(state) {
    at = state;
    const nodes = scene?.nodes() ?? [];
    const chosen =
      nodes.find((node) => node.element.matches(":focus")) ??
      nodes.find(({ node }) => node.tensor === state.selected) ??
      nodes.find(({ node }) => state.current.has(node.tensor)) ??
      nodes[0];
    for (const node of nodes) setAttribute(node.element, "tabindex", node === chosen ? "0" : "-1");
  }

  /** @param {PlacedNode | undefined} node */
  function focus(node) {
    if (!node || !scene) return;
    reveal(node);
    /** @type {SVGGElement | undefined} */ (scene.drawn(node)?.element)?.focus({ preventScroll: true });
    if (at) rove(at);
  }

  /** Give the focus back, after a box was opened or closed. */
  function drawn() {
    const node = wanted < 0 ? undefined : scene?.placed(wanted);
    wanted = -1;
    focus(node);
  }

  /** @param {KeyboardEvent} event @param {PlacedNode | undefined} node that has the focus */
  function press(event, node) {
    if (!node || !scene || event.ctrlKey || event.altKey || event.metaKey) return;
    const { key, shiftKey } = event;
    const direction = /** @type {import("./graph_index.js").Direction} */ (key);
    if (shiftKey && /^Arrow/.test(key)) focus(neighborOf(scene.layout.nodes, node, direction));
    else if (key === "Enter" && expansionOf(facts, node.tensor)) toggle(node.tensor);
    else if (key === "Escape" && boxAround(facts, node.tensor)) close(node.tensor);
    else if (key === "Enter" || key === " ") select(node.tensor);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} tensor */
  function toggle(tensor) {
    if (expansionOf(facts, tensor) === "true") return close(tensor);
    wanted = tensor;
    open(tensor);
  }

  /** @param {number} tensor */
  function close(tensor) {
    const outputs = boxAround(facts, tensor) ?? [];
    wanted = outputs.includes(tensor) ? tensor : (outputs[0] ?? -1);
    leave();
  }

  return { load, rove, drawn, press };
}
