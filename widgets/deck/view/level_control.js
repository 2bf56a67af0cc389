// The choice of a level: lines of code, layers, or operations, and quietly all steps; and the way to where a step is.

import { html, KEEPS_KEYS, setAttribute, setOrRemoveAttribute, setText } from "../../common/view/elements.js";
import { choicesOf, crumbsOf } from "./level_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").LevelKey} LevelKey */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/** @typedef {(level: LevelKey) => void} ChooseLevel */

/** @type {Record<LevelKey, string>} */
const NAMES = { lines: "lines of code", layers: "layers", ops: "operations", all: "operations" };

/**
 * A button for each level; also the keys 1, 2 and 3. It is away where there is only one.
 *
 * @param {ChooseLevel} choose
 */
export function createLevelControl(choose) {
  const element = html("div", { class: "deck-levels", role: "group" });
  /** @type {LevelKey[]} */
  let choices = [];

  /** @param {Facts} facts @param {Word} word */
  function load(facts, word) {
    choices = choicesOf(facts);
    element.hidden = choices.length === 0;
    setAttribute(element, "aria-label", word("Level of detail"));
    const buttons = element.querySelectorAll("button");
    const isSame = buttons.length === choices.length;
    if (!isSame) element.replaceChildren(...choices.map(makeButton));
    choices.forEach((key, index) => {
      const button = element.children[index];
      const isChosen = key === facts.level || (key === "ops" && facts.level === "all");
      setText(/** @type {HTMLElement} */ (button), word(NAMES[key]));
      setAttribute(button, "aria-pressed", String(isChosen));
      setAttribute(button, "aria-keyshortcuts", String(index + 1));
    });
  }

  /** @param {LevelKey} _key @param {number} index */
  function makeButton(_key, index) {
    return html("button", { type: "button", class: "deck-level", click: () => choose(choices[index]), ...KEEPS_KEYS });
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key chose a level */
  function press(event) {
    const level = /^[1-9]$/.test(event.key) ? choices[Number(event.key) - 1] : undefined;
    const isTyped = event.target instanceof Element && event.target.matches("input[type=text], textarea, select");
    if (!level || isTyped || event.altKey || event.ctrlKey || event.metaKey) return false;
    choose(level);
    return true;
  }

  return { element, load, press };
}

/**
 * The choice to see all steps. It says how many more there are, and is there only among the operations.
 *
 * @param {ChooseLevel} choose
 */
export function createAllSteps(choose) {
  const change = () => choose(box.checked ? "all" : "ops");
  const box = html("input", { type: "checkbox", change, ...KEEPS_KEYS });
  const text = html("span");
  const element = html("label", { class: "deck-plumbing" }, box, text);

  /** @param {Facts} facts @param {Word} word */
  function load({ level, levels }, word) {
    const ops = levels.find(({ key }) => key === "ops");
    element.hidden = !levels.some(({ key }) => key === "all") || (level !== "ops" && level !== "all");
    box.checked = level === "all";
    setText(text, word("Show all steps ({count} more, such as reading a Variable)", { count: ops?.hidden ?? 0 }));
  }

  return { element, load };
}

/**
 * Where the step is: function › line › layer › operation. What is a row of another level is a way there.
 *
 * @param {ChooseLevel} choose
 */
export function createCrumbs(choose) {
  const list = html("ol", { class: "deck-crumb-list" });
  const shown = html("span", { class: "deck-shown" });
  const element = html("nav", { class: "deck-crumbs" }, list, shown);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  let drawn = "";

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word, drawn] = [newFacts, newWord, ""];
    const [count, steps] = [facts.operations, facts.steps.length];
    setAttribute(element, "aria-label", word("Where this step is"));
    setText(shown, word("{count} operations recorded, {steps} steps shown", { count, steps }));
    element.hidden = choicesOf(facts).length === 0;
  }

  /** @param {ViewState} state */
  function draw(state) {
    const crumbs = crumbsOf(facts, state, word);
    const text = JSON.stringify(crumbs);
    if (text === drawn) return;
    drawn = text;
    list.replaceChildren(...crumbs.map((crumb, index) => makeCrumb(crumb, index === crumbs.length - 1)));
  }

  /** @param {import("./level_state.js").Crumb} crumb @param {boolean} isLast */
  function makeCrumb({ text, level }, isLast) {
    const isThere = level && level !== facts.level && facts.levels.some(({ key }) => key === level);
    const go = () => level && choose(level);
    const inner = isThere
      ? html("button", { type: "button", class: "deck-crumb", click: go, ...KEEPS_KEYS }, text)
      : html("span", { class: "deck-crumb" }, text);
    const item = html("li", {}, inner);
    setOrRemoveAttribute(item, "aria-current", isLast ? "step" : undefined);
    return item;
  }

  return { element, load, draw };
}
