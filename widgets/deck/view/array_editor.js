// An argument that is an array: its shape and range on a button, which opens an editor: a grid of fields where it is
// small, and other random numbers.

import { createTextField } from "../../common/view/controls.js";
import { html, KEEPS_KEYS, setText } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/**
 * What Python says of an array (deck/array_arguments.py): its least and greatest number, and the seed they come from.
 *
 * @typedef {{ shape: number[], dtype: string, range: string[], is_grid: boolean, seed: number | null }} ArrayFacts
 */

/**
 * @param {string} name
 * @param {(text: string) => void} commit
 */
export function createArrayEditor(name, commit) {
  const about = html("span", { class: "deck-array-about" });
  const button = { type: "button", class: "deck-array-open", "aria-expanded": "false", click: toggle, ...KEEPS_KEYS };
  const opener = html("button", button, `${name}: `, about);
  const grid = html("div", { class: "deck-array-grid" });
  const seed = html("span", { class: "deck-array-seed" });
  const random = html("button", { type: "button", class: "view-word", click: draw, ...KEEPS_KEYS });
  const foot = html("div", { class: "deck-array-foot" }, random, seed);
  const editor = html("div", { class: "deck-array-editor", role: "group", "aria-label": name, hidden: "" }, grid, foot);
  const element = html("div", { class: "deck-array", keydown: shutOnEscape }, opener, editor);
  /** @type {ArrayFacts} */
  let facts = { shape: [], dtype: "", range: [], is_grid: false, seed: null };
  /** @type {HTMLInputElement[][]} */
  let fields = [];

  function toggle() {
    editor.hidden = !editor.hidden;
    opener.setAttribute("aria-expanded", String(!editor.hidden));
  }

  /** @param {KeyboardEvent} event */
  function shutOnEscape(event) {
    if (event.key !== "Escape" || editor.hidden) return;
    event.stopPropagation();
    toggle();
    opener.focus();
  }

  function draw() {
    commit(`random ${(facts.seed ?? -1) + 1}`);
  }

  /** @param {ArrayFacts} newFacts @param {string} text of the array @param {Word} word */
  function load(newFacts, text, word) {
    const isOther = newFacts.shape.join() !== facts.shape.join();
    facts = newFacts;
    setText(about, `${facts.shape.join("×")}${facts.range.length ? ` · ${facts.range.join(" … ")}` : ""}`);
    opener.title = `${facts.dtype} ${about.textContent}`;
    setText(random, word("New random numbers"));
    setText(seed, facts.seed === null ? "" : word("seed {seed}", { seed: facts.seed }));
    if (!facts.is_grid) return;
    const rows = rowsOf(text, facts.shape);
    if (isOther) makeGrid(rows, word);
    rows.forEach((row, y) =>
      row.forEach((number, x) => {
        fields[y][x].value = number;
      }),
    );
  }

  /** @param {string[][]} rows @param {Word} word */
  function makeGrid(rows, word) {
    const send = () =>
      commit(
        textOf(
          fields.map((row) => row.map((field) => field.value)),
          facts.shape,
        ),
      );
    fields = rows.map((row, y) =>
      row.map((_, x) => {
        const label = word("row {row}, column {column}", { row: y, column: x });
        return createTextField(send, { change: send, "aria-label": `${name}, ${label}`, title: label });
      }),
    );
    grid.style.setProperty("--columns", String(rows[0]?.length ?? 1));
    grid.replaceChildren(...fields.flat());
  }

  return { element, load };
}

/**
 * Return the texts of an array's numbers, row by row: a vector is one row.
 *
 * @param {string} text such as "[[1.0, 2.0], [3.0, 4.0]]"
 * @param {number[]} shape
 */
export function rowsOf(text, shape) {
  const numbers = text.match(/[^\s,[\]]+/g) ?? [];
  const width = shape.at(-1) ?? 1;
  return Array.from({ length: shape.length > 1 ? shape[0] : 1 }, (_, row) =>
    Array.from({ length: width }, (_, column) => numbers[row * width + column] ?? ""),
  );
}

/** @param {string[][]} rows @param {number[]} shape */
export function textOf(rows, shape) {
  const lists = rows.map((row) => `[${row.join(", ")}]`);
  return shape.length > 1 ? `[${lists.join(", ")}]` : lists[0];
}
