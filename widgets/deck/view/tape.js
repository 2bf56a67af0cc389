// The tape: one row per entry. Only the rows in sight exist, so ten thousand entries cost no more than ten.

import { html, panel, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { createRow } from "./row.js";

const MARGIN = 3; // rows kept above and below what is seen
const MOST_SEEN = 26; // em

export function createTape(openInner) {
  const slot = html("div", { class: "deck-tape-slot", role: "list" });
  const length = html("div", { class: "deck-tape-length", role: "presentation" }, slot);
  const scroller = html(
    "div",
    { class: "deck-tape-scroll", role: "group", tabindex: "0", scroll: () => redraw(), ...KEEPS_KEYS },
    length,
  );
  const lanes = html("span", { class: "deck-lanes" });
  const { element, head, name } = panel("deck-tape", scroller);
  head.append(lanes);
  let facts, word, frame, rows, first, height;

  function load(newFacts, newWord) {
    [facts, word, frame, rows, first] = [newFacts, newWord, undefined, [], 0];
    height = facts.lanes.length > 1 ? 4.2 : 2.8; // em: several tapes need a line for their badges
    name.textContent = word("Tape");
    scroller.setAttribute("aria-label", word("Tape"));
    slot.replaceChildren();
    lanes.replaceChildren(...facts.lanes.map(makeLane));
    element.style.setProperty("--row", `${height}em`);
    element.style.setProperty("--seen", Math.max(3, Math.min(Math.floor(MOST_SEEN / height), facts.rows.length)));
    element.style.setProperty("--rows", facts.rows.length);
    element.style.setProperty("--digits", String(facts.rows.at(-1) ?? 0).length);
    element.hidden = facts.rows.length === 0;
    element.classList.toggle("has-lanes", facts.lanes.length > 1);
    scroller.scrollTop = 0;
  }

  function draw(newFrame) {
    frame = newFrame;
    [...lanes.children].forEach((lane, number) => drawLane(lane, frame.lanes[number]));
    keepRowInView(frame.anchor);
    redraw();
  }

  function pixels() {
    return length.clientHeight / Math.max(1, facts.rows.length) || 1;
  }

  function keepRowInView(row) {
    const top = row * pixels();
    const seen = scroller.clientHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top - seen / 3;
    else if (top + pixels() > scroller.scrollTop + seen) scroller.scrollTop = top - seen / 2;
  }

  function redraw() {
    if (!frame) return;
    const start = Math.max(0, Math.floor(scroller.scrollTop / pixels()) - MARGIN);
    const end = Math.min(
      facts.rows.length,
      Math.ceil((scroller.scrollTop + scroller.clientHeight) / pixels()) + MARGIN,
    );
    moveTo(start, Math.max(start, end));
    slot.style.transform = `translateY(${first * height}em)`;
    rows.forEach((row) => row.draw(frame));
  }

  // Rows that stay in sight keep their element (and so the focus in it); the others are taken to the other end.
  function moveTo(start, end) {
    const kept = new Map(rows.map((row) => [row.number, row]));
    const spare = rows.filter((row) => row.number < start || row.number >= end);
    rows = Array.from({ length: end - start }, (_, offset) => {
      const number = start + offset;
      const row = kept.get(number) ?? spare.pop() ?? createRow(facts, word, openInner);
      if (row.number !== number) row.load(number);
      return row;
    });
    spare.forEach((row) => row.element.remove());
    rows.forEach(
      (row, offset) => slot.children[offset] === row.element || slot.insertBefore(row.element, slot.children[offset]),
    );
    first = start;
  }

  function makeLane() {
    const mark = html("span", { class: "deck-mark", "aria-hidden": "true" });
    return html("span", { class: "deck-lane" }, mark, html("b"), html("span", { class: "deck-lane-state" }));
  }

  function drawLane(lane, { state, tape }) {
    const texts = {
      waiting: word("not open yet"),
      recording: word("recording"),
      stopped: word("stopped"),
      closed: word("closed"),
      playing: word("playing back"),
    };
    lane.dataset.state = state;
    setText(lane.children[1], facts.tapes[tape].name);
    setText(lane.lastChild, texts[state]);
  }

  return { element, load, draw };
}
