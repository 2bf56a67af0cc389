// What views are made of: elements, which are made, changed, and redrawn once a frame; words; and what several views
// have: panels, a slider, the sentence that says what happens, a player.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {string | number | ((event: any) => void) | undefined} AttributeValue A function listens to an event. */
/** @typedef {Record<string, AttributeValue>} Attributes */
/** @typedef {(text: string, blanks?: Record<string, string | number>) => string} Word Gives a text in the learner's language. */

/** JupyterLab takes the arrow keys away from an element unless that very element has this attribute. */
export const KEEPS_KEYS = { "data-lm-suppress-shortcuts": "true" };

// Each view of a notebook loads this module anew, so a count alone would give two views the same ids.
const prefix = Math.random().toString(36).slice(2, 8);
let lastId = 0;

export function uniqueId() {
  lastId += 1;
  return `tapedeck-${prefix}-${lastId}`;
}

/**
 * @template {Element} Kind
 * @param {Kind} element
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** @param {Node} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string} value */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param {Element} element @param {Record<string, string | number>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, String(value));
}

/** @param {Element} element @param {string} name @param {string | undefined} value */
export function setOrRemoveAttribute(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else setAttribute(element, name, value);
}

/**
 * Redraw once a frame, however often something changes in between: at once, when what has changed has all changed, so
 * that the browser lays out the page a single time; and where that was in this very frame, in the next.
 *
 * @param {() => void} draw
 */
export function oncePerFrame(draw) {
  let [isRequested, isDrawn] = [false, false];
  let frame = 0;

  function request() {
    if (isRequested) return;
    isRequested = true;
    if (!isDrawn) queueMicrotask(run);
  }

  function run() {
    if (!isRequested) return;
    [isRequested, isDrawn] = [false, true];
    frame = requestAnimationFrame(nextFrame);
    draw();
  }

  function nextFrame() {
    isDrawn = false;
    run();
  }

  function cancel() {
    isRequested = false;
    cancelAnimationFrame(frame);
  }

  return { request, cancel };
}

/**
 * Return a translator. A view has no words of its own: the facts bring every text, keyed by its English form.
 *
 * @param {Record<string, string>} words
 * @returns {Word}
 */
export function translator(words) {
  return (text, blanks = {}) => fillBlanks(words[text] || text, blanks);
}

/**
 * Fill the `{name}` blanks of a text; a blank without a value stays as it is.
 *
 * @param {string} text
 * @param {Record<string, string | number>} blanks
 */
export function fillBlanks(text, blanks) {
  return text.replace(/\{(\w+)\}/g, (blank, name) => (name in blanks ? String(blanks[name]) : blank));
}

/**
 * Return how many Latin letters wide a text is: a Chinese character is as wide as two (common/columns.py is the twin).
 *
 * @param {string} text
 */
export function displayWidth(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
}

/**
 * Make a panel of a view: a group with a visible name.
 *
 * @param {string} kind its class
 * @param {Node[]} children
 */
export function panel(kind, ...children) {
  const id = uniqueId();
  const name = html("span", { id, class: "view-panel-name" });
  const head = html("div", { class: "view-panel-head" }, name);
  const element = html("div", { class: `view-panel ${kind}`, role: "group", "aria-labelledby": id }, head, ...children);
  return { element, head, name };
}

/** The attributes of a slider over the positions of a list. */
export const SLIDER = { type: "range", min: "0", max: "0", step: "1", class: "view-slider", ...KEEPS_KEYS };

/**
 * Create a labelled slider over the positions 0 … last of a list. What a position stands for is seen and spoken.
 *
 * @param {object} options
 * @param {(position: number) => void} options.move called while it slides
 * @param {() => void} options.rest called when it is let go
 * @param {string} [options.kind] a class
 */
export function createSlider({ move, rest, kind = "" }) {
  const handlers = { input: () => move(Number(input.value)), change: () => rest() };
  const input = html("input", { ...SLIDER, id: uniqueId(), ...handlers });
  const label = html("label", { class: "view-range-name", for: input.id });
  const value = html("span", { class: "view-range-value" }); // no <output>: that would be spoken with every move
  const above = html("div", { class: "view-range-above", "aria-hidden": "true" });
  const head = html("div", { class: "view-range-head" }, label, value);
  const element = html("div", { class: `view-range ${kind}` }, head, above, input);

  /** @param {string} name @param {number} last */
  function load(name, last) {
    setText(label, name);
    input.max = String(last);
  }

  /** @param {number} position @param {string} seen @param {string} spoken what a screen reader says */
  function draw(position, seen, spoken = seen) {
    if (input.value !== String(position)) input.value = String(position);
    setAttribute(input, "aria-valuetext", spoken);
    setText(value, seen);
  }

  return { element, input, above, load, draw };
}

const QUIET_MS = 350; // without a step, before a sentence is spoken
const MOST_ROOM = 220; // characters that room is kept for; a longer sentence scrolls

/**
 * Create the sentence that tells what just happened. It is seen at once, and spoken when the view rests.
 *
 * @param {number} mostRoom
 */
export function createStatus(mostRoom = MOST_ROOM) {
  const spare = html("p", { class: "view-says-spare", "aria-hidden": "true" });
  const seen = html("p", { class: "view-says-seen", "aria-hidden": "true" });
  const spoken = html("p", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const element = html("div", { class: "view-says" }, spare, seen, spoken);
  let start = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /**
   * The longest sentence takes the room, unseen, so that nothing below moves from one to the next.
   *
   * @param {string[]} sentences
   * @param {string} first what is said before anything has happened
   */
  function load(sentences, first = "") {
    start = first;
    const longest = sentences.reduce((found, one) => (one.length > found.length ? one : found), start);
    setText(spare, longest.slice(0, mostRoom));
  }

  function draw(sentence = start) {
    setText(seen, sentence);
    clearTimeout(timer);
    timer = setTimeout(() => setText(spoken, sentence), QUIET_MS);
    return sentence;
  }

  return { element, load, draw, remove: () => clearTimeout(timer) };
}

const STEP_MS = 1000; // how long a step is shown at speed 1

/**
 * Create a player: one step after another, until the end, or until somebody else moves the position.
 *
 * @param {object} options
 * @param {() => number} options.position
 * @param {() => number} options.last
 * @param {(position: number) => void} options.move
 * @param {(isPlaying: boolean) => void} options.changed
 */
export function createPlayer({ position, last, move, changed }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let expected = -1;
  let speed = 1;

  function play() {
    if (last() === 0) return;
    if (position() >= last()) move(0);
    schedule();
    changed(true);
  }

  function schedule() {
    expected = position();
    timer = setTimeout(advance, STEP_MS / speed);
  }

  function advance() {
    expected += 1;
    move(expected);
    if (position() >= last()) pause();
    else schedule();
  }

  function pause() {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    changed(false);
  }

  return {
    pause,
    toggle: () => (timer === undefined ? play() : pause()),
    /** Must be called when the position has changed. */
    moved: () => {
      if (timer !== undefined && position() !== expected) pause();
    },
    setSpeed: (/** @type {number} */ stepsPerSecond) => {
      speed = stepsPerSecond;
    },
  };
}
