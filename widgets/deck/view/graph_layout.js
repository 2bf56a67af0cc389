// Where the nodes and edges of a graph go: a layered layout from left to right. What a graph is made from stands at the
// left, what comes out at the right. Nothing here draws, and the same graph is always laid out in the same way.

import { layersOf } from "./graph_layers.js";

/** @typedef {{ x: number, y: number }} Point */
/**
 * Edges meet a node at the sides of its box: of `boxWidth`, `boxHeight`, with its middle `anchor` below the node's top. Where
 * these are left out, the box is the whole node.
 *
 * @typedef {{ id: number, width: number, height: number, boxWidth?: number, boxHeight?: number, anchor?: number }} Box
 */
/** @typedef {{ left: number, top: number, column: number }} Position */
/** @typedef {{ left: number, top: number, width: number, height: number }} Bounds */
/**
 * `points` lead from a node to another, in turn over a gap between columns and across a column. Of an edge that goes too
 * far to be drawn whole, they are only its end.
 *
 * @typedef {{ points: Point[], isFar: boolean, label: Point, from: number, to: number }} Route
 */

const STEEP = 0.1; // of the height that edges climb, added to the gap, up to:
const MOST_GAP = 100;
const APART = 14; // between nodes of a column
const BEND = 6; // room above and below an edge that passes a column
const PORTS = 14; // between edges at one node, at most
const LABEL = { height: 15, room: 34, right: 7 }; // right of the middle: at the left is the arrow's head
const STUB = { long: 40, high: 24 }; // of an edge that goes too far
const MARGIN = 8;
const ROUNDS = 10; // in which the nodes of a column move towards their neighbors
const WEIGHTS = { leaf: 1, node: 5, bend: 12 }; // how firmly a stop keeps its line

/**
 * Return where nodes and edges go, and the box that they fill. Edges to nodes that are not there are left out.
 *
 * @template {Box} NodeBox
 * @template {{ from: number, to: number, labelWidth?: number }} Link
 * @param {NodeBox[]} nodes
 * @param {Link[]} edges
 * @param {number} [gap] between columns
 */
export function layOut(nodes, edges, gap) {
  const parts = layOutInParts(nodes, edges, gap);
  for (;;) {
    const part = parts.next();
    if (part.done) return part.value;
  }
}

/**
 * Lay out in parts, none of which takes long: a page that waits for a large graph stays awake in between.
 *
 * @template {Box} NodeBox
 * @template {{ from: number, to: number, labelWidth?: number }} Link
 * @param {NodeBox[]} nodes
 * @param {Link[]} edges
 * @param {number} [gap] between columns
 */
export function* layOutInParts(nodes, edges, gap = 40) {
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  const drawn = edges.filter(({ from, to }) => indexOf.has(from) && indexOf.has(to));
  const links = drawn.map(({ from, to }) => ({ from: indexOf.get(from) ?? 0, to: indexOf.get(to) ?? 0 }));
  const layers = layersOf(nodes.length, links);
  yield;
  const lines = yield* linesOf(nodes, layers);
  const across = acrossOf(nodes, drawn, layers, lines, gap);
  const placed = nodes.map((node, index) => {
    const column = layers.column[index];
    const { left, width } = across[column];
    return { ...node, column, left: left + (width - node.width) / 2, top: lines[index] - anchorOf(node) };
  });
  const routes = routesOf(placed, links, layers, lines, across);
  spreadLabels(drawn, routes);
  const routed = drawn.map((edge, number) => ({ ...edge, ...routes[number], from: edge.from, to: edge.to }));
  return { nodes: placed, edges: routed, columns: across, ...boundsOf(placed, routed) };
}

/** @param {Box} node */
function anchorOf({ height, anchor = height / 2 }) {
  return anchor;
}

/**
 * Return the height of each stop's line, where its edges meet it: near those of its neighbors, with room between.
 *
 * @param {Box[]} nodes
 * @param {import("./graph_layers.js").Layers} layers
 */
function* linesOf(nodes, { columns, column, before, after }) {
  const above = column.map((_, stop) => (stop < nodes.length ? anchorOf(nodes[stop]) : BEND));
  const below = column.map((_, stop) => (stop < nodes.length ? nodes[stop].height - anchorOf(nodes[stop]) : BEND));
  const weights = column.map((_, stop) => {
    if (stop >= nodes.length) return WEIGHTS.bend;
    return before[stop].length || after[stop].length > 1 ? WEIGHTS.node : WEIGHTS.leaf;
  });
  const apart = (/** @type {number[]} */ ...stops) => (stops.some((stop) => stop >= nodes.length) ? APART / 3 : APART);
  const lines = new Array(column.length).fill(0);
  const rooms = columns.map((stops) =>
    stops.map((stop, index) => (index ? below[stops[index - 1]] + apart(stops[index - 1], stop) + above[stop] : 0)),
  );
  const firmness = columns.map((stops) => stops.map((stop) => weights[stop]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    const sides = round === ROUNDS ? [before, after] : [round % 2 ? after : before];
    const order = round % 2 ? [...columns.keys()].reverse() : [...columns.keys()];
    for (const at of order) {
      const stops = columns[at];
      const wanted = stops.map((stop) => wantedLine(stop, sides, lines, weights));
      const found = spread(wanted, rooms[at], firmness[at]);
      stops.forEach((stop, index) => {
        lines[stop] = found[index];
      });
    }
    yield;
  }
  return lines;
}

/** @param {number} stop @param {number[][][]} sides @param {number[]} lines @param {number[]} weights */
function wantedLine(stop, sides, lines, weights) {
  let [sum, weight] = [0, 0];
  for (const side of sides) {
    for (const near of side[stop]) {
      sum += lines[near] * weights[near];
      weight += weights[near];
    }
  }
  return weight ? sum / weight : lines[stop];
}

/**
 * Return places in order that are near the wanted ones, with at least the given room before each: the least squares, by
 * pooling adjacent violators (https://en.wikipedia.org/wiki/Isotonic_regression).
 *
 * @param {number[]} wanted
 * @param {number[]} rooms
 * @param {number[]} [weights]
 */
export function spread(wanted, rooms, weights = wanted.map(() => 1)) {
  if (wanted.length < 2) return wanted;
  /** @type {{ sum: number, weight: number, count: number }[]} */
  const pools = [];
  let offset = 0;
  const offsets = rooms.map((room) => {
    offset += room;
    return offset;
  });
  wanted.forEach((place, index) => {
    let pool = { sum: (place - offsets[index]) * weights[index], weight: weights[index], count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.weight > pool.sum / pool.weight; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  return pools
    .flatMap(({ sum, weight, count }) => new Array(count).fill(sum / weight))
    .map((place, index) => place + offsets[index]);
}

/**
 * Return the place of each column: as wide as its widest node, and further from the one before, the steeper edges climb and
 * the longer their labels are.
 *
 * @param {Box[]} nodes
 * @param {{ labelWidth?: number }[]} edges
 * @param {import("./graph_layers.js").Layers} layers
 * @param {number[]} lines
 * @param {number} gap
 */
function acrossOf(nodes, edges, { columns, column, chains }, lines, gap) {
  const gaps = columns.map(() => gap);
  chains.forEach((chain, number) => {
    for (let index = 1; index < chain.length; index += 1) {
      const [from, to] = [chain[index - 1], chain[index]];
      if (column[to] !== column[from] + 1) continue;
      const labeled = index === chain.length - 1 ? (edges[number].labelWidth ?? 0) : 0;
      const climb = Math.min(MOST_GAP, gap + STEEP * Math.abs(lines[to] - lines[from]));
      gaps[column[to]] = Math.max(gaps[column[to]], climb, labeled && labeled + LABEL.room);
    }
  });
  let end = 0;
  return columns.map((stops, at) => {
    const width = stops.reduce((most, stop) => Math.max(most, nodes[stop]?.width ?? 0), 0);
    const left = at ? end + gaps[at] : 0;
    end = left + width;
    return { left, width };
  });
}

/**
 * @param {(Box & Position)[]} nodes
 * @param {import("./graph_layers.js").Link[]} links
 * @param {import("./graph_layers.js").Layers} layers
 * @param {number[]} lines
 * @param {{ left: number, width: number }[]} across
 * @returns {{ points: Point[], isFar: boolean, label: Point }[]}
 */
function routesOf(nodes, links, { chains, column, isFar }, lines, across) {
  const starts = portsOf(nodes, links, (number) => ["from", lines[chains[number][1]]]);
  const ends = portsOf(nodes, links, (number) => ["to", lines[chains[number].at(-2) ?? 0]]);
  return links.map(({ from, to }, number) => {
    const [source, target] = [nodes[from], nodes[to]];
    const end = { x: sideOf(target, -1), y: lines[to] + ends[number] };
    const stub = { x: end.x - STUB.long, y: end.y - STUB.high };
    const start = isFar[number] ? stub : { x: sideOf(source, 1), y: lines[from] + starts[number] };
    const bends = chains[number].slice(1, -1).flatMap((stop) => {
      const { left, width } = across[column[stop]];
      return [
        { x: left, y: lines[stop] },
        { x: left + width, y: lines[stop] },
      ];
    });
    const points = [start, ...bends, end];
    const last = points[points.length - 2];
    return { points, isFar: isFar[number], label: { x: (last.x + end.x) / 2 + LABEL.right, y: (last.y + end.y) / 2 } };
  });
}

/** @param {Box & Position} node @param {number} sign */
function sideOf({ left, width, boxWidth = width }, sign) {
  return left + (width + sign * boxWidth) / 2;
}

/**
 * Return how far from the middle of its node each link begins, or ends: in the order of where it leads, or comes from.
 *
 * @param {Box[]} nodes
 * @param {import("./graph_layers.js").Link[]} links
 * @param {(number: number) => [side: "from" | "to", line: number]} look
 */
function portsOf(nodes, links, look) {
  /** @type {Map<number, { number: number, line: number }[]>} */
  const together = new Map();
  links.forEach((link, number) => {
    const [side, line] = look(number);
    const others = together.get(link[side]);
    if (others) others.push({ number, line });
    else together.set(link[side], [{ number, line }]);
  });
  const ports = new Float64Array(links.length);
  for (const [node, others] of together) {
    const { height, boxHeight = height } = nodes[node];
    const step = Math.min(PORTS, Math.max(0, boxHeight - 10) / Math.max(1, others.length - 1));
    others.sort((a, b) => a.line - b.line || a.number - b.number);
    others.forEach(({ number }, index) => {
      ports[number] = (index - (others.length - 1) / 2) * step;
    });
  }
  return ports;
}

/**
 * Move the labels that stand in one gap apart.
 *
 * @param {{ labelWidth?: number, to: number }[]} edges
 * @param {{ label: Point }[]} routes changed
 */
function spreadLabels(edges, routes) {
  /** @type {Map<number, Point[]>} */
  const gaps = new Map();
  edges.forEach(({ labelWidth }, number) => {
    const { label } = routes[number];
    if (labelWidth) gaps.set(label.x, [...(gaps.get(label.x) ?? []), label]);
  });
  for (const labels of gaps.values()) {
    labels.sort((a, b) => a.y - b.y);
    const places = spread(
      labels.map(({ y }) => y),
      labels.map((_, index) => (index ? LABEL.height : 0)),
    );
    labels.forEach((label, index) => {
      label.y = places[index];
    });
  }
}

/** @param {(Box & Position)[]} nodes @param {{ points: Point[], label: Point }[]} edges @returns {Bounds} */
function boundsOf(nodes, edges) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (/** @type {number} */ x, /** @type {number} */ y) => {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  };
  for (const node of nodes) {
    take(node.left, node.top);
    take(node.left + node.width, node.top + node.height);
  }
  for (const { points } of edges) for (const { x, y } of points) take(x, y);
  if (left > right) return { left: 0, top: 0, width: 1, height: 1 };
  return {
    left: left - MARGIN,
    top: top - MARGIN,
    width: right - left + 2 * MARGIN,
    height: bottom - top + 2 * MARGIN,
  };
}
