// A curve, drawn with the mouse across the plot, or point by point with the arrow keys.

import { html, setAttribute, setText, svg } from "../../common/view/dom.js";
import { line } from "../../common/view/path.js";
import { createPlot } from "../../common/view/plot.js";
import { createPoints } from "./points.js";

const HEIGHT = 300;

export function createSketch({ facts, word, redraw }) {
  const [low, high, bottom, top] = facts.plane;
  const plot = createPlot({ height: HEIGHT, redraw });
  const truth = svg("path", { class: "prediction-truth" });
  const yours = svg("path", { class: "prediction-curve" });
  plot.area.append(truth, yours);
  const points = createPoints({ facts, word, plot, redraw });
  const help = html("p", { class: "prediction-help" });
  const legend = html(
    "div",
    { class: "prediction-legend", "aria-hidden": "true" },
    html("span", { class: "prediction-key-yours" }, word("You predicted")),
    html("span", { class: "prediction-key-truth" }, word("It is")),
  );
  const element = html("div", { class: "prediction-sketch" }, plot.element, legend, help);
  setText(help, word("Draw in the plot, or choose a point with ← and → and move it with ↑ and ↓."));

  function draw({ committed, points: kept = [], curve = [], value = "", outcome = "" }) {
    const ends = heights([...kept, ...curve], bottom, top);
    if (!plot.axes({ domain: [low, high], name: "x" }, { domain: ends, name: "y" })) return;
    const shown = committed ? kept : points.values();
    help.hidden = Boolean(committed);
    legend.hidden = curve.length === 0;
    drawLine(yours, committed || points.isDrawn() ? shown : []);
    drawLine(truth, curve);
    points.draw(Boolean(committed));
    setAttribute(plot.element, "role", committed ? "img" : "group");
    const seen = [value && `${word("You predicted")}: ${value}`, outcome && `${word("It is")}: ${outcome}`];
    plot.name(seen.filter(Boolean).join(". ") || word("The curve, and how you see it"));
  }

  function drawLine(path, all) {
    setAttribute(
      path,
      "d",
      line(
        all.length,
        (i) => plot.x(all[i][0]),
        (i) => (all[i][1] === null ? NaN : plot.y(all[i][1])),
      ),
    );
  }

  function read() {
    return points.isDrawn() ? { value: points.values() } : { problem: word("Draw your curve first.") };
  }

  return { element, read, draw, showsValues: true, remove: plot.remove };
}

// The plane as it was asked for, and as much more as a curve needs.
function heights(all, bottom, top) {
  const values = all.map(([, y]) => y).filter((y) => y !== null);
  return [Math.min(bottom, ...values), Math.max(top, ...values)];
}
