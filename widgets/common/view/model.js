// A view and its model. The model is all that a view knows of Python: traits to get, set, listen to and save. A view
// needs no more than that and an element; it may have no kernel.

import { html, svg } from "./elements.js";
import { bytesFrom } from "./numbers.js";

/**
 * A model as anywidget gives it, or as a saved page makes one. `Traits` are the contract between Python and the view.
 *
 * @template {object} Traits
 * @typedef {object} Model
 * @property {<Name extends keyof Traits & string>(name: Name) => Traits[Name]} get
 * @property {<Name extends keyof Traits & string>(name: Name, value: Traits[Name]) => void} set
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 * @property {() => void} save_changes
 */

/**
 * Traits that every view has (common/widget.py is the other side).
 *
 * @typedef {object} CommonTraits
 * @property {string} locked what to predict first; empty if the view is open
 * @property {{ name?: string, open?: string }} [lock] the name of that prediction, and what the button says that opens
 *   the view without one
 * @property {string} [still] by what its still is found in the page: the picture that a notebook keeps; empty without one
 * @property {boolean} alive false in a saved page, which has no kernel
 * @property {string} problem why Python refused the latest change; empty if it did not
 */

/**
 * @template {object} Traits
 * @typedef {(context: { model: Model<Traits>, el: HTMLElement }) => () => void} Render Returns how to remove the view.
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} element
 * @property {Record<string, () => void>} listeners what to do when a trait changes, by trait
 * @property {() => void} remove
 */

/**
 * Listen to changes of traits; returns the function that stops listening.
 *
 * @param {Pick<Model<any>, "on" | "off">} model
 * @param {Record<string, () => void>} listeners by trait
 */
export function listen(model, listeners) {
  for (const [trait, listener] of Object.entries(listeners)) model.on(`change:${trait}`, listener);
  return () => {
    for (const [trait, listener] of Object.entries(listeners)) model.off(`change:${trait}`, listener);
  };
}

/**
 * Return the `render` function of a view: show it, keep it up to date, and remove it again.
 *
 * @template {CommonTraits} Traits
 * @param {(model: Model<Traits>) => View} create
 * @returns {Render<Traits>}
 */
export function renderer(create) {
  return ({ model, el }) => {
    const view = create(withBytes(model));
    const stopListening = listen(model, view.listeners);
    const showStill = hideStill(model);
    el.append(view.element);
    return () => {
      stopListening();
      showStill();
      view.remove();
    };
  };
}

/**
 * Return a model in which binary values are bytes, also where Python had to send them as text: `{ base64: "AAAA" }`.
 *
 * @template {object} Traits
 * @param {Model<Traits>} model
 * @returns {Model<Traits>}
 */
export function withBytes(model) {
  return {
    get: (name) => asBytes(model.get(name)),
    set: (name, value) => model.set(name, value),
    on: (event, listener) => model.on(event, listener),
    off: (event, listener) => model.off(event, listener),
    save_changes: () => model.save_changes(),
  };
}

/** @type {WeakMap<object, any>} what was read already, by what Python sent */
const read = new WeakMap();

/** @param {any} value a trait, or a part of one */
function asBytes(value) {
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  if (!read.has(value)) read.set(value, bytesIn(value));
  return read.get(value);
}

/** @param {any} value */
function bytesIn(value) {
  if (typeof value.base64 === "string") return new DataView(bytesFrom(value.base64));
  if (Array.isArray(value)) return value.map(asBytes);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asBytes(part)]));
}

/**
 * Hide the still of a view, wherever it stands and whenever it comes; returns how to show it again. A style does that in
 * every notebook, also where the still is drawn later.
 *
 * @param {Model<any>} model
 */
function hideStill(model) {
  const key = model.get("still");
  if (!key) return () => {};
  const style = html("style", {}, `.tapedeck-still-${key} { display: none; }`);
  document.head.append(style);
  return () => style.remove();
}

const PADLOCK = "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9";

/**
 * Return a `render` that shows what the given one does, as soon as the model is not locked. A view that waits for a
 * prediction says which, and shows nothing else until the learner has committed.
 *
 * @template {CommonTraits} Traits
 * @param {Render<Traits>} render
 * @returns {Render<Traits>}
 */
export function lockable(render) {
  return ({ model, el }) => {
    let remove = show();
    const stopListening = listen(model, {
      locked: () => {
        remove();
        remove = show();
      },
    });

    function show() {
      const message = model.get("locked");
      return message ? showLock(message, model, el) : render({ model, el });
    }

    return () => {
      stopListening();
      remove();
    };
  };
}

/**
 * Show which prediction a view waits for: as a link to its form, and beside it a button that opens the view without.
 *
 * @template {CommonTraits} Traits
 * @param {string} message
 * @param {Model<Traits>} model
 * @param {HTMLElement} el
 */
function showLock(message, model, el) {
  const { name, open } = model.get("lock") ?? {};
  const icon = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: PADLOCK }));
  const link = html("button", { type: "button", class: "view-lock-link", click: () => showPrediction(name) }, message);
  const view = html("div", { class: "view view-locked" }, icon, name ? link : html("span", {}, message));
  if (open) view.append(html("button", { type: "button", class: "view-word", click: unlock }, open));
  const element = html("div", { class: "tapedeck" }, view);
  const showStill = hideStill(model);
  el.append(element);

  function unlock() {
    model.set("locked", "");
    save(model);
  }

  return () => {
    showStill();
    element.remove();
  };
}

/** Bring the form of a prediction into sight, with the focus in it: the last one of this name, if it was asked twice. */
function showPrediction(/** @type {string | undefined} */ name) {
  const forms = [...document.querySelectorAll(".tapedeck [data-prediction]")];
  const form = forms.filter((one) => one.getAttribute("data-prediction") === name).pop();
  form?.scrollIntoView({ block: "center" });
  const field = form?.querySelector("input, [tabindex='0'], button");
  if (field instanceof HTMLElement) field.focus({ preventScroll: true });
}

const REST_MS = 250; // longer than between two keys, so that no picture waits while Python is told of one

/** @type {WeakMap<object, () => void>} of a model that has something to tell: how to wait no longer */
const waiting = new WeakMap();

/**
 * Tell Python now: it is asked for something.
 *
 * @param {Pick<Model<any>, "save_changes">} model
 */
export function save(model) {
  waiting.get(model)?.();
  try {
    model.save_changes();
  } catch {
    // The kernel is gone. Everything that the view shows is already here.
  }
}

/**
 * Tell Python once nothing has moved for a while, or the learner turns to something else: a cell may ask for it next.
 *
 * @param {Pick<Model<any>, "save_changes">} model
 */
export function saveAtRest(model) {
  waiting.get(model)?.();
  const timer = setTimeout(() => save(model), REST_MS);
  const focusMoved = (/** @type {FocusEvent} */ event) => {
    if (!(event.target instanceof Element) || !event.target.closest(".tapedeck")) save(model);
  };
  addEventListener("focusin", focusMoved, true);
  waiting.set(model, () => {
    clearTimeout(timer);
    removeEventListener("focusin", focusMoved, true);
    waiting.delete(model);
  });
}
