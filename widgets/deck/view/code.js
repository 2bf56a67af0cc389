// The learner's code: the line of the current step is lit, and the very piece that ran is underlined.

import { html, panel, KEEPS_KEYS } from "../../common/view/dom.js";

export function createCode() {
  const scroller = html("div", { class: "deck-code-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS });
  const { element, name } = panel("deck-code", scroller);
  let lines = [];
  let lit = null;

  function load(facts, word) {
    name.textContent = word("Code");
    scroller.setAttribute("aria-label", word("Code"));
    lit = null;
    lines = facts.listings.map((listing) => listing.lines.map((text, index) => makeLine(text, listing.first + index)));
    scroller.replaceChildren(...facts.listings.map((listing, index) => makeListing(listing, lines[index], facts)));
    element.hidden = facts.listings.length === 0;
  }

  function draw(frame) {
    const [listing, number, column, end] = frame.place ?? [];
    const next = lines[listing]?.find((line) => line.number === number) ?? null;
    if (lit && lit !== next) unlight(lit);
    lit = next;
    if (!lit) return;
    light(lit, column, end);
    keepInView(scroller, lit.element);
  }

  return { element, load, draw };
}

function makeListing(listing, lines, facts) {
  const several = facts.listings.length > 1;
  const title = several && listing.name ? [html("div", { class: "deck-listing-name" }, listing.name)] : [];
  return html("div", { class: "deck-listing" }, ...title, ...lines.map((line) => line.element));
}

function makeLine(text, number) {
  const indent = text.length - text.trimStart().length;
  const rest = html("span");
  const code = html("code", { style: `--indent: ${indent}` }, text.slice(0, indent), rest);
  const gutter = html("span", { class: "deck-line-number", "aria-hidden": "true" }, String(number));
  const line = { text, number, indent, rest, element: html("div", { class: "deck-line" }, gutter, code) };
  unlight(line);
  return line;
}

function unlight(line) {
  line.element.removeAttribute("aria-current");
  line.rest.textContent = line.text.slice(line.indent);
}

function light(line, column, end) {
  unlight(line);
  line.element.setAttribute("aria-current", "step");
  const [from, to] = [Math.max(column, line.indent), end];
  if (column < 0 || to <= from) return;
  const parts = [line.text.slice(line.indent, from), html("mark", {}, line.text.slice(from, to)), line.text.slice(to)];
  line.rest.replaceChildren(...parts);
}

// Scroll the panel alone (scrollIntoView would scroll the notebook too).
export function keepInView(scroller, element) {
  const top = element.offsetTop;
  const bottom = top + element.offsetHeight;
  const isSeen = top >= scroller.scrollTop && bottom <= scroller.scrollTop + scroller.clientHeight;
  if (!isSeen) scroller.scrollTop = top - (scroller.clientHeight - element.offsetHeight) / 2;
}
