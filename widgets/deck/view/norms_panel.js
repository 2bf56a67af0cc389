// The norms panel: how large the gradient of each parameter is in the backward pass on show, as bars on a logarithmic
// scale, so that what vanishes or explodes is seen at a glance; and how far the optimizer then moved it.

import { displayWidth, html, KEEPS_KEYS, panel, setText } from "../../common/view/elements.js";
import { sourcesOf } from "./deck_state.js";
import { decades, lengthOf, shortNames, smallest } from "./norm_scale.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").Source} Source */
/** @typedef {import("./deck_facts.js").Update} Update */
/** @typedef {import("./deck_state.js").ViewState} ViewState */

const MOST = 200; // parameters that have a bar

/** @param {(tensor: number) => void} select */
export function createNormsPanel(select) {
  const says = html("div", { class: "deck-norms-says" });
  const moved = html("th", { scope: "col" });
  const why = html("div", { class: "deck-norms-why" });
  const titles = [html("th", { scope: "col" }), html("th", { scope: "col" }), moved];
  const axis = html("div", { class: "deck-norms-axis", "aria-hidden": "true" });
  const axisRow = html(
    "tr",
    { class: "deck-norms-axis-row", "aria-hidden": "true" },
    html("td"),
    html("td", {}, axis),
    html("td"),
  );
  const rows = html("tbody");
  const table = html("table", {}, html("thead", {}, html("tr", {}, ...titles)), rows, html("tfoot", {}, axisRow));
  const scroller = html("div", { class: "deck-norms-scroll", role: "group", tabindex: "0", ...KEEPS_KEYS }, table);
  const { element, name } = panel("deck-norms", says, why, scroller);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  let shown = -1;
  /** @type {ReturnType<typeof createRow>[]} */
  let bars = [];

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, shown, bars] = [newFacts, newWord, -1, []];
    setText(name, word("Norms"));
    scroller.setAttribute("aria-label", word("Norms"));
    setText(titles[0], word("source"));
    setText(titles[1], word("norm of the gradient"));
    setText(moved, word("moved"));
    moved.title = word("How far the optimizer moved it: ‖change‖ / ‖value before‖");
    element.hidden = !facts.sources.some((source) => source.norm_text);
    rows.replaceChildren();
    setText(says, "");
    setText(why, "");
  }

  /** @param {ViewState} state */
  function draw(state) {
    const pass = Math.max(0, state.backwardPass);
    if (pass !== shown) fill(pass);
    shown = pass;
    for (const bar of bars) bar.draw(state);
    const arrived = bars.filter((bar) => bar.hasArrived()).map(({ source }) => source);
    const least = smallest(arrived);
    const isAll = arrived.length === bars.length;
    const names = shortNames(bars.map(({ source }) => source.name));
    const blanks = least && { name: names[bars.findIndex(({ source }) => source === least)], norm: least.norm_text };
    if (!least || !blanks) setText(says, "");
    else
      setText(says, isAll ? word("smallest: {name}, {norm}", blanks) : word("smallest so far: {name}, {norm}", blanks));
    setText(why, isAll ? (facts.backward_passes[pass]?.shrinks ?? "") : "");
    for (const bar of bars)
      bar.element.classList.toggle("is-smallest", isAll && bars.length > 1 && bar.source === least);
  }

  /** @param {number} pass */
  function fill(pass) {
    const sources = sourcesOf(facts, pass).slice(0, MOST);
    const isTrusted = Boolean(facts.backward_passes[pass]?.reconciled);
    const scale = decades(isTrusted ? sources.map(({ norm }) => norm) : []);
    const names = shortNames(sources.map((source) => source.name));
    bars = sources.map((source, index) => createRow(facts, source, names[index], { scale, isTrusted, select, word }));
    rows.replaceChildren(...bars.map((bar) => bar.element));
    const ends = [scale.low, scale.high]; // there is no room for more
    axis.replaceChildren(...ends.map((power, at) => html("span", { style: `--at:${at}` }, `1e${power}`)));
    const moves = facts.updates.some(
      ({ tensor, moved_text }) => moved_text && sources.some((one) => one.tensor === tensor),
    );
    table.classList.toggle("has-moved", moves);
    // The bars have what the texts leave, which are here from the start.
    const longest = (/** @type {string[]} */ texts) =>
      texts.reduce((most, one) => Math.max(most, displayWidth(one)), 0);
    const told = isTrusted
      ? [word("not yet"), ...sources.map(({ norm_text }) => norm_text ?? "")]
      : [word("not shown")];
    table.style.setProperty("--name", String(Math.max(8, longest(names))));
    table.style.setProperty("--text", String(longest(told) + 2)); // and the mark of the smallest
  }

  return { element, load, draw };
}

/**
 * @param {Facts} facts
 * @param {Source} source
 * @param {string} name
 * @param {{ scale: import("./norm_scale.js").Scale, isTrusted: boolean, select: (tensor: number) => void, word: Word }} how
 */
function createRow(facts, source, name, { scale, isTrusted, select, word }) {
  const bar = html("span", { class: "deck-norms-bar" });
  const text = html("span", { class: "deck-norms-text" });
  const track = html("div", { class: "deck-norms-track" }, bar, text);
  const moved = html("td", { class: "deck-norms-moved" });
  const press = () => select(source.tensor);
  const button = html("button", { type: "button", title: source.name, click: press, ...KEEPS_KEYS }, name);
  const element = html("tr", {}, html("th", { scope: "row" }, button), html("td", {}, track), moved);
  const from = arrivalOf(facts, source);
  const returned = returnOf(facts, source);
  const update = facts.updates.find(
    ({ tensor, at }) => tensor === source.tensor && at > (facts.stops[returned - 1] ?? 0),
  );
  let hasArrived = false;

  /** @param {ViewState} state */
  function draw({ position }) {
    hasArrived = isTrusted && position >= from;
    const { norm, norm_text } = source;
    const length = norm === null ? 0 : lengthOf(norm, scale);
    element.dataset.kind = hasArrived ? kindOf(source) : "waiting";
    bar.style.setProperty("--length", hasArrived ? length.toFixed(4) : "1");
    setText(text, hasArrived ? norm_text || "?" : isTrusted ? word("not yet") : word("not shown"));
    setText(moved, update && (facts.stops[position - 1] ?? 0) >= update.at ? update.moved_text || "–" : "");
  }

  return { element, source, draw, hasArrived: () => hasArrived };
}

/** @param {Source} source */
function kindOf({ norm, norm_text }) {
  if (norm === null) return norm_text === "None" ? "none" : norm_text ? "broken" : "unknown";
  return norm === 0 ? "zero" : "number";
}

/** @param {Facts} facts @param {Source} source the position from which its backward pass has returned */
function returnOf({ steps }, { backward_pass }) {
  return steps.findIndex((step) => step.kind === "gradients" && step.backward_pass === backward_pass) + 1 || Infinity;
}

/** @param {Facts} facts @param {Source} source the position from which its gradient is there */
function arrivalOf(facts, source) {
  const last = facts.contributions[source.backward_pass]?.get(source.tensor)?.at(-1);
  return last && last.nth === last.count ? last.at : returnOf(facts, source);
}
