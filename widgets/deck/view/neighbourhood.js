// Which part of the graph is drawn: all of a small one, else the entries around the current one.
// A large tape is cut into pieces that overlap, so that the picture stands still for several steps.

export const MOST_NODES = 40;
const PIECE = 8; // entries after which the picture moves on
const REACH = 4; // entries shown before and after them, where there is room

// Return the graph of some rows: tensors as nodes, and an edge from each input of an entry to each output.
export function graphOf(facts, rows) {
  const tensors = new Set();
  const edges = [];
  for (const row of rows) {
    const number = facts.rows[row];
    const entry = facts.entries[number];
    const outputs = entry.outputs.filter((tensor, place) => place === 0 || facts.isUsed.has(tensor));
    if (outputs.length) entry.inputs.forEach((tensor) => tensors.add(tensor));
    outputs.forEach((tensor) => tensors.add(tensor));
    for (const to of outputs) {
      entry.inputs.forEach((from, place) => from !== to && edges.push({ from, to, entry: number, place }));
    }
  }
  return { tensors: [...tensors], edges };
}

export function wholeGraph(facts) {
  if (facts.rows.length > MOST_NODES) return null;
  const graph = graphOf(facts, facts.rows.keys());
  const tensors = [...new Set([...graph.tensors, ...facts.watched])];
  return tensors.length <= MOST_NODES ? { tensors, edges: graph.edges } : null;
}

export function pieceOf(row) {
  return Math.floor(row / PIECE);
}

export function lastPiece(facts) {
  return pieceOf(Math.max(0, facts.rows.length - 1));
}

// Return the graph around a piece: its entries, and some before and after.
export function graphAround(facts, piece) {
  let from = piece * PIECE;
  let to = Math.min(facts.rows.length, from + PIECE);
  let best = graphOf(facts, range(from, to));
  for (let reach = 0; reach < REACH; reach += 1) {
    from = Math.max(0, from - 1);
    to = Math.min(facts.rows.length, to + 1);
    const wider = graphOf(facts, range(from, to));
    if (wider.tensors.length > MOST_NODES) break;
    best = wider;
  }
  return { tensors: best.tensors.slice(0, MOST_NODES), edges: best.edges };
}

function range(from, to) {
  return Array.from({ length: to - from }, (_, offset) => from + offset);
}
