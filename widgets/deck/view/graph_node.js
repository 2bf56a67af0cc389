// A node of the graph: a tensor. Above its box stands its value, below it its gradient, in words or as a picture of cells; and
// below that the sum, where several paths join.

import { displayWidth, KEEPS_KEYS, setAttribute, setAttributes, setText, svg } from "../../common/view/elements.js";
import { contributionAt, shortened, valueBeside } from "./deck_state.js";
import { sumLines, tagText } from "./gradient_sums.js";
import { LETTER, SUM_LINE, TAG } from "./graph_model.js";
import { createPicture } from "./graph_picture.js";
import { expansionOf } from "./level_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {import("./graph_model.js").Node & import("./graph_layout.js").Position} PlacedNode */

/**
 * @param {Facts} facts
 * @param {PlacedNode} node
 * @param {Word} word
 */
export function createNode(facts, node, word) {
  const { tensor, tag, boxHeight: box, boxWidth, width } = node;
  const bottom = tag + box + TAG.gap;
  const left = (width - boxWidth) / 2;
  const hint = svg("title");
  const kinds = ["deck-node", node.isSource ? "is-source" : "", node.isConstant ? "is-constant" : ""];
  const shape = { x: left, y: tag, width: boxWidth, height: box, rx: node.isSource || node.isConstant ? 13 : 5 };
  const value = createTag("deck-value", tag - TAG.gap - TAG.height, width);
  const gradient = createTag("deck-gradient", bottom, width);
  const pictures = picturesOf(node, bottom);
  const sums = Array.from({ length: node.sumLines }, (_, line) => {
    const y = bottom + node.own + SUM_LINE * (line + 1) - 3;
    return svg("text", { class: "deck-sum", x: width / 2, y, "text-anchor": "middle" });
  });
  const captions = captionOf(node);
  const tags = node.isConstant ? [] : [value.element, ...(node.hasGradient ? [gradient.element] : [])];
  const element = svg(
    "g",
    {
      class: kinds.join(" ").trim(),
      transform: `translate(${node.left.toFixed(1)} ${node.top.toFixed(1)})`,
      role: "button",
      tabindex: "-1",
      "aria-expanded": expansionOf(facts, tensor),
      "data-batch": facts.tensors[tensor].batch, // undefined where its rows are no examples
      ...KEEPS_KEYS,
    },
    hint,
    svg("rect", { class: "deck-hit", width, height: node.height }),
    svg("rect", { class: "deck-box", ...shape }),
    ...captions,
    ...tags,
    ...(pictures ? Object.values(pictures).map((picture) => picture.element) : []),
    ...sums,
  );
  const { about } = facts.tensors[tensor];

  /** @param {ViewState} state */
  function draw(state) {
    const { isMade, contribution } = nodeState(facts, state, node);
    const known = isMade ? valueBeside(facts, state, tensor) : undefined;
    const text = known?.value ?? "";
    const grids = {
      value: pictures && known && facts.grids[facts.tensors[known.tensor ?? tensor].grid],
      gradient: pictures && contribution && facts.grids[contribution.grid],
    };
    pictures?.value.draw(grids.value);
    pictures?.gradient.draw(grids.gradient);
    element.classList.toggle("is-made", isMade);
    element.classList.toggle("is-current", state.current.has(tensor));
    element.classList.toggle("is-given", contribution?.at === state.position);
    element.classList.toggle("is-selected", state.selected === tensor);
    setAttribute(element, "aria-pressed", String(state.selected === tensor));
    value.draw(grids.value ? "" : shortened(text));
    if (node.isConstant) setText(captions[0], isMade ? node.title : node.name);
    const isPartial = contribution && contribution.nth < contribution.count;
    gradient.draw(contribution && !grids.gradient ? tagText(contribution) : "", isPartial);
    const terms = contribution && facts.contributions[state.backwardPass].get(tensor);
    const arrived = contribution && terms ? terms.indexOf(contribution) + 1 : 0;
    const lines = terms ? sumLines(terms, arrived) : [];
    sums.forEach((slot, line) => setText(slot, lines[line] ?? ""));
    const said = sayNode(node, text, contribution?.total, word);
    setAttribute(element, "aria-label", said);
    setText(hint, [said, about].filter(Boolean).join(", "));
  }

  return { element, draw, node };
}

/**
 * Return the pictures of a node's value and gradient, if its tensor is drawn as cells.
 *
 * @param {PlacedNode} node
 * @param {number} bottom
 */
function picturesOf({ picture, width }, bottom) {
  if (!picture) return undefined;
  const x = (width - picture.width) / 2;
  return {
    value: createPicture("value", { x, y: 0, ...picture }),
    gradient: createPicture("gradient", { x, y: bottom, ...picture }),
  };
}

/**
 * Return what is so about a node at a position.
 *
 * @param {Facts} facts
 * @param {ViewState} state
 * @param {PlacedNode} node
 */
export function nodeState(facts, state, { tensor, madeAt }) {
  return { isMade: state.position >= madeAt, contribution: contributionAt(facts, state, tensor) };
}

/** @param {PlacedNode} node @param {string} value @param {string | undefined} gradient @param {Word} word */
function sayNode({ title, op, nth }, value, gradient, word) {
  const which = nth ? ` (${word("{number} of {count}", { number: nth[0], count: nth[1] })})` : "";
  const name = (title || op) + which;
  if (!value) return `${name}: ${word("not yet")}`;
  if (gradient === undefined) return value === name ? name : word("{name}: value {value}", { name, value });
  return word("{name}: value {value}, gradient {gradient}", { name, value, gradient });
}

/** @param {PlacedNode} node */
function captionOf({ title, second, isNamed, tag, boxHeight: box, width }) {
  const place = { x: width / 2, "text-anchor": "middle" };
  const name = svg("text", { ...place, class: "deck-caption", y: tag + (second ? 16 : box / 2 + 4.2) }, title);
  if (isNamed) name.classList.add("deck-name");
  return second ? [name, svg("text", { ...place, class: "deck-second", y: tag + 31 }, second)] : [name];
}

/**
 * Create a number on a ground of its own.
 *
 * @param {string} kind
 * @param {number} top
 * @param {number} width of the node
 */
function createTag(kind, top, width) {
  const ground = svg("rect", { y: top, height: TAG.height, rx: 4 });
  const text = svg("text", { class: kind, x: width / 2, y: top + 14.5, "text-anchor": "middle" });
  const element = svg("g", { class: `${kind}-tag` }, ground, text);

  /** @param {string} shown @param {boolean} [isPartial] whether terms of it are missing */
  function draw(shown, isPartial = false) {
    element.classList.toggle("is-on", shown !== "");
    element.classList.toggle("is-partial", isPartial);
    setText(text, shown);
    const wide = Math.max(34, displayWidth(shown) * LETTER + 12);
    setAttributes(ground, { x: (width - wide) / 2, width: wide });
  }

  return { element, draw };
}
