// Where the path runs: on the curve of a function of one number, over the contours of a function of two.

import { html, panel, setAttribute, setText, svg } from "../../common/view/dom.js";
import { draggable } from "../../common/view/drag.js";
import { dots, line } from "../../common/view/path.js";
import { createPlot } from "../../common/view/plot.js";
import { createGround } from "./ground.js";
import { countUpTo, nearest } from "../../common/view/search.js";
import { placeAt } from "./shot.js";

const HEIGHT = 320;
const TANGENT = 34; // pixels to either side

export function createCurve(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const { element, name } = panel("descent-curve", plot.element);
  const ground = createGround(plot);
  const kept = svg("g");
  const path = svg("path", { class: "descent-path" });
  const steps = svg("path", { class: "descent-steps" });
  const tangent = svg("path", { class: "descent-tangent" });
  const here = svg("circle", { class: "descent-here", r: 5 });
  const start = svg("circle", { class: "descent-start", r: 8 });
  plot.area.append(ground.element, kept, path, steps, tangent);
  plot.over.append(here, start);
  let facts, word, dragged;
  draggable(start, plot, { mayDrag: controls.isAlive, moved: drag, dropped: drop });

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(
      name,
      facts.dimensions === 1 ? word("The curve and the path on it") : word("Contours and the path over them"),
    );
  }

  function draw(shot) {
    const [across, up] = facts.dimensions === 1 ? [facts.axes[0], facts.frame] : facts.axes;
    const names = facts.dimensions === 1 ? ["x", "f(x)"] : ["x[0]", "x[1]"];
    const ends = (axis) => [axis[0], axis.at(-1)];
    if (!plot.axes({ domain: ends(across), name: names[0] }, { domain: ends(up), name: names[1] })) return;
    plot.name(
      word("{title}: from {start} to {place}", {
        title: facts.title,
        start: placeAt(facts, shot.run.x, 0),
        place: placeAt(facts, shot.run.x, shot.at),
      }),
    );
    ground.draw(facts);
    const at = spots(shot.run);
    setAttribute(path, "d", line(shot.at + 1, at.x, at.y));
    setAttribute(steps, "d", dots(shot.at + 1, at.x, at.y));
    plot.place(here, at.x(shot.at), at.y(shot.at));
    plot.place(start, dragged?.x ?? at.x(0), dragged?.y ?? at.y(0));
    start.classList.toggle("view-handle", shot.isAlive);
    setAttribute(tangent, "d", facts.dimensions === 1 ? tangentAt(shot) : "");
    kept.replaceChildren(
      ...shot.kept.map((run, i) => {
        const on = spots(run.numbers);
        return svg("path", {
          class: `descent-kept is-kept-${i + 1}`,
          d: line(countUpTo(run.steps, shot.step), on.x, on.y),
        });
      }),
    );
  }

  // Where a run's points are, in pixels.
  function spots(run) {
    if (facts.dimensions === 1) return { x: (i) => plot.x(run.x[i]), y: (i) => plot.y(run.y[i]) };
    return { x: (i) => plot.x(run.x[2 * i]), y: (i) => plot.y(run.x[2 * i + 1]) };
  }

  // The gradient as the slope that it is: a short piece of the tangent at the last step.
  function tangentAt(shot) {
    const slope = shot.run.gradient[shot.at];
    const rise = (slope * lengthOfOne(plot.y)) / lengthOfOne(plot.x);
    const far = TANGENT / Math.hypot(1, rise);
    const [across, up] = [plot.x(shot.run.x[shot.at]), plot.y(shot.run.y[shot.at])];
    return line(
      2,
      (i) => across + (i ? far : -far),
      (i) => up + (i ? far : -far) * rise,
    );
  }

  // A dragged start moves on the grid: only there is f known without asking Python.
  function drag(x, y) {
    const across = nearest(facts.axes[0], plot.x.invert(x));
    const up = facts.dimensions === 1 ? undefined : nearest(facts.axes[1], plot.y.invert(y));
    const height = facts.dimensions === 1 ? facts.heights[across] : facts.axes[1][up];
    if (height === null) return;
    const place = facts.dimensions === 1 ? [facts.axes[0][across]] : [facts.axes[0][across], facts.axes[1][up]];
    const text = place.map((number) => String(Number(number.toPrecision(4)))).join(", ");
    dragged = { x: plot.x(place[0]), y: plot.y(height), start: facts.isList ? `[${text}]` : text };
    redraw();
  }

  function drop() {
    if (dragged) controls.ask("start", dragged.start);
  }

  return { element, load, draw, release: () => (dragged = undefined), remove: plot.remove };
}

// Return how many pixels 1 is long on an axis; below 0 if it runs up.
function lengthOfOne({ domain, range }) {
  const [[low, high], [from, to]] = [domain(), range()];
  return (to - from) / (high - low);
}
