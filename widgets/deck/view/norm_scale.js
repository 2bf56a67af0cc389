// The scale of the norms panel: logarithmic, over whole decades. Nothing here draws.

/** @typedef {{ low: number, high: number }} Scale from one power of ten to another */

const FEWEST = 3; // decades
const LONGEST_NAME = 16;
const SHORTEST = 0.02; // a bar that is there is seen

/**
 * Return a scale over norms: whole decades around them, three at least.
 *
 * @param {(number | null)[]} norms null for what is none; 0 has no place on a logarithmic scale
 * @returns {Scale}
 */
export function decades(norms) {
  const powers = norms.flatMap((norm) => (norm ? [Math.log10(norm)] : []));
  const high = powers.length ? Math.floor(Math.max(...powers)) + 1 : 0;
  const low = Math.min(high - FEWEST, powers.length ? Math.floor(Math.min(...powers) - 0.1) : 0);
  return { low, high };
}

/**
 * Return how long the bar of a norm is, as a part of the scale.
 *
 * @param {number} norm
 * @param {Scale} scale
 */
export function lengthOf(norm, { low, high }) {
  if (norm === 0) return 0;
  return Math.max(SHORTEST, Math.min(1, (Math.log10(norm) - low) / (high - low)));
}

/**
 * Return the one of the smallest norm; undefined if none has a norm.
 *
 * @template {{ norm: number | null }} Kind
 * @param {Kind[]} sources
 * @returns {Kind | undefined}
 */
export function smallest(sources) {
  return sources.reduce(
    (/** @type {Kind | undefined} */ least, one) =>
      one.norm !== null && one.norm < (least?.norm ?? Infinity) ? one : least,
    undefined,
  );
}

/**
 * Return a name that is too long without its middle: both ends tell names apart.
 *
 * @param {string} name
 */
function cut(name) {
  const half = Math.floor((LONGEST_NAME - 1) / 2);
  return name.length > LONGEST_NAME ? `${name.slice(0, half)}…${name.slice(-half)}` : name;
}

/**
 * Return names without the path that all of them begin with, and the layer and the weight of it where that says enough:
 * `lstm/kernel` of `sequential/lstm/lstm_cell/kernel`.
 *
 * @param {string[]} names
 */
export function shortNames(names) {
  const paths = names.map((name) => name.split("/"));
  let shared = 0;
  const isShared = (/** @type {number} */ at) =>
    paths.every((path) => path.length > at + 1 && path[at] === paths[0][at]);
  while (paths.length > 1 && isShared(shared)) shared += 1;
  const own = paths.map((path) => path.slice(shared));
  const ends = own.map((path) => (path.length > 2 ? [path[0], path[path.length - 1]] : path).join("/"));
  const isEnough = new Set(ends).size === new Set(names).size;
  return (isEnough ? ends : own.map((path) => path.join("/"))).map(cut);
}
