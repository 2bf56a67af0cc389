// One row of the tape: what ran and what it made; who recorded it; and, once played back, what it handed to its inputs.

import { html, setAttribute, setAttributeOrNone, setText, KEEPS_KEYS } from "../../common/view/dom.js";
import { handedAt, isRecorded, nameOf } from "./frame.js";

export function createRow(facts, word, openInner) {
  const parts = {
    pointer: html("span", { class: "deck-pointer", "aria-hidden": "true" }),
    number: html("span", { class: "deck-number" }),
    label: html("span", { class: "deck-label" }),
    op: html("span", { class: "deck-op" }),
    value: html("span", { class: "deck-value" }),
    badges: html("span", { class: "deck-badges" }),
    handed: html("span", { class: "deck-handed" }),
  };
  const opener = html("button", { class: "deck-opener", type: "button", "aria-expanded": "false", ...KEEPS_KEYS });
  const name = html("span", { class: "deck-what" }, parts.label, parts.op, opener);
  const element = html(
    "div",
    { class: "deck-row", role: "listitem", "aria-setsize": facts.rows.length },
    parts.pointer,
    parts.number,
    html("span", { class: "deck-forward-line" }, name, parts.value),
    html("span", { class: "deck-backward-line" }, parts.badges, parts.handed),
  );
  const row = { element, number: -1, entry: -1, load, draw };
  opener.addEventListener("click", () => openInner(row.entry, opener));
  setText(opener, word("open its graph"));

  function load(number) {
    row.number = number;
    row.entry = facts.rows[number];
    const entry = facts.entries[row.entry];
    setAttribute(element, "aria-posinset", String(number + 1));
    setText(parts.number, String(row.entry));
    setText(parts.label, entry.label || entry.op);
    setText(parts.op, entry.label ? entry.op : "");
    setText(parts.value, valueText(facts, entry));
    name.title = `${entry.label} ${entry.op}`.trim();
    parts.value.title = parts.value.textContent;
    opener.hidden = !entry.opens;
    element.classList.toggle("is-on-tape", isRecorded(facts, row.entry));
    element.classList.toggle("is-inner", entry.during >= 0);
    parts.badges.replaceChildren(...badges(facts, entry, word));
  }

  function draw(frame) {
    const isFilled = row.number < frame.filled;
    const handed = isFilled && handedAt(facts, frame, row.entry);
    const isCurrent = frame.entry === row.entry;
    element.classList.toggle("is-blank", !isFilled);
    element.classList.toggle("is-played", Boolean(handed));
    setAttributeOrNone(element, "aria-hidden", isFilled ? undefined : "true");
    setAttributeOrNone(element, "aria-current", isCurrent ? "step" : undefined);
    element.dataset.current = isCurrent ? frame.step.kind : "";
    setText(parts.handed, handed ? handedText(facts, handed, word) : "");
    parts.handed.title = parts.handed.textContent;
  }

  return row;
}

function valueText(facts, entry) {
  return entry.outputs
    .map((tensor) => `${facts.tensors[tensor].name} ${facts.tensors[tensor].value}`.trim())
    .join(", ");
}

function handedText(facts, pullback, word) {
  const names = (gives) => gives.map((give) => nameOf(facts, give.tensor)).join(", ");
  const given = pullback.gives
    .filter((give) => !give.skipped)
    .map((give) => `${nameOf(facts, give.tensor)} ← ${give.gives}`);
  const skipped = pullback.gives.filter((give) => give.skipped);
  return [...given, ...(skipped.length ? [`${word("skipped")}: ${names(skipped)}`] : [])].join(", ");
}

function badges(facts, entry, word) {
  const isOne = facts.lanes.length === 1;
  const inner = entry.during >= 0 ? [html("span", { class: "deck-during" }, duringText(facts, entry, word))] : [];
  const nobody = facts.tapes.length && !entry.tapes.length ? [badge({ recorded: false }, "", word)] : [];
  const verdicts = entry.tapes.map((verdict) => badge(verdict, isOne ? "" : facts.tapes[verdict.tape].name, word));
  return [...verdicts, ...nobody, ...inner];
}

function badge(verdict, tape, word) {
  const mark = html("span", { class: "deck-mark", "aria-hidden": "true" });
  const state = verdict.recorded ? word("recorded") : verdict.reason || word("not recorded");
  const warning = verdict.recorded && verdict.reason ? `, ${verdict.reason}` : "";
  const kind = verdict.recorded ? "deck-badge is-recorded" : "deck-badge";
  const says = `${tape} ${state}${warning}`.trim();
  return html("span", { class: kind, title: says }, mark, html("span", { class: "deck-says" }, says));
}

function duringText(facts, entry, word) {
  return word("run by {call}", { call: facts.playbacks[entry.during]?.call ?? "" });
}
