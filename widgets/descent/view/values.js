// The value against the iteration, on a linear or a logarithmic scale.

import { html, panel, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { dots, line } from "../../common/view/path.js";
import { createPlot } from "../../common/view/plot.js";
import { countUpTo } from "../../common/view/search.js";
import { numberAt } from "./shot.js";

const HEIGHT = 320;
const ROUND = [1, 2, 5];

export function createValues(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const { element, head, name } = panel("descent-values", plot.element);
  const id = uniqueId();
  const box = html("input", {
    type: "checkbox",
    id,
    change: () => controls.choose("logarithmic", box.checked),
    ...KEEPS_KEYS,
  });
  const label = html("label", { for: id });
  head.append(html("span", { class: "descent-scale" }, box, label));
  const kept = svg("g");
  const path = svg("path", { class: "descent-path" });
  const steps = svg("path", { class: "descent-steps" });
  const here = svg("circle", { class: "descent-here", r: 5 });
  plot.area.append(kept, path, steps);
  plot.over.append(here);
  let facts, word;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("The value at each iteration"));
    setText(label, word("logarithmic"));
  }

  function draw(shot) {
    box.checked = shot.isLogarithmic;
    const isAbove = shot.isLogarithmic && facts.lowest !== 0;
    const names = [word("iteration"), isAbove ? word("y − lowest y") : "y"];
    const domain = shot.isLogarithmic ? facts.powers : facts.span;
    const last = roundUp(Math.max(shot.step, 10));
    if (!plot.axes({ domain: [0, last], name: names[0] }, { domain, log: shot.isLogarithmic, name: names[1] })) return;
    plot.name(
      word("The value after {step} iterations is {y}", {
        step: shot.step,
        y: numberAt(facts, shot.run.y, shot.at),
      }),
    );
    const x = (i) => plot.x(facts.steps[i]);
    const y = heights(shot.run, shot.isLogarithmic);
    setAttribute(path, "d", line(shot.at + 1, x, y));
    setAttribute(steps, "d", dots(shot.at + 1, x, y));
    plot.place(here, x(shot.at), y(shot.at));
    kept.replaceChildren(
      ...shot.kept.map((run, i) => {
        const count = countUpTo(run.steps, shot.step);
        const across = (at) => plot.x(run.steps[at]);
        const d = line(count, across, heights(run.numbers, shot.isLogarithmic));
        return svg("path", { class: `descent-kept is-kept-${i + 1}`, d });
      }),
    );
  }

  // Return the height of a step in pixels. What is as low as it gets has no logarithm, and lies on the floor.
  function heights(run, isLogarithmic) {
    if (!isLogarithmic) return (i) => plot.y(run.y[i]);
    const [floor] = facts.powers;
    return (i) => plot.y(Math.max(floor, run.y[i] - facts.lowest));
  }

  return { element, load, draw, remove: plot.remove };
}

// Return the next of 10, 20, 50, 100 … so that the axis stands still while the iterations slide.
function roundUp(count) {
  const power = 10 ** Math.floor(Math.log10(count));
  return [...ROUND, 10].map((digit) => digit * power).find((round) => round >= count);
}
