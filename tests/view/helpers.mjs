// What the unit tests share: real payloads as models, and numbers as bytes.

import { readFileSync } from "node:fs";

/** A translator that gives every text in English. */
export { translator } from "../../widgets/common/view/elements.js";

/** @param {string} name @returns {any} */
export function readPayload(name) {
  return JSON.parse(readFileSync(new URL(`payloads/${name}.json`, import.meta.url), "utf8"));
}

/**
 * Return a model over some traits, as a saved page makes one.
 *
 * @param {Record<string, any>} traits
 * @returns {any}
 */
export function modelOf(traits) {
  /** @type {Map<string, Set<() => void>>} */
  const listeners = new Map();
  const listenersOf = (/** @type {string} */ event) => listeners.get(event) ?? new Set();
  const values = Object.fromEntries(Object.entries(traits).map(([name, value]) => [name, revived(value)]));
  return {
    get: (/** @type {string} */ name) => values[name],
    set: (/** @type {string} */ name, /** @type {any} */ value) => {
      values[name] = value;
      for (const listener of listenersOf(`change:${name}`)) listener();
    },
    on: (/** @type {string} */ event, /** @type {() => void} */ listener) => {
      listeners.set(event, listenersOf(event).add(listener));
    },
    off: (/** @type {string} */ event, /** @type {() => void} */ listener) => listenersOf(event).delete(listener),
    save_changes: () => {},
  };
}

/** @param {any} value */
function revived(value) {
  if (value?.base64 === undefined) return value;
  return bytesOf(Buffer.from(value.base64, "base64"));
}

/**
 * Return bytes as a message brings them: somewhere in a larger buffer, not where numbers may start.
 *
 * @param {ArrayBufferView} array
 */
export function bytesOf(array) {
  const whole = new Uint8Array(array.byteLength + 3);
  whole.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), 3);
  return new DataView(whole.buffer, 3);
}

/** Pseudorandom numbers from 0 to 1, the same in every run (Park and Miller's generator). */
export function randomNumbers(seed = 1) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
