// The graph inside an entry that opens: what a tf.function consists of. It does not move; nothing in it is played.

import { html, panel, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { arrowTip, curve, layOut } from "./layout.js";

const MOST = 60; // operations drawn
const LETTER = 7.3;

export function createInner() {
  const close = html("button", { type: "button", class: "deck-opener", click: () => shut(true), ...KEEPS_KEYS });
  const canvas = html("div", { class: "deck-canvas" });
  const scroller = html("div", { class: "deck-inner-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, canvas);
  const { element, head, name } = panel("deck-inner", scroller);
  head.append(close);
  let facts, word, opener;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    close.textContent = word("close");
    shut(false);
  }

  function open(entry, button) {
    const { opens, label, op } = facts.entries[entry];
    const title = word("Inside {label}: {count} operations", { label: label || op, count: opens.length });
    opener?.setAttribute("aria-expanded", "false");
    opener = button;
    opener.setAttribute("aria-expanded", "true");
    name.textContent =
      opens.length > MOST ? `${title} (${word("the first {count} are drawn", { count: MOST })})` : title;
    scroller.setAttribute("aria-label", title);
    canvas.replaceChildren(drawing(opens.slice(0, MOST), title));
    element.hidden = false;
    close.focus();
  }

  function shut(isAsked) {
    element.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    if (isAsked) opener?.focus();
  }

  return { element, load, open, draw: () => {} };
}

function drawing(ops, title) {
  const nodes = ops.map(({ name, op }, id) => ({
    id,
    name,
    op,
    width: Math.max(name.length, op.length, 6) * LETTER + 18,
    height: 44,
  }));
  const edges = ops.flatMap(({ inputs }, to) =>
    inputs.filter((from) => from < ops.length).map((from) => ({ from, to })),
  );
  const placed = layOut(nodes, edges);
  const name = svg("title", { id: uniqueId() }, title);
  const size = {
    width: placed.width,
    height: placed.height,
    viewBox: `${placed.left} ${placed.top} ${placed.width} ${placed.height}`,
  };
  const wires = placed.edges.map(({ points }) => wire(points));
  return svg(
    "svg",
    { ...size, role: "img", "aria-labelledby": name.id },
    name,
    ...wires,
    ...placed.nodes.map((node) => box(node, ops[node.id])),
  );
}

function wire(points) {
  const tip = svg("path", {
    class: "deck-tip deck-forward",
    d: "M0 0L-8 4L-8 -4Z",
    transform: arrowTip(points.at(-2), points.at(-1)),
  });
  return svg(
    "g",
    { class: "deck-edge is-made is-recorded" },
    svg("path", { class: "deck-wire", d: curve(points) }),
    tip,
  );
}

function box({ left, top, width, height, name, op }, { about }) {
  return svg(
    "g",
    { class: "deck-node is-made", transform: `translate(${left} ${top})` },
    svg("title", {}, [name, op, about].filter(Boolean).join(" ")),
    svg("rect", { class: "deck-box", width, height, rx: 5 }),
    svg("text", { class: "deck-caption deck-name", x: width / 2, y: 18, "text-anchor": "middle" }, name || op),
    svg("text", { class: "deck-op", x: width / 2, y: 35, "text-anchor": "middle" }, name ? op : ""),
  );
}
