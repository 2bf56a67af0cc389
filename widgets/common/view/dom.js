// Making and changing elements, and what they say. A change is guarded, so that redrawing the same thing costs nothing.

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
 * Return how many Latin letters wide a text is: a Chinese character is as wide as two (common/letters.py is the twin).
 *
 * @param {string} text
 */
export function displayWidth(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);
}
