// The tape: one row per entry, which says what ran and what it made; who recorded it; and, once played back, what it
// passed back to its inputs. Only the rows in sight exist, so ten thousand entries cost no more than ten.

import {
  displayWidth,
  html,
  KEEPS_KEYS,
  panel,
  setAttribute,
  setOrRemoveAttribute,
  setText,
} from "../../common/view/elements.js";
import { isRecorded, pullbackAt } from "./deck_state.js";
import { namesAndValues, outputsText, passedBackText, receiversText } from "./row_text.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Entry} Entry */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").TapeVerdict} TapeVerdict */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {(entry: number, button: HTMLElement) => void} OpenFunction Shows the graph of a tf.function. */
/** @typedef {(entry: number) => void} OpenBox Shows the operations of a layer or of a line. */

const MARGIN = 3; // rows kept above and below what is seen
const MOST_SEEN = 26; // em

/** @param {OpenFunction} openFunction @param {OpenBox} openBox */
export function createTapePanel(openFunction, openBox) {
  const slot = html("div", { class: "deck-tape-slot", role: "list" });
  const length = html("div", { class: "deck-tape-length", role: "presentation" }, slot);
  const attributes = { class: "deck-tape-scroll", role: "group", tabindex: "0", scroll: () => drawRows() };
  const scroller = html("div", { ...attributes, ...KEEPS_KEYS }, length);
  const laneList = html("span", { class: "deck-lanes" });
  const { element, head, name } = panel("deck-tape", scroller);
  head.append(laneList);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ViewState | undefined} */
  let state;
  /** @type {ReturnType<typeof createRow>[]} */
  let rows = [];
  /** @type {ReturnType<typeof createLane>[]} */
  let lanes = [];
  let first = 0;
  let height = 0; // of a row, in em

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, state, rows, first] = [newFacts, newWord, undefined, [], 0];
    const count = facts.rows.length;
    height = facts.lanes.length > 1 ? 4.2 : 2.8; // several tapes need a line for their badges
    name.textContent = word("Tape");
    scroller.setAttribute("aria-label", word("Tape"));
    slot.replaceChildren();
    lanes = facts.lanes.map(() => createLane(facts, word));
    laneList.replaceChildren(...lanes.map((lane) => lane.element));
    element.style.setProperty("--row", `${height}em`);
    element.style.setProperty("--seen", String(Math.max(3, Math.min(Math.floor(MOST_SEEN / height), count))));
    element.style.setProperty("--rows", String(count));
    const numbers = facts.rows.map((entry) => numberOf(facts, entry));
    element.style.setProperty("--digits", String(String(numbers.reduce((a, b) => Math.max(a, b), 0)).length));
    element.hidden = count === 0;
    element.classList.toggle("has-lanes", facts.lanes.length > 1);
    scroller.scrollTop = 0;
  }

  /** @param {ViewState} newState */
  function draw(newState) {
    state = newState;
    lanes.forEach((lane, number) => lane.draw(newState.lanes[number]));
    keepRowInView(state.anchorRow);
    drawRows();
  }

  function rowPixels() {
    return length.clientHeight / Math.max(1, facts.rows.length) || 1;
  }

  /** @param {number} row */
  function keepRowInView(row) {
    const top = row * rowPixels();
    const seen = scroller.clientHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top - seen / 3;
    else if (top + rowPixels() > scroller.scrollTop + seen) scroller.scrollTop = top - seen / 2;
  }

  function drawRows() {
    if (!state) return;
    const start = Math.max(0, Math.floor(scroller.scrollTop / rowPixels()) - MARGIN);
    const seen = Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowPixels());
    const end = Math.min(facts.rows.length, seen + MARGIN);
    moveRows(start, Math.max(start, end));
    slot.style.transform = `translateY(${first * height}em)`;
    for (const row of rows) row.draw(state);
  }

  /**
   * Rows that stay in sight keep their element (and so the focus in it); the others are taken to the other end.
   *
   * @param {number} start
   * @param {number} end
   */
  function moveRows(start, end) {
    const kept = new Map(rows.map((row) => [row.number(), row]));
    const spare = rows.filter((row) => row.number() < start || row.number() >= end);
    rows = Array.from({ length: end - start }, (_, offset) => {
      const number = start + offset;
      const row = kept.get(number) ?? spare.pop() ?? createRow(facts, word, openFunction, openBox);
      if (row.number() !== number) row.load(number);
      return row;
    });
    for (const row of spare) row.element.remove();
    rows.forEach(({ element }, offset) => {
      if (slot.children[offset] !== element) slot.insertBefore(element, slot.children[offset]);
    });
    first = start;
  }

  const observer = new ResizeObserver(drawRows); // how many rows there is room for is known once the deck is in a page
  observer.observe(scroller);

  return { element, load, draw, remove: () => observer.disconnect() };
}

/**
 * A tape's lane says what its tape is doing.
 *
 * @param {Facts} facts
 * @param {Word} word
 */
function createLane(facts, word) {
  const mark = html("span", { class: "deck-mark", "aria-hidden": "true" });
  const [name, stateText] = [html("b"), html("span", { class: "deck-lane-state" })];
  const element = html("span", { class: "deck-lane" }, mark, name, stateText);
  const texts = {
    waiting: word("not open yet"),
    recording: word("recording"),
    stopped: word("stopped"),
    closed: word("closed"),
    playing: word("playing back"),
  };

  /** @param {import("./deck_facts.js").LaneChange} change */
  function draw({ state, tape }) {
    element.dataset.state = state;
    setText(name, facts.tapes[tape].name);
    setText(stateText, texts[state]);
    element.title = `${facts.tapes[tape].name} ${texts[state]}`;
  }

  return { element, draw };
}

/** @param {Facts} facts @param {Word} word @param {OpenFunction} openFunction @param {OpenBox} openBox */
function createRow(facts, word, openFunction, openBox) {
  const pointer = html("span", { class: "deck-pointer", "aria-hidden": "true" });
  const number = html("span", { class: "deck-number" });
  const label = html("span", { class: "deck-label" });
  const [nthSeen, nthHeard] = [html("span", { "aria-hidden": "true" }), html("span", { class: "view-unseen" })];
  const nth = html("span", { class: "deck-nth" }, nthSeen, nthHeard);
  const op = html("span", { class: "deck-op" });
  const [valueName, valueText] = [html("span", { class: "deck-value-of" }), html("span", { class: "deck-value-is" })];
  const value = html("span", { class: "deck-value" }, valueName, " ", valueText);
  const badges = html("span", { class: "deck-badges" });
  const passedBack = html("span", { class: "deck-handed" });
  const open = () => openFunction(entryNumber, opener);
  const graphText = word("open its graph");
  const button = {
    class: "deck-inside",
    type: "button",
    "aria-expanded": "false",
    "aria-label": graphText,
    click: open,
  };
  const opener = html("button", { ...button, title: graphText, ...KEEPS_KEYS });
  const openInside = () => openBox(entryNumber);
  const inside = html("button", { class: "deck-inside", type: "button", click: openInside, ...KEEPS_KEYS });
  const called = html("span", { class: "deck-called" }, label, nth);
  const name = html("span", { class: "deck-what" }, inside, opener, html("span", { class: "deck-names" }, called, op));
  const element = html(
    "div",
    { class: "deck-row", role: "listitem", "aria-setsize": facts.rows.length, dblclick: openInside },
    pointer,
    number,
    html("span", { class: "deck-forward-line" }, name, value),
    html("span", { class: "deck-backward-line" }, badges, passedBack),
  );
  let [rowNumber, entryNumber] = [-1, -1];

  /** @param {number} newNumber */
  function load(newNumber) {
    rowNumber = newNumber;
    entryNumber = facts.rows[rowNumber];
    const entry = facts.entries[entryNumber];
    setAttribute(element, "aria-posinset", String(rowNumber + 1));
    setText(number, String(numberOf(facts, entryNumber)));
    const above = rowNumber > 0 ? facts.entries[facts.rows[rowNumber - 1]] : undefined;
    const isInside = entry.count === 0 && above?.label === entry.label && above.op !== entry.op;
    const isNamed = Boolean(entry.label) && !isInside; // else the operation says more
    setText(label, isNamed ? entry.label : entry.op);
    const nthText = entry.nth ? word("{number} of {count}", { number: entry.nth[0], count: entry.nth[1] }) : "";
    setText(nthSeen, entry.nth ? entry.nth.join("/") : "");
    setText(nthHeard, nthText);
    nth.hidden = !entry.nth;
    setText(op, isNamed ? entry.op : "");
    inside.hidden = entry.count < 2;
    setAttribute(inside, "aria-label", word("{count} operations", { count: entry.count }));
    inside.title = word("{count} operations", { count: entry.count });
    const [made] = entry.outputs.length === 1 ? namesAndValues(facts, entry) : [["", outputsText(facts, entry)]];
    setText(valueName, made[0]);
    setText(valueText, made[1]);
    value.style.setProperty("--is", String(displayWidth(made[1]) + 1));
    name.title = `${entry.label} ${entry.op} ${nthText}`.trim();
    value.title = outputsText(facts, entry, (text) => text);
    opener.hidden = !entry.graph || entry.count > 1; // among the operations, that call has its graph
    element.classList.toggle("is-on-tape", isRecorded(facts, entryNumber));
    element.classList.toggle("is-inner", entry.backward_pass >= 0);
    badges.replaceChildren(...badgesOf(facts, entry, word));
  }

  /** @param {ViewState} state */
  function draw(state) {
    const isFilled = rowNumber < state.filledRows;
    const pullback = isFilled ? pullbackAt(facts, state, entryNumber) : undefined;
    const isCurrent = state.entry === entryNumber;
    element.classList.toggle("is-blank", !isFilled);
    setOrRemoveAttribute(element, "aria-hidden", isFilled ? undefined : "true");
    setOrRemoveAttribute(element, "aria-current", isCurrent ? "step" : undefined);
    element.dataset.current = (isCurrent && state.step?.kind) || "";
    const passed = pullback ? passedBackText(facts, pullback, word) : "";
    setText(passedBack, pullback ? receiversText(facts, pullback, passed) : "");
    passedBack.title = passed;
  }

  return { element, number: () => rowNumber, load, draw };
}

/**
 * The number of a row: that of the line, where rows are lines of code, or else of the entry.
 *
 * @param {Facts} facts
 * @param {number} entry
 */
function numberOf({ entries, level }, entry) {
  return (level === "lines" && entries[entry].place?.[1]) || entry;
}

/** @param {Facts} facts @param {Entry} entry @param {Word} word */
function badgesOf({ lanes, tapes, backward_passes }, entry, word) {
  const tapeName = (/** @type {TapeVerdict} */ { tape }) =>
    lanes.length === 1 || tape === undefined ? "" : tapes[tape].name;
  const badges = entry.tapes.map((verdict) => badge(verdict, tapeName(verdict), word));
  if (tapes.length && !entry.tapes.length) badges.push(badge({ recorded: false }, "", word));
  if (entry.backward_pass < 0) return badges;
  const runBy = word("run by {call}", { call: backward_passes[entry.backward_pass]?.call ?? "" });
  return [...badges, html("span", { class: "deck-during" }, runBy)];
}

/** @param {TapeVerdict} verdict @param {string} tape @param {Word} word */
function badge({ recorded, reason }, tape, word) {
  const mark = html("span", { class: "deck-mark", "aria-hidden": "true" });
  const state = recorded ? word("recorded") : reason || word("not recorded");
  const warning = recorded && reason ? `, ${reason}` : "";
  const text = `${tape} ${state}${warning}`.trim();
  const kind = recorded ? "deck-badge is-recorded" : "deck-badge";
  const isShort = Boolean(tape) && recorded && !reason; // the mark says so, and there is little room for two tapes
  const says = isShort ? [tape, html("span", { class: "view-unseen" }, ` ${state}`)] : [text];
  return html("span", { class: kind, title: text }, mark, html("span", { class: "deck-says" }, ...says));
}
