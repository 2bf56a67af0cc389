// The deck's panels of text: the learner's code, the table of sources.

import { html, KEEPS_KEYS, panel, setOrRemoveAttribute, setText } from "../../common/view/elements.js";
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
  /** @type {ReturnType<typeof createLine> | undefined} */
  let fault;

  /** @param {Facts} facts @param {Word} word */
  function load({ listings }, word) {
    name.textContent = word("Code");
    scroller.setAttribute("aria-label", word("Code"));
    [current, fault] = [undefined, undefined];
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

  /** @param {import("./deck_facts.js").CodePlace | null | undefined} place */
  function lineAt(place) {
    return place ? lines[place[0]]?.find((line) => line.number === place[1]) : undefined;
  }

  /** @param {ViewState} state */
  function draw({ place }) {
    const next = lineAt(place);
    if (current !== next) current?.lightUp(undefined);
    current = next;
    if (!current || !place) return;
    current.lightUp([place[2], place[3]]);
    resized();
  }

  function resized() {
    const line = fault ?? current;
    if (line) keepInView(scroller, line.element);
  }

  /**
   * Mark what a diagnosis has found.
   *
   * @param {import("./deck_facts.js").CodePlace | null | undefined} place
   */
  function markFault(place) {
    const next = lineAt(place);
    if (fault === next) return;
    fault?.markFault(undefined);
    fault = next;
    if (!fault || !place) return;
    fault.markFault([place[2], place[3]]);
    keepInView(scroller, fault.element);
  }

  const observer = new ResizeObserver(resized); // a tab that needs more room takes it from the code
  observer.observe(scroller);

  return { element, load, draw, markFault, remove: () => observer.disconnect() };
}

/** @typedef {[from: number, to: number]} Span of a line; all of the line if it begins below 0 */

/** @param {string} text @param {number} number */
function createLine(text, number) {
  const indent = text.length - text.trimStart().length;
  const rest = html("span");
  const code = html("code", { style: `--indent: ${indent}` }, text.slice(0, indent), rest);
  const gutter = html("span", { class: "deck-line-number", "aria-hidden": "true" }, String(number));
  const element = html("div", { class: "deck-line" }, gutter, code);
  /** @type {Span | undefined} */
  let light;
  /** @type {Span | undefined} */
  let fault;
  draw();

  function draw() {
    const pieces = piecesOf(text, [light, fault]).filter(({ to }) => to > indent);
    const nodes = pieces.map(({ from, to, inside: [isLit, isFault] }) => {
      const piece = text.slice(Math.max(from, indent), to);
      const inner = isFault ? html("u", { class: "deck-fault" }, piece) : piece;
      return isLit ? html("mark", {}, inner) : inner;
    });
    rest.replaceChildren(...nodes);
  }

  /** @param {Span | undefined} span the piece that ran, if this is the line of the current step */
  function lightUp(span) {
    light = span;
    setOrRemoveAttribute(element, "aria-current", span ? "step" : undefined);
    draw();
  }

  /** @param {Span | undefined} span the piece that is wrong */
  function markFault(span) {
    fault = span;
    element.classList.toggle("has-fault", Boolean(span));
    draw();
  }

  return { element, number, lightUp, markFault };
}

/**
 * Cut a line where a span begins or ends. What is inside which span stands with each piece.
 *
 * @param {string} text
 * @param {(Span | undefined)[]} spans
 */
export function piecesOf(text, spans) {
  const known = spans.map((span) => (span && span[0] >= 0 && span[1] > span[0] ? span : undefined));
  const cuts = [0, text.length, ...known.flatMap((span) => span ?? [])].map((at) => Math.min(at, text.length));
  const ends = [...new Set(cuts)].sort((a, b) => a - b);
  return ends.slice(1).map((to, index) => {
    const from = ends[index];
    return { from, to, inside: known.map((span) => Boolean(span && span[0] <= from && to <= span[1])) };
  });
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
  let prefix = "";
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
    prefix = commonFolder(facts.sources.map((source) => source.name));
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
    const name = html("th", { scope: "row", title: source.name }, source.name.slice(prefix.length));
    const { shape = [] } = facts.tensors[source.tensor] ?? {};
    const value = html("td", { title: source.value }, shape.length ? shape.join("×") : source.value);
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
    setText(gradient, isTrusted ? (isReturned ? shortGradient(source, word) : word("not yet")) : word("not shown"));
    setText(difference, source.difference ? (isReturned ? source.difference : word("not yet")) : "–");
    gradient.title = isTrusted && isReturned ? source.gradient : "";
    difference.title = [difference.textContent, source.method].filter(Boolean).join(", ");
  }

  return { element, load, draw };
}

/** @param {Source} source @param {Word} word of an array that is not written out, its norm says more than its first numbers */
function shortGradient({ gradient, norm_text }, word) {
  return gradient.includes("…") && norm_text ? word("norm {norm}", { norm: norm_text }) : gradient;
}

/**
 * Return what all names begin with, up to a slash: "model/" of "model/dense/kernel" and "model/dense/bias" is no news.
 *
 * @param {string[]} names
 */
export function commonFolder(names) {
  const [first = "", ...others] = names;
  const ends = [...first.matchAll(/\//g)].map((slash) => slash.index + 1).reverse();
  const end = others.length ? ends.find((at) => others.every((name) => name.startsWith(first.slice(0, at)))) : 0;
  return first.slice(0, end ?? 0);
}

/** @param {Facts} facts @param {Word} word */
function captionText({ sources }, word) {
  const method = sources.find((source) => source.method)?.method;
  const tape = word("This is the gradient that the tape returned.");
  return method ? `${tape} ${word("For comparison, without the tape: {how}.", { how: method })}` : tape;
}
