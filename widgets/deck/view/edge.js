// An edge of the graph: forward a tensor goes into an op; backward a gradient comes back along it.

import { svg } from "../../common/view/dom.js";
import { handedAt, isRecorded } from "./frame.js";
import { arrowTip, curve } from "./layout.js";

const TIP = "M0 0L-8 4L-8 -4Z";

export function drawableEdge(facts, edge) {
  const { points } = edge;
  const line = svg("path", { class: "deck-wire", d: curve(points) });
  const forward = svg("path", {
    class: "deck-tip deck-forward",
    d: TIP,
    transform: arrowTip(points.at(-2), points.at(-1)),
  });
  const backward = svg("path", { class: "deck-tip deck-backward", d: TIP, transform: arrowTip(points[1], points[0]) });
  const element = svg(
    "g",
    { class: isRecorded(facts, edge.entry) ? "deck-edge is-recorded" : "deck-edge" },
    line,
    forward,
    backward,
  );
  const row = facts.rowOf.get(edge.entry);

  function draw(frame) {
    const isHere = frame.entry === edge.entry;
    const flow = isHere && frame.step.kind === "pullback" ? given(facts, edge, frame.step) : undefined;
    const past = flow ? undefined : given(facts, edge, handedAt(facts, frame, edge.entry));
    element.classList.toggle("is-made", row < frame.filled);
    element.classList.toggle("is-recording", isHere && frame.step.kind === "entry");
    element.classList.toggle("is-flowing", Boolean(flow) && !flow.skipped);
    element.classList.toggle("is-skipped", Boolean((flow ?? past)?.skipped));
    element.classList.toggle("has-flowed", Boolean(past) && !past.skipped);
  }

  return { element, draw };
}

// Return what a pullback gave along this very edge: an op that takes one tensor twice gives to it twice.
function given(facts, edge, pullback) {
  if (!pullback) return undefined;
  const before = facts.entries[edge.entry].inputs.slice(0, edge.place).filter((tensor) => tensor === edge.from).length;
  const gives = pullback.gives.filter((give) => give.tensor === edge.from);
  return gives[before] ?? gives.at(-1);
}
