// What holds the deck's parts: tabs, the handle that makes the deck taller, the line of notes that opens, and texts with
// code in them.

import { html, KEEPS_KEYS, setAttribute, setOrRemoveAttribute, setText, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {import("./deck_facts.js").DeckModel} DeckModel */
/** @typedef {import("./deck_state.js").ViewState} ViewState */
/**
 * @typedef {object} Part of the deck
 * @property {HTMLElement} element
 * @property {(facts: Facts, word: Word) => void} load
 * @property {(state: ViewState, sentence: string) => void} draw
 * @property {() => void} [remove]
 */

/**
 * Tabs in one place: each part that is not hidden has one, named as its panel is. Only the chosen part is drawn.
 *
 * @param {Part[]} parts
 */
export function createTabs(parts) {
  const list = html("div", { class: "deck-tablist", role: "tablist" });
  const tabs = parts.map((part, index) => createTab(part, () => choose(index), move));
  list.append(...tabs.map((tab) => tab.button));
  const element = html("div", { class: "deck-tabs" }, list, ...tabs.map((tab) => tab.page));
  let chosen = 0;
  /** @type {[ViewState, string] | undefined} */
  let drawn;

  /** @param {Facts} facts @param {Word} word */
  function load(facts, word) {
    drawn = undefined;
    for (const { part } of tabs) part.load(facts, word);
    for (const { part, button } of tabs)
      setText(button, part.element.querySelector(".view-panel-name")?.textContent ?? "");
    arrange();
  }

  function arrange() {
    const seen = tabs.filter(({ part }) => !part.element.hidden);
    element.hidden = seen.length === 0;
    if (!seen.includes(tabs[chosen])) chosen = Math.max(0, tabs.indexOf(seen[0]));
    tabs.forEach((tab, index) => tab.draw(index === chosen));
  }

  /** @param {number} index */
  function choose(index) {
    chosen = index;
    arrange();
    if (drawn) tabs[chosen].part.draw(...drawn);
  }

  /** @param {number} by */
  function move(by) {
    const seen = tabs.filter(({ part }) => !part.element.hidden);
    const next = seen[(seen.indexOf(tabs[chosen]) + by + seen.length) % seen.length];
    choose(tabs.indexOf(next));
    next.button.focus();
  }

  /** @param {ViewState} state @param {string} sentence */
  function draw(state, sentence) {
    drawn = [state, sentence];
    arrange();
    tabs[chosen]?.part.draw(state, sentence);
  }

  return {
    element,
    load,
    draw,
    /** Bring a part into sight, if it has a tab. */
    show: (/** @type {Part | undefined} */ part) => {
      const index = tabs.findIndex((tab) => tab.part === part);
      if (part && index >= 0 && !part.element.hidden) choose(index);
    },
    remove: () => {
      for (const { part } of tabs) part.remove?.();
    },
  };
}

/** @param {Part} part @param {() => void} choose @param {(by: number) => void} move */
function createTab(part, choose, move) {
  const [tabId, pageId] = [uniqueId(), uniqueId()];
  const press = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows go from tab to tab, and not from step to step
    move(by);
  };
  const names = { role: "tab", id: tabId, "aria-controls": pageId };
  const button = html("button", { type: "button", ...names, click: choose, keydown: press, ...KEEPS_KEYS });
  const page = html(
    "div",
    { class: "deck-tabpage", role: "tabpanel", id: pageId, "aria-labelledby": tabId },
    part.element,
  );

  /** @param {boolean} isChosen */
  function draw(isChosen) {
    button.hidden = part.element.hidden;
    page.hidden = !isChosen;
    setAttribute(button, "aria-selected", String(isChosen));
    setAttribute(button, "tabindex", isChosen ? "0" : "-1");
  }

  return { part, button, page, draw };
}

const MOST_STRETCH = 900;
const STRETCH_STEP = 40;

/**
 * The handle at the bottom: drag it, or press up and down, and the deck is that much taller than usual. Python keeps it.
 *
 * @param {DeckModel} model
 * @param {HTMLElement} view
 * @param {() => void} rest
 */
export function createHandle(model, view, rest) {
  const grip = html("span", { class: "deck-grip", "aria-hidden": "true" });
  const role = { role: "separator", tabindex: "0", "aria-orientation": "horizontal" };
  const range = { "aria-valuemin": 0, "aria-valuemax": MOST_STRETCH };
  const handlers = { pointerdown: grab, keydown: press, dblclick: () => stretch(0) };
  const element = html("div", { class: "deck-handle", ...role, ...range, ...handlers, ...KEEPS_KEYS }, grip);

  const stretched = () => model.get("stretch") ?? 0;

  /** @param {number} to */
  function stretch(to) {
    model.set("stretch", Math.round(Math.max(0, Math.min(MOST_STRETCH, to))));
    update();
    rest();
  }

  /** @param {PointerEvent} event */
  function grab(event) {
    const from = stretched() - event.clientY;
    const move = (/** @type {PointerEvent} */ moved) => stretch(from + moved.clientY);
    element.setPointerCapture(event.pointerId);
    element.addEventListener("pointermove", move);
    element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", move), {
      once: true,
    });
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const by = { ArrowDown: STRETCH_STEP, ArrowUp: -STRETCH_STEP }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    stretch(stretched() + by);
  }

  function update() {
    view.style.setProperty("--stretch", `${stretched()}px`);
    setAttribute(element, "aria-valuenow", String(stretched()));
  }

  /** @param {Facts} _facts @param {Word} word */
  function load(_facts, word) {
    setAttribute(element, "aria-label", word("Height"));
    update();
  }

  return { element, load, update };
}

/** What a reader must know of the recording as a whole: one quiet line, which opens over the deck. */
export function createNotes() {
  const first = html("summary", { class: "deck-notes-first", ...KEEPS_KEYS });
  const all = html("ul", { class: "deck-notes-all" });
  const element = html("details", { class: "deck-notes" }, first, all);

  /** @param {Facts} facts */
  function load({ notes }) {
    element.hidden = notes.length === 0;
    element.open = false;
    first.replaceChildren(...withCode(notes[0] ?? ""));
    setOrRemoveAttribute(first, "data-more", notes.length > 1 ? `+${notes.length - 1}` : undefined);
    all.replaceChildren(...notes.map((note) => html("li", {}, ...withCode(note))));
  }

  return { element, load };
}

/**
 * Return a text with what is between backticks as code.
 *
 * @param {string} text
 */
export function withCode(text) {
  return text.split("`").map((piece, index) => (index % 2 ? html("code", {}, piece) : piece));
}
