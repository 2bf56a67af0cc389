// All numbers of a larger array, which the kernel sends when it is asked for them (deck/full_values.py is the other side).

import { save } from "../../common/view/model.js";
import { wholeCells } from "./cells.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./cells.js").Cells} Cells */
/**
 * What the kernel answers: the numbers of a grid, or why there are none.
 *
 * @typedef {{ grid: number, problem?: string, bytes?: DataView, code: string, rows: number, columns: number,
 *   split: number, most: number }} Numbers
 */

const MOST = 10_000; // numbers that are sent
const PATIENCE = 4000; // ms

/**
 * @param {Pick<import("./deck_facts.js").DeckModel, "get" | "set" | "save_changes">} model
 * @param {() => void} changed
 */
export function createFullValues(model, changed) {
  /** @type {Map<number, Cells>} by grid */
  let known = new Map();
  /** @type {Map<number, string>} by grid, why there are no numbers */
  let problems = new Map();
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    clearTimeout(timer);
    if (newFacts.grids !== facts?.grids) [known, problems] = [new Map(), new Map()];
    [facts, word] = [newFacts, newWord];
    take();
  }

  /** @param {number} index of a grid */
  function ask(index) {
    problems.delete(index);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (known.has(index)) return;
      problems.set(index, word("The kernel does not answer, so not all numbers can be shown."));
      changed();
    }, PATIENCE);
    model.set("wanted", -1); // so that to ask again is a change
    model.set("wanted", index);
    save(model);
  }

  /** The kernel has answered. */
  function update() {
    if (take()) changed();
  }

  function take() {
    const answer = model.get("numbers");
    const grid = facts.grids[answer?.grid ?? -1];
    if (!grid) return false;
    clearTimeout(timer);
    if (answer.bytes) {
      const { buffer, byteOffset, byteLength } = answer.bytes;
      const bytes = /** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength);
      known.set(answer.grid, wholeCells(grid, answer, bytes));
    } else problems.set(answer.grid, answer.problem ?? "");
    return true;
  }

  /** @param {number} index */
  function canAsk(index) {
    const size = facts.grids[index]?.shape.reduce((product, side) => product * side, 1) ?? 0;
    return model.get("alive") !== false && size <= MOST && !problems.has(index);
  }

  /** Return why no array can be asked for, if so. */
  function reason() {
    return model.get("alive") === false ? word("A saved page does not have the numbers themselves.") : "";
  }

  return {
    load,
    ask,
    update,
    canAsk,
    reason,
    problem: (/** @type {number} */ index) => problems.get(index) ?? "",
    cells: (/** @type {number} */ index) => known.get(index),
    remove: () => clearTimeout(timer),
  };
}
