// Small helpers to make and change elements. Changing is guarded, so that a redraw of the same frame costs nothing.

const SVG = "http://www.w3.org/2000/svg";

// JupyterLab takes the arrow keys away from an element unless that very element says no.
export const KEEPS_KEYS = { "data-lm-suppress-shortcuts": "true" };

// Each deck of a notebook loads this module anew, so a count alone would give two decks the same ids.
const here = Math.random().toString(36).slice(2, 8);
let last = 0;

export function uniqueId() {
  last += 1;
  return `tapedeck-${here}-${last}`;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function html(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function setAttributeOrNone(element, name, value) {
  if (value === undefined) element.removeAttribute(name);
  else setAttribute(element, name, value);
}

// A panel of a view: a group with a visible name.
export function panel(kind, ...children) {
  const id = uniqueId();
  const name = html("span", { id, class: "view-panel-name" });
  const head = html("div", { class: "view-panel-head" }, name);
  const element = html("div", { class: `view-panel ${kind}`, role: "group", "aria-labelledby": id }, head, ...children);
  return { element, head, name };
}
