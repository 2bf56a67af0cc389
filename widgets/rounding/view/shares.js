// Every update of every run, measured in half ticks, against the step: where it comes down to 1, the run stalls.

import { setAttribute, setAttributeOrNone, svg } from "../../common/view/dom.js";
import { line } from "../../common/view/path.js";
import { createPlot } from "../../common/view/plot.js";

const LETTER = 6.8; // pixels, about
const LOWEST = 0.05;
const MOST = { float32: 2 ** 27, float64: 2 ** 56 }; // half ticks; more of them only where x is next to 0

export function createShares({ redraw, word }) {
  const plot = createPlot({ height: 250, redraw });
  const lines = svg("g");
  const one = svg("path", { class: "scope-one" });
  const oneName = svg("text", { class: "scope-one-name" });
  const names = svg("g", { class: "scope-names" });
  const here = svg("circle", { class: "scope-here", r: 6 });
  plot.area.append(lines, one, oneName, names);
  plot.over.append(here);
  let drawn = "";

  function draw({ facts, runs, run, row, index, rate }) {
    const dtype = row.dtype;
    const x = { domain: [1, facts.iterations + 1], log: true, name: word("step") };
    const y = { domain: [LOWEST, MOST[dtype]], log: true, name: word("update, in half ticks") };
    if (!plot.axes(x, y)) return;
    const wanted = [plot.width, dtype].join();
    if (wanted !== drawn) drawRuns(facts, runs, dtype);
    drawn = wanted;
    [...lines.children].forEach((path, of) => setAttributeOrNone(path, "data-shown", of === rate ? "true" : undefined));
    [...names.children].forEach((name, of) => setAttributeOrNone(name, "data-shown", of === rate ? "true" : undefined));
    const step = facts.steps[Math.min(index, run.kept - 1)] + 1;
    const isDrawn = row.share > LOWEST && row.share < MOST[dtype];
    setAttribute(here, "cx", String(plot.x(step)));
    setAttribute(here, "cy", isDrawn ? String(plot.y(row.share)) : "-99");
    setAttribute(here, "visibility", isDrawn ? "visible" : "hidden");
  }

  function drawRuns(facts, runs, dtype) {
    const along = facts.steps.map((step) => plot.x(step + 1));
    const up = (share) => (share > 0 && share < MOST[dtype] ? plot.y(share) : NaN);
    const path = (run) =>
      line(
        run.kept,
        (i) => along[i],
        (i) => up(run.columns.share[i]),
      );
    lines.replaceChildren(...runs.map((run) => svg("path", { class: "scope-share", d: path(run) })));
    names.replaceChildren(...runs.map((run, of) => nameOf(run, facts.names[of])));
    apart(names);
    const [left, right] = plot.x.range();
    setAttribute(one, "d", `M${left} ${plot.y(1)}H${right}`);
    setAttribute(oneName, "x", String(left + 5));
    setAttribute(oneName, "y", String(plot.y(1) - 5));
    oneName.textContent = word("half a tick");
    plot.name(
      word(
        "The length of each update in half ticks, for every learning rate, against the step: a run stalls where it comes down to 1.",
      ),
    );
  }

  function nameOf(run, text) {
    const last = plot.x.range()[1] - (text.length * LETTER) / 2;
    const at = run.stalledAt === null ? -99 : Math.min(last, plot.x(run.stalledAt));
    return svg("text", { x: at, y: plot.y(LOWEST) - 4, "text-anchor": "middle" }, run.stalledAt === null ? "" : text);
  }

  return { element: plot.element, draw, remove: plot.remove };
}

// Where names would stand on each other, the later one rises a line, and the next comes down again.
function apart(names) {
  let [end, isUp] = [Infinity, false];
  for (const name of [...names.children]) {
    if (name.getAttribute("x") < 0) continue;
    const [at, half] = [Number(name.getAttribute("x")), (name.textContent.length * LETTER) / 2];
    isUp = at + half > end - 4 && !isUp;
    if (isUp) name.setAttribute("dy", "-11");
    end = at - half;
  }
}
