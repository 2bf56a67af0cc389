// How a gradient is written where several paths join: its terms, what is still to come, and what they add up to so far.

import { displayWidth } from "../../common/view/elements.js";
import { shortened } from "./deck_state.js";

/** @typedef {Pick<import("./deck_facts.js").Contribution, "gradient" | "total" | "nth" | "count">} Term */

const MOST_TERMS = 4; // that are written out
const LAST_TERMS = 2; // that are, of more
const LINE = 16; // letters

/**
 * Return the gradient as it stands below a node: "4.0 + ?" while terms are missing.
 *
 * @param {Term} term the newest
 */
export function tagText({ total, nth, count }) {
  return nth < count ? `${shortened(total)} + ?` : shortened(total);
}

/**
 * Return the sum so far in lines: "6.0 + (-2.0) + ?", and when it is complete, "6.0 + (-2.0) = 4.0". Arrays are only
 * counted: their numbers do not fit.
 *
 * @param {Term[]} terms all that ever arrive
 * @param {number} arrived how many have
 * @returns {string[]}
 */
export function sumLines(terms, arrived) {
  const newest = terms[arrived - 1];
  if (!newest || newest.count < 2) return [];
  const { nth, count, total } = newest;
  const isComplete = nth >= count;
  if (isArray(total)) return [isComplete ? `Σ ${nth}/${count}` : `Σ ${nth}/${count} + ?`];
  if (!isComplete && nth === 1) return [];
  const isLong = count > MOST_TERMS;
  const from = isLong ? Math.max(0, arrived - LAST_TERMS) : 0;
  const parts = terms.slice(from, arrived).map(({ gradient }, index) => termText(gradient, from + index > 0));
  if (from > 0) parts.unshift("…");
  const end = isComplete ? `= ${shortened(total)}` : "+ ?";
  const pieces = parts.map((part, index) => (index ? `+ ${part}` : part));
  return wrapped([...pieces, isLong ? `${end} (${nth}/${count})` : end]);
}

/** @param {string} text */
function isArray(text) {
  return text.includes("[") || text.includes("(");
}

/** @param {string} text @param {boolean} isInside whether a sign stands before it */
function termText(text, isInside) {
  return isInside && text.startsWith("-") ? `(${shortened(text)})` : shortened(text);
}

/** @param {string[]} pieces */
function wrapped(pieces) {
  /** @type {string[]} */
  const lines = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(last) + displayWidth(piece) < LINE) lines[lines.length - 1] += ` ${piece}`;
    else lines.push(piece);
  }
  return lines;
}
