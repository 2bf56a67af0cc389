// The graph panel: puts together what is laid out, where one looks at it from, and what a hand does. Its size is its place's
// and never depends on the step.

import { labelButton } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, panel, setAttribute, setText, svg } from "../../common/view/elements.js";
import * as cameras from "./graph_camera.js";
import { createFlow, prefersLessMotion } from "./graph_flow.js";
import { listenToHand, STEP, zoomKeys } from "./graph_gestures.js";
import { createKey } from "./graph_key.js";
import { createKeyboard } from "./graph_keyboard.js";
import { layOut, layOutInParts } from "./graph_layout.js";
import { COMPACT, measuredGraph } from "./graph_model.js";
import { createMinimap, createOverview, MINIMAP_FROM } from "./graph_overview.js";
import { createScene } from "./graph_scene.js";
import { whenIdle } from "./idle_work.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_camera.js").Camera} Camera */
/** @typedef {import("./graph_layout.js").Bounds} Bounds */
/** @typedef {import("./graph_layout.js").Point} Point */
/** @typedef {import("./graph_node.js").PlacedNode} PlacedNode */
/** @typedef {import("./graph_scene.js").GraphLayout} GraphLayout */
/** @typedef {ReturnType<typeof createScene>} Scene */

const FOLLOW_MS = 280;
const MAKING_MS = 4; // of a frame in which the view moves, for elements: 16 are all that it has
const AT_ONCE = 300; // nodes of a graph that is laid out before the deck is seen
const MOST_COMPACT = 80; // nodes of a graph that has a compact form too
const FURTHER = 1.8; // zoomed so many times beyond the end, the next level is meant

/**
 * @param {Pick<import("./deck_state.js").Controls, "select">} controls
 * @param {{ openBox: (entry: number) => void, leave: () => void }} levels show the inside of a layer or a line; the level above
 */
export function createGraphPanel(controls, { openBox, leave }) {
  const world = svg("svg", { class: "deck-graph-picture", role: "group" });
  const view = html("div", { class: "deck-graph-view", ...KEEPS_KEYS }, world);
  const frame = html("div", { class: "deck-graph-frame" }, view);
  const key = createKey();
  const { element, head, name } = panel("deck-graph", frame, key.element);
  const buttons = [
    zoomButton("−", () => zoom(1 / STEP)),
    zoomButton("fit", () => fit()),
    zoomButton("+", () => zoom(STEP)),
  ];
  head.append(html("span", { class: "deck-zoom" }, ...buttons));
  const observer = new ResizeObserver(resized);
  observer.observe(view);
  const flow = createFlow();
  const keyboard = createKeyboard({ reveal, select: controls.select, open: openMaker, leave });
  let size = { width: 0, height: 0 };
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ViewState | undefined} */
  let state;
  /** @type {Scene | undefined} */
  let scene;
  /** @type {{ usual?: GraphLayout, compact?: GraphLayout }} */
  let forms = {};
  /** @type {ReturnType<typeof createOverview> | undefined} */
  let overview;
  /** @type {ReturnType<typeof createMinimap> | undefined} */
  let minimap;
  /** @type {Camera} */
  let camera = { left: 0, top: 0, scale: 1 };
  let beyond = 1; // how many times it was zoomed after the end was reached
  let isMoved = false; // by hand: else a view that changes its size sees the graph anew
  let [travel, looking] = [0, 0];
  let cancelLayout = () => {};

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, state, scene, isMoved, forms] = [newFacts, newWord, undefined, undefined, false, {}];
    stop();
    setText(name, word("Graph"));
    setAttribute(
      world,
      "aria-label",
      word("Graph. Shift and an arrow key go from node to node. Enter opens a box, and closes it again."),
    );
    ["Zoom out", "Show the whole graph", "Zoom in"].forEach((text, index) => labelButton(buttons[index], word(text)));
    setText(buttons[1], word("fit"));
    world.replaceChildren();
    element.hidden = facts.rows.length === 0;
    if (element.hidden) return;
    const { nodes, edges } = measuredGraph(facts);
    const isSmall = nodes.length <= AT_ONCE;
    setAttribute(view, "aria-busy", String(!isSmall));
    cancelLayout = whenIdle(layOutInParts(nodes, edges), shown, isSmall);
  }

  /** @param {GraphLayout} usual */
  function shown(usual) {
    forms = { usual };
    show(readable(usual));
    setAttribute(view, "aria-busy", "false");
    open();
    if (state) draw(state);
  }

  /** Return the form of the graph that can be read in its place. @param {GraphLayout} usual */
  function readable(usual) {
    const isReadable = !size.width || cameras.fitted(usual, size).scale >= cameras.LEGIBLE;
    if (isReadable || usual.nodes.length > MOST_COMPACT) return usual;
    const { nodes, edges } = measuredGraph(facts, COMPACT);
    forms.compact ??= layOut(nodes, edges, COMPACT.gap);
    return forms.compact;
  }

  /** @param {GraphLayout} layout */
  function show(layout) {
    for (const part of [overview, minimap]) part?.canvas.remove();
    scene = createScene(facts, layout, word);
    keyboard.load(facts, scene);
    overview = createOverview(facts, scene.within);
    minimap = layout.nodes.length >= MINIMAP_FROM ? createMinimap(layout, scene.placed, lookAt) : undefined;
    world.replaceChildren(scene.element);
    view.prepend(overview.canvas);
    if (minimap) frame.append(minimap.canvas);
    key.load(scene.scale, word);
  }

  function resized() {
    const { clientWidth: width, clientHeight: height } = view;
    if (width === size.width && height === size.height) return;
    const [right, down] = [(width - size.width) / 2, (height - size.height) / 2];
    size = { width, height };
    const form = forms.usual && readable(forms.usual);
    if (!isMoved && form && form !== scene?.layout) show(form);
    if (!isMoved) open();
    else look({ ...camera, left: camera.left + right, top: camera.top + down });
  }

  function open() {
    if (!scene || !size.width) return;
    camera = cameras.opened(scene.layout, size);
    follow(false);
    render();
  }

  /** @param {ViewState} newState */
  function draw(newState) {
    state = newState;
    if (!scene || element.hidden) return;
    scene.draw(state);
    follow(true);
    render();
    flow.draw(state, scene.edges(), scene.flowLayer);
    keyboard.drawn();
  }

  /** Go to the nodes that the step is about, if they are out of sight. @param {boolean} isSlow */
  function follow(isSlow) {
    if (!scene || !state || !size.width) return;
    const boxes = (/** @type {Iterable<number | undefined>} */ tensors) =>
      cameras.around([...tensors].flatMap((tensor) => scene?.placed(tensor ?? -1) ?? []));
    const moved = boxes([...state.current, ...state.contributions.map(({ tensor }) => tensor)]);
    const fits = moved && moved.width * camera.scale <= size.width && moved.height * camera.scale <= size.height;
    const wanted = fits ? moved : (boxes(state.current) ?? moved);
    if (!wanted) return;
    const to = cameras.following(camera, wanted, scene.layout, size);
    if (to === camera) return;
    if (isSlow && !prefersLessMotion()) glide(to);
    else camera = to;
  }

  /** @param {Camera} to */
  function glide(to) {
    cancelAnimationFrame(travel);
    const [from, begin] = [camera, performance.now()];
    const move = (/** @type {number} */ now) => {
      const part = Math.min(1, Math.max(0, (now - begin) / FOLLOW_MS));
      camera = cameras.between(from, to, part);
      render(part < 1 ? performance.now() + MAKING_MS : Infinity);
      if (part < 1) travel = requestAnimationFrame(move);
    };
    travel = requestAnimationFrame(move);
  }

  /** @param {Camera} next by hand */
  function look(next) {
    cancelAnimationFrame(travel);
    camera = next;
    lookAgain();
  }

  function lookAgain() {
    if (!looking) looking = requestAnimationFrame(() => render(performance.now() + MAKING_MS));
  }

  /** @param {number} [until] the time at which what is missing is left for the next frame */
  function render(until = Infinity) {
    cancelAnimationFrame(looking);
    looking = 0;
    if (!scene || !state || !size.width) return;
    const seen = scene.show(camera, size, state, until);
    const { left, top, scale } = camera;
    setAttribute(
      scene.element,
      "transform",
      `translate(${left.toFixed(2)} ${top.toFixed(2)}) scale(${scale.toFixed(5)})`,
    );
    element.classList.toggle("is-afar", seen !== "whole");
    if (seen !== "whole") overview?.draw(camera, size, state);
    if (seen === "partial") lookAgain();
    minimap?.draw(camera, size, state);
    keyboard.rove(state);
  }

  /** @param {number} factor @param {Point} [at] */
  function zoom(factor, at = { x: size.width / 2, y: size.height / 2 }) {
    if (!scene) return;
    isMoved = true;
    const next = cameras.zoomed(camera, factor, at, scene.layout, size);
    beyond = next.scale === camera.scale ? beyond * factor : 1;
    look(next);
    if (beyond < 1 / FURTHER) leave();
    else if (beyond > FURTHER) openMaker(tensorAt(at));
    else return;
    beyond = 1;
  }

  /** @param {Point} at a place of the view @returns {number} the tensor whose node is there, or -1 */
  function tensorAt({ x, y }) {
    const { left, top, scale } = camera;
    const spot = { left: (x - left) / scale, top: (y - top) / scale, width: 0, height: 0 };
    return scene?.within(spot).nodes[0]?.tensor ?? -1;
  }

  /** @param {number} tensor */
  function openMaker(tensor) {
    const made = facts.producerOf.get(tensor);
    if (made !== undefined) openBox(made);
  }

  /** @param {number} right @param {number} down */
  function pan(right, down) {
    if (!scene) return;
    isMoved = true;
    look(cameras.moved(camera, right, down, scene.layout, size));
  }

  function fit() {
    if (scene) look(cameras.fitted(scene.layout, size));
    isMoved = false;
  }

  /** @param {Point} point of the graph */
  function lookAt(point) {
    isMoved = true;
    look(cameras.centered(point, camera.scale, size));
  }

  /** @param {Event} event @returns {PlacedNode | undefined} the node that it is about */
  function nodeAt({ target }) {
    const node = target instanceof Element ? target.closest(".deck-node") : null;
    return scene?.nodes().find((one) => one.element === node)?.node;
  }

  /** @param {PlacedNode} node */
  function reveal(node) {
    if (!scene) return;
    cancelAnimationFrame(travel);
    camera = cameras.following(camera, node, scene.layout, size);
    render();
  }

  function stop() {
    cancelLayout();
    flow.stop();
    for (const one of [travel, looking]) cancelAnimationFrame(one);
    looking = 0;
  }

  function remove() {
    stop();
    observer.disconnect();
  }

  listenToHand(view, { zoom, pan, fit });
  view.addEventListener("keydown", (event) => keyboard.press(event, nodeAt(event)));
  view.addEventListener("click", (event) => {
    const node = nodeAt(event);
    if (node) controls.select(node.tensor);
  });
  view.addEventListener("dblclick", (event) => openMaker(nodeAt(event)?.tensor ?? -1));

  return { element, load, draw, remove, press: zoomKeys({ zoom, fit }) };
}

/** @param {string} text @param {() => void} click */
function zoomButton(text, click) {
  return html("button", { type: "button", class: "deck-zoom-button", click, ...KEEPS_KEYS }, text);
}
