// The way of a gradient from the target to a source that it does not reach, or reaches as 0, NaN or inf: step by step, and
// where on this way it stops. All of it follows from what was recorded. Nothing here draws.

import { nameOf, shortened } from "./deck_state.js";

/** @typedef {import("./deck_facts.js").Facts} Facts */
/** @typedef {Pick<import("./deck_facts.js").DiagnosisFacts, "backward_pass" | "sources" | "place">} Question */
/** @typedef {"flows" | "none" | "zero" | "broken"} Arrival What arrived at a tensor; broken: NaN or inf. */
/**
 * A tensor on the way: what it is called, what made it, what arrived at it, and the position to look at it.
 *
 * @typedef {{ tensor: number, name: string, maker: string, arrival: Arrival, gradient: string, at: number }} Link
 */
/** @typedef {{ links: Link[], cut: number, isGap: boolean }} Chain `cut` links still have their gradient; a gap: no step joins both parts. */

/**
 * Return the shortest way from a target to the first source that has one, and where the gradient stops on it; undefined
 * where the recording does not show that.
 *
 * @param {Facts} facts
 * @param {Question} question
 * @returns {Chain | undefined}
 */
export function chainOf(facts, question) {
  const { backward_pass: pass, sources } = question;
  const seed = facts.steps.find((step) => step.kind === "seed" && step.backward_pass === pass);
  const targets = seed?.contributions?.map(({ tensor }) => tensor) ?? [];
  const arrivals = facts.contributions[pass];
  if (!arrivals || !targets.length || targets.some((target) => arrivalAt(arrivals, target) !== "flows"))
    return undefined;
  for (const source of sources) {
    const end = arrivalAt(arrivals, source);
    const isBad = (/** @type {number} */ tensor) => arrivalAt(arrivals, tensor) === end;
    const mayGo = (/** @type {number} */ from, /** @type {number} */ to) =>
      isBad(to) || (!isBad(from) && arrivals.has(to));
    const way = end === "flows" ? undefined : wayBack(facts, targets, source, mayGo);
    if (way) {
      const links = way.map((_, index) => link(facts, pass, way, index));
      return { links, cut: way.findIndex(isBad), isGap: false };
    }
  }
  const source = sources.find((one) => arrivalAt(arrivals, one) === "none");
  if (source === undefined || sources.some((one) => wayBack(facts, targets, one))) return undefined;
  const parts = [towardsFault(facts, targets, question), sinceFault(facts, source, question)];
  const way = parts.flat();
  return { links: way.map((_, index) => link(facts, pass, way, index)), cut: parts[0].length, isGap: true };
}

/** @param {Facts["contributions"][0]} arrivals @param {number} tensor @returns {Arrival} */
function arrivalAt(arrivals, tensor) {
  const timeline = arrivals.get(tensor);
  if (!timeline) return "none";
  if (timeline.some(({ norm }) => norm === null)) return "broken";
  return timeline.every(({ norm }) => norm === 0) ? "zero" : "flows";
}

/**
 * Return the tensors of the shortest way back, both ends included.
 *
 * @param {Facts} facts
 * @param {number[]} starts
 * @param {number} end
 * @param {(from: number, to: number) => boolean} mayGo
 * @returns {number[] | undefined}
 */
function wayBack(facts, starts, end, mayGo = () => true) {
  /** @type {Map<number, number>} tensor to that from which it was reached */
  const reached = new Map(starts.map((start) => [start, -1]));
  for (const tensor of reached.keys()) {
    if (tensor === end) {
      const way = [];
      for (let at = end; at >= 0; at = reached.get(at) ?? -1) way.unshift(at);
      return way;
    }
    for (const input of inputsOf(facts, tensor))
      if (!reached.has(input) && mayGo(tensor, input)) reached.set(input, tensor);
  }
  return undefined;
}

/** @param {Facts} facts @param {number} tensor */
function inputsOf({ entries, producerOf }, tensor) {
  return entries[producerOf.get(tensor) ?? -1]?.inputs ?? [];
}

/**
 * Return the way from the target to what the faulty line has made of numbers that left TensorFlow; else only the target.
 *
 * @param {Facts} facts
 * @param {number[]} targets
 * @param {Question} question
 */
function towardsFault(facts, targets, { place }) {
  const { first, lines } = facts.listings[place?.[0] ?? -1] ?? { first: 0, lines: [] };
  const assigned = /^\s*(\w+)\s*=[^=]/.exec(lines[(place?.[1] ?? 0) - first] ?? "")?.[1];
  const ends = [...facts.tensors.keys()].filter(
    (one) => facts.tensors[one].name === assigned && !facts.producerOf.has(one),
  );
  const ways = ends.flatMap((end) => {
    const way = wayBack(facts, targets, end);
    return way ? [way] : [];
  });
  return ways[0] ?? [targets[0]];
}

/**
 * Return the way from the last of what the faulty line has made of the source to the source; else only the source.
 *
 * @param {Facts} facts
 * @param {number} source
 * @param {Question} question
 */
function sinceFault(facts, source, { place }) {
  const isFaulty = (/** @type {number} */ row) => {
    const at = facts.entries[row].place;
    return at !== null && at[0] === place?.[0] && at[1] === place[1];
  };
  for (const row of facts.rows.filter(isFaulty).reverse()) {
    const way = wayBack(facts, facts.entries[row].outputs, source);
    if (way) return way;
  }
  return [source];
}

/** @param {Facts} facts @param {number} pass @param {number[]} way @param {number} index @returns {Link} */
function link(facts, pass, way, index) {
  const tensor = way[index];
  const producer = facts.entries[facts.producerOf.get(tensor) ?? -1];
  const own = facts.tensors[tensor].name;
  const name = own.split("/").slice(-2).join("/") || producer?.label || nameOf(facts, tensor);
  const arrival = arrivalAt(facts.contributions[pass], tensor);
  const last = facts.contributions[pass].get(tensor)?.at(-1);
  const since = facts.existsFrom.get(tensor) ?? facts.existsFrom.get(way[index - 1]) ?? 0;
  const gradient = {
    flows: shortened(last?.total ?? "", 11),
    none: "None",
    zero: "0.0",
    broken: brokenText(last?.total),
  }[arrival];
  return { tensor, name, maker: producer?.op ?? "", arrival, gradient, at: last?.at ?? since };
}

/** @param {string} [text] */
function brokenText(text = "") {
  return /inf/.test(text) && !/nan/.test(text) ? "inf" : "NaN";
}

/**
 * Return the links that are shown where there are too many: those round the cut, and both ends; a number stands for as many
 * that are left out.
 *
 * @param {Chain} chain
 * @param {number} most
 * @returns {(Link | number)[]}
 */
export function abridged({ links, cut }, most) {
  const far = (/** @type {number} */ index) => Math.abs(index - cut + 0.5);
  const byWorth = [...links.keys()].sort((a, b) => far(a) - far(b));
  const ends = [0, links.length - 1];
  const kept = new Set([...byWorth.slice(0, 2), ...ends, ...byWorth]);
  const shown = [...kept].slice(0, most).sort((a, b) => a - b);
  return shown.flatMap((index, place) => {
    const between = place ? index - shown[place - 1] - 1 : 0;
    return between ? [between, links[index]] : [links[index]];
  });
}
