// In which column each node of a graph stands, and in which order within it: the first half of a layered layout
// (Sugiyama, Tagawa and Toda, https://en.wikipedia.org/wiki/Layered_graph_drawing). Nodes are numbers from 0 here. An edge
// that passes columns has a bend in each, which takes a place there as a node does: bends are numbered after the nodes.

/** @typedef {{ from: number, to: number }} Link */
/**
 * `columns` are the nodes and bends of each column, in order. `chains` are the stops of each link, both ends included: none
 * between them where a link goes too far. `before` and `after` are the stops next to each stop.
 *
 * @typedef {{ columns: number[][], column: number[], chains: number[][], isFar: boolean[], before: number[][],
 *   after: number[][] }} Layers
 */

const MOST_BENDS = 1500; // of a graph whose edges are all drawn whole
const FAR = 6; // columns that an edge may pass in a graph with more
const SMALL = 700; // stops of a graph whose crossings are counted
const SWEEPS = { small: 16, large: 6 };

/**
 * @param {number} count of nodes
 * @param {Link[]} links
 * @returns {Layers}
 */
export function layersOf(count, links) {
  const column = columnsOf(count, links);
  const spans = links.map(({ from, to }) => Math.max(0, column[to] - column[from] - 1));
  const most = spans.reduce((sum, span) => sum + span, 0) > MOST_BENDS ? FAR : Infinity;
  const chains = links.map(({ from, to }, number) => {
    const bends = spans[number] > most ? 0 : spans[number];
    const chain = [from];
    for (let step = 1; step <= bends; step += 1) chain.push(column.push(column[from] + step) - 1);
    return [...chain, to];
  });
  /** @type {number[][]} */
  const before = column.map(() => []);
  /** @type {number[][]} */
  const after = column.map(() => []);
  for (const chain of chains) {
    chain.slice(1).forEach((stop, index) => {
      if (column[stop] !== column[chain[index]] + 1) return;
      before[stop].push(chain[index]);
      after[chain[index]].push(stop);
    });
  }
  const isFar = links.map(({ from, to }, number) => spans[number] > most || column[to] <= column[from]);
  return { columns: ordered(column, before, after), column, chains, isFar, before, after };
}

/**
 * Return each node's column: right of all that it is made from, and as near to what is made from it as costs nothing, so
 * that a parameter stands just before its first use.
 *
 * @param {number} count
 * @param {Link[]} links
 * @returns {number[]}
 */
function columnsOf(count, links) {
  const [into, outOf] = neighbors(count, links);
  const order = topologicalOrder(into, outOf);
  const place = new Int32Array(count);
  order.forEach((node, index) => {
    place[node] = index;
  });
  const column = new Array(count).fill(0);
  for (const node of order) {
    for (const from of into[node]) {
      if (place[from] < place[node]) column[node] = Math.max(column[node], column[from] + 1);
    }
  }
  for (const node of order.toReversed()) {
    const users = outOf[node].filter((user) => place[user] > place[node]);
    if (!users.length || into[node].length > users.length) continue;
    column[node] = users.reduce((least, user) => Math.min(least, column[user] - 1), Infinity);
  }
  return column;
}

/**
 * Return which nodes each node comes from, and which it goes to: each once.
 *
 * @param {number} count
 * @param {Link[]} links
 */
function neighbors(count, links) {
  const sets = [0, 1].map(() => Array.from({ length: count }, () => new Set()));
  for (const { from, to } of links) {
    sets[0][to].add(from);
    sets[1][from].add(to);
  }
  return sets.map((/** @type {Set<number>[]} */ each) => each.map((set) => [...set]));
}

/**
 * Return the nodes in an order in which each comes after all that it is made from. A cycle is cut at its first node.
 *
 * @param {number[][]} into
 * @param {number[][]} outOf
 */
function topologicalOrder(into, outOf) {
  const missing = into.map((nodes) => nodes.length);
  const isDone = new Uint8Array(into.length);
  const ready = [...missing.keys()].filter((node) => missing[node] === 0);
  let cut = 0;
  for (let next = 0; next < into.length; next += 1) {
    if (next === ready.length) {
      while (isDone[cut]) cut += 1;
      ready.push(cut);
    }
    const node = ready[next];
    isDone[node] = 1;
    for (const user of outOf[node]) {
      missing[user] -= 1;
      if (missing[user] === 0 && !isDone[user]) ready.push(user);
    }
  }
  return ready;
}

/**
 * Return the stops of each column in an order with few crossings: each near the middle of its neighbors, again and again.
 *
 * @param {number[]} column
 * @param {number[][]} before
 * @param {number[][]} after
 */
function ordered(column, before, after) {
  /** @type {number[][]} */
  const columns = Array.from({ length: column.reduce((most, at) => Math.max(most, at), -1) + 1 }, () => []);
  column.forEach((at, stop) => columns[at].push(stop));
  const place = new Float64Array(column.length);
  for (const stops of columns) number(stops, place);
  const isSmall = column.length <= SMALL;
  let current = columns;
  let best = { columns, crossings: isSmall ? crossings(columns, after, place) : Infinity };
  for (let sweep = 0; sweep < (isSmall ? SWEEPS.small : SWEEPS.large) && best.crossings > 0; sweep += 1) {
    const isForward = sweep % 2 === 0;
    current = current.map((stops) => [...stops]);
    const inTurn = isForward ? current : current.toReversed();
    for (const stops of inTurn) sortByNeighbors(stops, isForward ? before : after, place);
    const found = { columns: current, crossings: isSmall ? crossings(current, after, place) : Infinity };
    if (found.crossings < best.crossings || !isSmall) best = found;
  }
  return best.columns;
}

/** @param {number[]} stops @param {Float64Array} place */
function number(stops, place) {
  stops.forEach((stop, index) => {
    place[stop] = index;
  });
}

/** @param {number[]} stops @param {number[][]} neighborsOf @param {Float64Array} place */
function sortByNeighbors(stops, neighborsOf, place) {
  if (stops.length < 2) return;
  const middle = new Map(
    stops.map((stop) => {
      const near = neighborsOf[stop];
      return [stop, near.length ? near.reduce((sum, one) => sum + place[one], 0) / near.length : place[stop]];
    }),
  );
  stops.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0) || place[a] - place[b]);
  number(stops, place);
}

/**
 * Return how many pairs of links cross.
 *
 * @param {number[][]} columns
 * @param {number[][]} after
 * @param {Float64Array} place
 */
function crossings(columns, after, place) {
  let count = 0;
  for (const stops of columns) {
    /** @type {number[]} the places where the links of the stops above end */
    const ends = [];
    for (const stop of stops) {
      const own = after[stop].map((next) => place[next]);
      for (const end of own) for (const other of ends) if (other > end) count += 1;
      ends.push(...own);
    }
  }
  return count;
}
