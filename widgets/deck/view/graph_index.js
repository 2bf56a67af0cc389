// What of a graph that is laid out is in sight: its columns are in order from left to right, and so are the nodes of each
// from top to bottom, so that a view of ten thousand nodes looks at few of them.

import { bisector } from "d3-array";

/** @typedef {import("./graph_layout.js").Bounds} Bounds */
/**
 * @template NodeKind, EdgeKind
 * @typedef {{ nodes: NodeKind[], edges: EdgeKind[] }} Part
 */

/**
 * @template {import("./graph_layout.js").Box & import("./graph_layout.js").Position} NodeKind
 * @template {{ points: import("./graph_layout.js").Point[] }} EdgeKind
 * @param {{ nodes: NodeKind[], edges: EdgeKind[], columns: { left: number, width: number }[] }} layout
 */
export function createIndex({ nodes, edges, columns }) {
  /** @type {NodeKind[][]} */
  const byColumn = columns.map(() => []);
  for (const node of nodes) byColumn[node.column].push(node);
  for (const column of byColumn) column.sort((a, b) => a.top - b.top);
  /** @type {EdgeKind[][]} the edges over the gap before each column */
  const byGap = columns.map(() => []);
  const columnAt = bisector((/** @type {{ left: number, width: number }} */ { left, width }) => left + width);
  const boxes = new Map(edges.map((edge) => [edge, boxOf(edge.points)]));
  for (const edge of edges) {
    const { left, right } = boxes.get(edge) ?? boxOf(edge.points);
    const from = columnAt.left(columns, left);
    for (let gap = from; gap < columns.length && columns[gap].left <= right; gap += 1) byGap[gap].push(edge);
  }
  const nodeAt = bisector((/** @type {NodeKind} */ { top, height }) => top + height);

  /** @param {Bounds} view @returns {Part<NodeKind, EdgeKind>} */
  function within(view) {
    const [right, bottom] = [view.left + view.width, view.top + view.height];
    /** @type {NodeKind[]} */
    const found = [];
    /** @type {Set<EdgeKind>} */
    const crossing = new Set();
    for (let at = columnAt.left(columns, view.left); at < columns.length; at += 1) {
      for (const edge of byGap[at]) {
        const box = boxes.get(edge);
        if (box && box.bottom >= view.top && box.top <= bottom && box.left <= right) crossing.add(edge);
      }
      if (columns[at].left > right) break;
      const column = byColumn[at];
      for (let place = nodeAt.left(column, view.top); place < column.length && column[place].top <= bottom; place += 1)
        found.push(column[place]);
    }
    return { nodes: found, edges: [...crossing] };
  }

  return { within };
}

/** @param {import("./graph_layout.js").Point[]} points */
function boxOf(points) {
  const [across, down] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { left: Math.min(...across), right: Math.max(...across), top: Math.min(...down), bottom: Math.max(...down) };
}

/** @typedef {"ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown"} Direction */

/**
 * Return the node next to one in the direction of an arrow key: of those that are clearly there, the nearest.
 *
 * @template {import("./graph_layout.js").Box & import("./graph_layout.js").Position} NodeKind
 * @param {NodeKind[]} nodes
 * @param {NodeKind} from
 * @param {Direction} direction
 * @returns {NodeKind | undefined}
 */
export function neighborOf(nodes, from, direction) {
  const isAcross = direction === "ArrowLeft" || direction === "ArrowRight";
  const sign = direction === "ArrowLeft" || direction === "ArrowUp" ? -1 : 1;
  let [best, least] = [/** @type {NodeKind | undefined} */ (undefined), Infinity];
  for (const node of nodes) {
    const across = node.left + node.width / 2 - from.left - from.width / 2;
    const down = node.top + node.height / 2 - from.top - from.height / 2;
    const ahead = sign * (isAcross ? node.column - from.column : down);
    if (ahead <= 0 || (!isAcross && node.column !== from.column)) continue;
    const distance = isAcross ? Math.abs(across) + Math.abs(down) / 2 : Math.abs(down);
    if (distance < least) [best, least] = [node, distance];
  }
  return best;
}
