// Where nodes and edges go: dagre's layered layout, from the sources at the top to the result at the bottom.

import { Graph, layout } from "@dagrejs/dagre";

const GAPS = { rankdir: "TB", nodesep: 18, ranksep: 30, edgesep: 12 };
const MARGIN = 8;

// Nodes have {id, width, height}; edges {from, to}. Return where each goes, and the box they fill.
export function layOut(nodes, edges) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ ...GAPS });
  for (const { id, width, height } of nodes) graph.setNode(String(id), { width, height });
  const drawn = edges.filter(({ from, to }) => graph.hasNode(String(from)) && graph.hasNode(String(to)));
  drawn.forEach(({ from, to }, number) => graph.setEdge(String(from), String(to), {}, String(number)));
  layout(graph);
  const placed = nodes.map((node) => ({ ...node, ...place(graph.node(String(node.id))) }));
  const routed = drawn.map((edge, number) => ({ ...edge, points: pointsOf(graph, edge, number) }));
  return { nodes: placed, edges: routed, ...frameOf(placed, routed) };
}

function place({ x, y, width, height }) {
  return { left: x - width / 2, top: y - height / 2 };
}

function pointsOf(graph, { from, to }, number) {
  return graph.edge(String(from), String(to), String(number)).points;
}

// Return the box round everything: dagre's own leaves out the bends of edges.
function frameOf(nodes, edges) {
  const points = edges.flatMap((edge) => edge.points);
  const across = [...nodes.flatMap(({ left, width }) => [left, left + width]), ...points.map(({ x }) => x)];
  const down = [...nodes.flatMap(({ top, height }) => [top, top + height]), ...points.map(({ y }) => y)];
  const [left, top] = [Math.min(...across) - MARGIN, Math.min(...down) - MARGIN];
  return { left, top, width: Math.max(...across) + MARGIN - left, height: Math.max(...down) + MARGIN - top };
}

// Return an SVG path through points, rounded at the ones between.
export function curve(points) {
  const [start, ...rest] = points;
  const end = rest.pop();
  const middles = rest.map((point, index) => {
    const next = rest[index + 1] ?? end;
    const to = index === rest.length - 1 ? end : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x.toFixed(1)} ${point.y.toFixed(1)} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
  });
  return `M${start.x.toFixed(1)} ${start.y.toFixed(1)}${middles.join("") || `L${end.x.toFixed(1)} ${end.y.toFixed(1)}`}`;
}

// Return the SVG path of an arrow's tip at `at`, coming from `from`.
export function arrowTip(from, at) {
  const angle = (Math.atan2(at.y - from.y, at.x - from.x) * 180) / Math.PI;
  return `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)}) rotate(${angle.toFixed(1)})`;
}
