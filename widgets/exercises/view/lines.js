// Lines of a program to be put in order, some of which do not belong in it.

import { html, oncePerFrame, setText, translator, uniqueId } from "../../common/view/elements.js";
import { renderer, saveAtRest } from "../../common/view/model.js";
import { createSortableLists } from "../../common/view/sortable_list.js";

/**
 * @typedef {object} OrderingFacts
 * @property {string} name of the exercise
 * @property {string[]} head the lines that stay above those that move
 * @property {string[]} tail the lines that stay below
 * @property {string[]} lines the lines to choose from; a line's number is its index here plus 1
 * @property {Record<string, string>} words
 */
/** @typedef {import("../../common/view/model.js").CommonTraits & { facts: string, order: number[] }} OrderingTraits */

export default { render: renderer(createOrdering) };

/** @param {import("../../common/view/model.js").Model<OrderingTraits>} model */
function createOrdering(model) {
  const drawing = oncePerFrame(draw);
  const id = uniqueId();
  const title = html("div", { id, class: "view-title" });
  const place = html("div", { class: "lines-place" });
  const help = html("p", { class: "lines-help" });
  const code = html("code", { class: "lines-code" });
  const inCode = html("span", {});
  const foot = html("p", { class: "lines-foot" }, inCode, " ", code);
  const view = html("div", { class: "view lines", role: "group", "aria-labelledby": id }, title, help, place, foot);
  const element = html("div", { class: "tapedeck" }, view);
  /** @type {OrderingFacts} */
  let facts;
  /** @type {ReturnType<typeof createSortableLists<number>>} */
  let sortable;
  load();

  function load() {
    facts = { name: "", head: [], tail: [], lines: [], words: {}, ...JSON.parse(model.get("facts") || "{}") };
    const word = translator(facts.words);
    setText(title, word("Put in order: {name}", { name: facts.name }));
    setText(help, word("Not every line belongs. Enter takes the chosen line in or out, Alt and an arrow key move it."));
    setText(inCode, word("In code:"));
    sortable = createSortableLists({ changed, withPool: true, poolOrder: (keys) => keys.sort((a, b) => a - b), word });
    // A screen reader says no spaces, and in a program they mean something.
    const note = (/** @type {string} */ text) => word("indented by {count}", { count: indentOf(text) });
    sortable.load(
      [word("Your program"), word("Lines to choose from")],
      new Map(facts.lines.map((text, index) => [index + 1, { text, number: index + 1, note: note(text) }])),
    );
    const program = sortable.element.querySelector("ul");
    program?.before(fixedLines(facts.head));
    program?.after(fixedLines(facts.tail));
    place.replaceChildren(sortable.element);
    drawing.request();
  }

  /** @param {number[][]} lists */
  function changed([program]) {
    model.set("order", program);
    saveAtRest(model);
    drawing.request();
  }

  function draw() {
    const order = model.get("order") ?? [];
    const lists = [order, poolOf(facts.lines.length, order)];
    if (String(sortable.lists()) !== String(lists)) sortable.draw(lists);
    setText(code, `order_lines("${facts.name}", [${order.join(", ")}])`);
  }

  function remove() {
    drawing.cancel();
    element.remove();
  }

  return { element, listeners: { order: drawing.request, facts: load }, remove };
}

/**
 * Return the numbers of the lines, from 1 on, that are not in the program.
 *
 * @param {number} count
 * @param {number[]} order
 */
export function poolOf(count, order) {
  return Array.from({ length: count }, (_, index) => index + 1).filter((number) => !order.includes(number));
}

/** @param {string} text */
export function indentOf(text) {
  return text.length - text.trimStart().length;
}

/** @param {string[]} lines */
function fixedLines(lines) {
  return html("pre", { class: "lines-fixed" }, lines.join("\n"));
}
