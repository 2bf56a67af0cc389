// The deck's panels of text: the learner's code, the table of sources.

import { html, KEEPS_KEYS, panel, setText } from "../../common/view/elements.js";
import { sourcesOf } from "./deck_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Listing} Listing */
/** @typedef {import("./deck_facts.js").Source} Source */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

/** The learner's code: the line of the current step is lit, and the very piece that ran is underlined. */
export function createCodePanel() {
  const scroller = html("div", { class: "deck-code-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS });
  const { element, name } = panel("deck-code", scroller);
  /** @type {ReturnType<typeof createLine>[][]} */
  let lines = [];
  /** @type {ReturnType<typeof createLine> | undefined} */
  let current;

  /** @param {Facts} facts @param {Word} word */
  function load({ listings }, word) {
    name.textContent = word("Code");
    scroller.setAttribute("aria-label", word("Code"));
    current = undefined;
    lines = listings.map(({ first, lines }) => lines.map((text, index) => createLine(text, first + index)));
    scroller.replaceChildren(...listings.map(makeListing));
    element.hidden = listings.length === 0;
  }

  /** @param {Listing} listing @param {number} index @param {Listing[]} listings */
  function makeListing(listing, index, listings) {
    const title =
      listings.length > 1 && listing.name ? [html("div", { class: "deck-listing-name" }, listing.name)] : [];
    return html("div", { class: "deck-listing" }, ...title, ...lines[index].map((line) => line.element));
  }

  /** @param {ViewState} state */
  function draw({ place }) {
    const [listing, number, column, end] = place ?? [-1, -1, -1, -1];
    const next = lines[listing]?.find((line) => line.number === number);
    if (current !== next) current?.clear();
    current = next;
    if (!current) return;
    current.highlight(column, end);
    keepInView(scroller, current.element);
  }

  return { element, load, draw };
}

/** @param {string} text @param {number} number */
function createLine(text, number) {
  const indent = text.length - text.trimStart().length;
  const rest = html("span");
  const code = html("code", { style: `--indent: ${indent}` }, text.slice(0, indent), rest);
  const gutter = html("span", { class: "deck-line-number", "aria-hidden": "true" }, String(number));
  const element = html("div", { class: "deck-line" }, gutter, code);
  clear();

  function clear() {
    element.removeAttribute("aria-current");
    rest.textContent = text.slice(indent);
  }

  /** @param {number} column @param {number} end of the piece that ran; none if the column is below 0 */
  function highlight(column, end) {
    clear();
    element.setAttribute("aria-current", "step");
    const from = Math.max(column, indent);
    if (column < 0 || end <= from) return;
    rest.replaceChildren(text.slice(indent, from), html("mark", {}, text.slice(from, end)), text.slice(end));
  }

  return { element, number, clear, highlight };
}

/**
 * Scroll the panel alone (scrollIntoView would scroll the notebook too).
 *
 * @param {HTMLElement} scroller
 * @param {HTMLElement} element
 */
function keepInView(scroller, element) {
  const top = element.offsetTop;
  const bottom = top + element.offsetHeight;
  const isSeen = top >= scroller.scrollTop && bottom <= scroller.scrollTop + scroller.clientHeight;
  if (!isSeen) scroller.scrollTop = top - (scroller.clientHeight - element.offsetHeight) / 2;
}

const MOST_SOURCES = 12; // a recording with more sources shows those of one backward pass at a time
const MOST_OF_ONE = 40;

/** The table of sources: what the tape's gradient came to, and the central difference as an independent check. */
export function createSourcesPanel() {
  const caption = html("caption");
  const head = html("thead");
  const table = html("table", {}, caption, head);
  const scroller = html("div", { class: "deck-sources-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, table);
  const { element, name } = panel("deck-sources", scroller);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {number[]} by backward pass: the position from which its gradients are there */
  let returnedAt = [];
  let hasDifferences = false;
  /** @type {number | undefined} the backward pass whose sources are shown; -1 for all */
  let shown;
  /** @type {{ source: Source, gradient: HTMLElement, difference: HTMLElement }[]} */
  let rows = [];

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, shown, rows] = [newFacts, newWord, undefined, []];
    returnedAt = facts.backward_passes.map(() => Infinity);
    facts.steps.forEach(({ kind, backward_pass = 0 }, index) => {
      if (kind === "gradients") returnedAt[backward_pass] = index + 1;
    });
    name.textContent = word("Gradients");
    scroller.setAttribute("aria-label", word("Gradients"));
    caption.textContent = captionText(facts, word);
    hasDifferences = facts.sources.some((source) => source.difference);
    const titles = ["source", "value", "gradient", ...(hasDifferences ? ["central difference"] : [])];
    const cells = titles.map((title) => html("th", { scope: "col", title: word(title) }, word(title)));
    head.replaceChildren(html("tr", {}, ...cells));
    element.hidden = facts.sources.length === 0;
  }

  /** @param {ViewState} state */
  function draw(state) {
    const pass = facts.sources.length > MOST_SOURCES ? Math.max(0, state.backwardPass) : -1;
    if (pass !== shown) fill(pass);
    shown = pass;
    for (const row of rows) drawRow(row, state);
  }

  /** @param {number} only */
  function fill(only) {
    rows = [];
    const passes = only < 0 ? [...facts.backward_passes.keys()] : [only];
    table.replaceChildren(caption, head, ...passes.flatMap(makeGroup));
  }

  /**
   * The sources of one backward pass; a heading says which, where there are several.
   *
   * @param {number} pass
   */
  function makeGroup(pass) {
    const sources = sourcesOf(facts, pass).slice(0, MOST_OF_ONE);
    if (!sources.length) return [];
    const { call } = facts.backward_passes[pass];
    const colspan = hasDifferences ? 4 : 3;
    const heading = html("th", { class: "deck-asked", scope: "rowgroup", colspan, title: call }, call);
    const headingRow = facts.backward_passes.length > 1 ? [html("tr", {}, heading)] : [];
    return [html("tbody", {}, ...headingRow, ...sources.map(makeRow))];
  }

  /** @param {Source} source */
  function makeRow(source) {
    const gradient = html("td", { class: "deck-gradient" });
    const difference = html("td", { class: "deck-difference" });
    rows.push({ source, gradient, difference });
    const name = html("th", { scope: "row", title: source.name }, source.name);
    const value = html("td", { title: source.value }, source.value);
    return html("tr", {}, name, value, gradient, ...(hasDifferences ? [difference] : []));
  }

  /**
   * Both numbers stay away until the tape has given its own: there is time to predict it.
   *
   * @param {typeof rows[number]} row
   * @param {ViewState} state
   */
  function drawRow({ source, gradient, difference }, { position }) {
    const isReturned = position >= returnedAt[source.backward_pass];
    const isTrusted = facts.backward_passes[source.backward_pass].reconciled;
    gradient.parentElement?.classList.toggle("is-returned", isReturned && isTrusted);
    setText(gradient, isTrusted ? (isReturned ? source.gradient : word("not yet")) : word("not shown"));
    setText(difference, source.difference ? (isReturned ? source.difference : word("not yet")) : "–");
    gradient.title = gradient.textContent ?? "";
    difference.title = [difference.textContent, source.method].filter(Boolean).join(", ");
  }

  return { element, load, draw };
}

/** @param {Facts} facts @param {Word} word */
function captionText({ sources }, word) {
  const method = sources.find((source) => source.method)?.method;
  const tape = word("This is the gradient that the tape returned.");
  return method ? `${tape} ${word("For comparison, without the tape: {how}.", { how: method })}` : tape;
}
