// An update as an arrow from x to the exact x − update, and from there a dotted line to the float that it rounds to.

import { displayWidth, setAttribute, setAttributes, setText, svg } from "../../common/view/elements.js";
import { shareText } from "./microscope_state.js";

/** @typedef {import("./microscope_state.js").Row} Row */
/** @typedef {{ near: string, far: string, hidden: string }} Captions by how long the arrow is */

const HEAD = 7; // pixels of the arrow's head
const SHORTEST = 2; // pixels; a shorter arrow is only its caption
const FAR = 10_000; // halves of a ULP that nobody counts
const LETTER = 7.4; // pixels, about

/**
 * @param {string} kind a class
 * @param {number} y how far down the arrow is
 * @param {number} lineY how far down the number line is
 */
export function createUpdateArrow(kind, y, lineY) {
  const shaft = svg("path", { class: "scope-shaft" });
  const head = svg("path", { class: "scope-head" });
  const rounding = svg("path", { class: "scope-rounding" });
  const landing = svg("circle", { class: "scope-lands", cy: lineY, r: 9 });
  const caption = svg("text", { class: "scope-caption", y: y - 9 });
  const element = svg("g", { class: `scope-arrow ${kind}` }, shaft, rounding, landing, head, caption);

  /**
   * @param {Row} row
   * @param {Captions} captions
   * @param {import("./floats.js").LineScale} scale
   * @param {number} width
   */
  function draw(row, captions, scale, width) {
    if (!Number.isFinite(row.update)) return hide();
    setAttribute(element, "display", "inline");
    const [start, exact, next] = [0, -row.update, row.next - row.x].map(scale);
    const end = Math.max(2, Math.min(width - 2, exact));
    const direction = Math.sign(end - start) || 1;
    const isSeen = Math.abs(end - start) >= SHORTEST;
    const back = Math.min(HEAD, Math.abs(end - start));
    setAttribute(shaft, "d", isSeen ? `M${start} ${y}H${end}` : "");
    setAttribute(head, "d", isSeen ? `M${end} ${y}l${-direction * back} ${-back * 0.6}v${back * 1.2}z` : "");
    const isInside = end === exact && isSeen && Number.isFinite(next);
    setAttribute(rounding, "d", isInside ? `M${exact} ${y}V${lineY - 26}L${next} ${lineY - 10}` : "");
    const landsAt = Number.isFinite(next) ? Math.max(-99, Math.min(width + 99, next)) : -99;
    setAttributes(landing, { cx: landsAt, r: isSeen ? 9 : 0 });
    setText(caption, captionOf(row, captions, isSeen));
    // The caption begins at x, or so far before it that it ends within the picture.
    const last = width - displayWidth(caption.textContent ?? "") * LETTER;
    setAttribute(caption, "x", String(Math.max(0, Math.min(start, last))));
  }

  function hide() {
    setAttribute(element, "display", "none");
  }

  return { element, draw, hide };
}

/** @param {Row} row @param {Captions} captions @param {boolean} isSeen */
export function captionOf(row, { near, far, hidden }, isSeen) {
  if (row.share >= FAR) return far;
  return (isSeen || row.update === 0 ? near : hidden).replace("{share}", shareText(row.share, row.dtype));
}
