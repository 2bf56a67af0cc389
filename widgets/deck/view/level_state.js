// The levels: which there are to choose from, where a position is in the code and the model, the way into a box, and out.

import { bisectLeft } from "d3-array";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").LevelKey} LevelKey */
/** @typedef {import("./deck_facts.js").Payload} Payload */
/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {{ text: string, level?: LevelKey }} Crumb `level` is the one on which this is a box or a row. */

/**
 * Return the levels that the control shows. All steps are no level of their own: they are the operations, unabridged.
 *
 * @param {Pick<Payload, "levels">} payload
 * @returns {LevelKey[]}
 */
export function choicesOf({ levels }) {
  const keys = levels.map(({ key }) => key).filter((key) => key !== "all");
  return keys.length > 1 ? keys : [];
}

/**
 * Return where a step is, from outside: the function, its line, the layers, and the operation, as far as the level goes.
 *
 * @param {Facts} facts
 * @param {{ entry: number, place: import("./deck_facts.js").CodePlace | null }} state
 * @param {Word} word
 * @returns {Crumb[]}
 */
export function crumbsOf(facts, { entry: number, place }, word) {
  const entry = facts.entries[number];
  /** @type {Crumb[]} */
  const crumbs = [];
  const where = place ?? entry?.place;
  if (where) {
    const [listing, line] = where;
    if (facts.listings[listing].name) crumbs.push({ text: facts.listings[listing].name });
    crumbs.push({ text: word("line {line}", { line }), level: "lines" });
  }
  if (!entry || facts.level === "lines") return crumbs;
  for (const { name } of scopesOf(facts, entry.scope)) crumbs.push({ text: name, level: "layers" });
  if (!entry.count || entry.scope < 0) crumbs.push({ text: entry.count ? entry.label : entry.op, level: facts.level });
  return crumbs;
}

/** @param {Pick<Payload, "scopes">} facts @param {number} scope */
function scopesOf({ scopes }, scope) {
  const path = [];
  for (let at = scope; at >= 0; at = scopes[at].outer) path.unshift(scopes[at]);
  return path;
}

/**
 * Return the next level with the inside of a box, and the position of the whole recording just after the first step
 * there; nothing if there is no such level.
 *
 * @param {Facts} facts
 * @param {number} number of the box among the entries
 * @returns {{ level: LevelKey, position: number } | undefined}
 */
export function insideOf(facts, number) {
  const levels = facts.levels.slice(facts.levels.findIndex(({ key }) => key === facts.level) + 1);
  if (!facts.entries[number]?.count) return undefined;
  const step = facts.steps.findIndex(({ kind, entry }) => kind === "entry" && entry === number);
  const [before, end] = [facts.stops[step - 1] ?? 0, facts.stops[step]];
  const isInside = (/** @type {number} */ stop) => stop > before && stop <= end;
  const opened = levels.find(({ stops, waits }) => waits || stops.filter(isInside).length > 1);
  if (opened?.waits) return { level: opened.key, position: before + 1 };
  const position = opened?.stops.find((stop) => stop > before);
  return opened && position !== undefined ? { level: opened.key, position } : undefined;
}

/**
 * Return the outputs of the box, on the level above, that a tensor was made in; undefined where it was made in none.
 *
 * @param {Facts} facts
 * @param {number} tensor
 */
export function boxAround({ levels, level, stops, existsFrom, producerOf }, tensor) {
  const above = levels[levels.findIndex(({ key }) => key === level) - 1];
  const at = existsFrom.get(tensor);
  if (!above || at === undefined || !producerOf.has(tensor)) return undefined;
  const step = above.steps[bisectLeft(above.stops, stops[at - 1])];
  const box = step?.kind === "entry" ? above.entries[step.entry ?? -1] : undefined;
  return box?.count ? box.outputs : undefined;
}

/**
 * Return what a tensor's node is: a box that opens ("false": not yet), one whose inside is on show ("true"), or neither.
 *
 * @param {Facts} facts
 * @param {number} tensor
 * @returns {"true" | "false" | undefined}
 */
export function expansionOf(facts, tensor) {
  if (insideOf(facts, facts.producerOf.get(tensor) ?? -1)) return "false";
  return boxAround(facts, tensor)?.includes(tensor) ? "true" : undefined;
}
