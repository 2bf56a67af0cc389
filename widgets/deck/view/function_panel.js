// The graph inside an entry that opens: what a tf.function consists of. It does not move; nothing in it is played.

import { html, KEEPS_KEYS, panel, svg, uniqueId } from "../../common/view/elements.js";
import { layOut } from "./graph_layout.js";
import { LETTER } from "./graph_model.js";
import { createArrow } from "./graph_shapes.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").InnerOperation} InnerOperation */

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
