// The table of sources: what the tape's gradient came to, and the central difference as an independent witness.

import { html, panel, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { sourcesOf } from "./frame.js";

const MOST = 12; // rows; a recording with more sources shows those of one playback at a time
const MOST_OF_ONE = 40;

export function createSources() {
  const caption = html("caption");
  const head = html("thead");
  const table = html("table", {}, caption, head);
  const scroller = html("div", { class: "deck-sources-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, table);
  const { element, name } = panel("deck-sources", scroller);
  let facts, word, returned, shown, rows;

  function load(newFacts, newWord) {
    [facts, word, shown, rows] = [newFacts, newWord, undefined, []];
    returned = facts.playbacks.map(() => Infinity);
    facts.steps.forEach((step, index) => step.kind === "gradients" && (returned[step.playback] = index + 1));
    name.textContent = word("Sources");
    scroller.setAttribute("aria-label", word("Sources"));
    caption.textContent = captionText(facts, word);
    const titles = ["source", "value", "gradient from the tape", "by central difference"];
    head.replaceChildren(html("tr", {}, ...titles.map((title) => html("th", { scope: "col" }, word(title)))));
    element.hidden = facts.sources.length === 0;
  }

  function draw(frame) {
    const playback = facts.sources.length > MOST ? Math.max(0, frame.playback) : -1;
    if (playback !== shown) fill(playback);
    shown = playback;
    rows.forEach((row) => drawRow(row, frame));
  }

  function fill(only) {
    rows = [];
    const playbacks = only < 0 ? [...facts.playbacks.keys()] : [only];
    table.replaceChildren(caption, head, ...playbacks.map(makeGroup).filter(Boolean));
  }

  // The sources of one playback; a heading says which, where there are several.
  function makeGroup(playback) {
    const added = sourcesOf(facts, playback)
      .slice(0, MOST_OF_ONE)
      .map((source) => ({
        source,
        gradient: html("td", { class: "deck-gradient" }),
        difference: html("td", { class: "deck-difference", title: source.how ?? "" }),
      }));
    if (!added.length) return undefined;
    rows.push(...added);
    const asked = html("th", { class: "deck-asked", scope: "rowgroup", colspan: "4" }, facts.playbacks[playback].call);
    return html("tbody", {}, ...(facts.playbacks.length > 1 ? [html("tr", {}, asked)] : []), ...added.map(makeRow));
  }

  function makeRow({ source, gradient, difference }) {
    return html(
      "tr",
      {},
      html("th", { scope: "row" }, source.name),
      html("td", {}, source.value),
      gradient,
      difference,
    );
  }

  // Both numbers stay away until the tape has given its own: there is time to predict it.
  function drawRow({ source, gradient, difference }, frame) {
    const isReturned = frame.position >= returned[source.playback];
    const isTrusted = facts.playbacks[source.playback].reconciled;
    gradient.parentElement.classList.toggle("is-returned", isReturned && isTrusted);
    setText(gradient, isTrusted ? (isReturned ? source.gradient : word("not yet")) : word("not shown"));
    setText(difference, source.difference ? (isReturned ? source.difference : word("not yet")) : "–");
  }

  return { element, load, draw };
}

function captionText(facts, word) {
  const how = facts.sources.find((source) => source.how)?.how;
  const tape = word("This is the gradient that the tape returned.");
  return how ? `${tape} ${word("For comparison, without the tape: {how}.", { how })}` : tape;
}
