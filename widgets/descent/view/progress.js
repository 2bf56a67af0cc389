// How far it is: what is missing of the paths is computed while the learner slides what is there already. A row that is
// there once has its place until the view goes, so that nothing below it moves.

import { html, KEEPS_KEYS, setAttribute, setText, uniqueId } from "../../common/view/elements.js";
import { watchKernel } from "../../common/view/kernel.js";
import { save } from "../../common/view/model.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {{ share: number, text: string } | Record<string, never>} Progress empty once all is there */
/** @typedef {"none" | "running" | "stopped" | "gone" | "done"} ProgressKind */

const RARELY = 15_000; // milliseconds between two times that it is spoken how far it is

/**
 * Return what is to be shown of how far it is.
 *
 * @param {{ progress: Progress, isComputing: boolean, isAlive: boolean, isKernelGone: boolean, wasSeen: boolean }} state
 * @returns {ProgressKind}
 */
export function progressKind({ progress, isComputing, isAlive, isKernelGone, wasSeen }) {
  if (!progress.text) return wasSeen ? "done" : "none";
  if (!isAlive) return "stopped";
  if (isKernelGone) return "gone";
  return isComputing ? "running" : "stopped";
}

/**
 * @param {import("./descent_facts.js").DescentModel} model
 * @param {() => void} redraw
 */
export function createProgress(model, redraw) {
  const isComputing = () => Boolean(model.get("computing"));
  const kernel = watchKernel(model, ["progress", "computing"], isComputing, redraw);
  const bar = /** @type {HTMLProgressElement} */ (html("progress", { id: uniqueId(), max: 1, value: 0 }));
  const text = html("label", { class: "descent-so-far", for: bar.id });
  const button = html("button", { type: "button", class: "view-word", click: press, ...KEEPS_KEYS });
  const spoken = html("span", { class: "view-unseen", role: "status", "aria-live": "polite" });
  const element = html("div", { class: "descent-progress", hidden: "" }, bar, text, button);
  /** @type {Word} */
  let word;
  let wasSeen = false;
  /** @type {ProgressKind} */
  let kind = "none";
  let spokenAt = 0;

  /** @param {unknown} _facts @param {Word} newWord */
  function load(_facts, newWord) {
    word = newWord;
  }

  function press() {
    model.set("computing", !isComputing());
    save(model);
    redraw();
  }

  function draw() {
    const progress = model.get("progress") ?? {};
    const isAlive = model.get("alive") !== false;
    const { isKernelGone } = kernel.now();
    const before = kind;
    kind = progressKind({ progress, isComputing: isComputing(), isAlive, isKernelGone, wasSeen });
    element.hidden = kind === "none";
    if (kind === "none") return;
    if (!wasSeen) element.append(spoken); // a view that has nothing to compute has nothing to say
    wasSeen = true;
    setAttribute(element, "data-kind", kind);
    bar.value = progress.share ?? 1;
    bar.hidden = kind !== "running";
    setText(text, sentence(progress.text ?? ""));
    setText(button, word(kind === "running" ? "Cancel" : "Go on"));
    button.hidden = kind === "done" || kind === "gone" || !isAlive;
    if (kind !== before || Date.now() - spokenAt > RARELY) {
      setText(spoken, text.textContent ?? "");
      spokenAt = Date.now();
    }
  }

  /** @param {string} what */
  function sentence(what) {
    if (kind === "running") return word("Computing: {what}", { what });
    if (kind === "gone") return word("The kernel has stopped at {what}. What is there can be used.", { what });
    if (kind === "stopped") return word("Stopped at {what}. What is there can be used.", { what });
    return word("All is computed.");
  }

  return { element, load, draw, remove: kernel.remove };
}
