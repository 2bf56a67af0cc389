// How far the central difference is from the tape's number, for each h: truncation on the right, rounding on the left.

import { html, panel, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "../shared/dom.js";
import { dots, line } from "../shared/path.js";
import { createPlot } from "../shared/plot.js";
import { createRange } from "../shared/range.js";
import { placeText } from "./shot.js";

const HEIGHT = 250;
const CHOICES = [1, 2];

export function createErrors(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw });
  const last = () => facts.h.length - 1;
  // The h fall, and the axis rises: the slider runs the other way, as the axis does.
  const step = createRange({
    kind: "derivatives-range",
    move: (to) => controls.slideStep(last() - to),
    rest: controls.rest,
  });
  const choice = html("select", {
    class: "view-choice",
    id: uniqueId(),
    change: () => controls.choose("compared", Number(choice.value)),
    ...KEEPS_KEYS,
  });
  const label = html("label", { for: choice.id });
  const key = html("div", { class: "derivatives-key" });
  const { element, head, name } = panel("derivatives-errors", key, plot.element, step.element);
  head.append(html("span", { class: "derivatives-choice" }, label, choice));
  const mark = svg("line", { class: "derivatives-mark" });
  let facts, word, lines;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("Central difference against the tape"));
    setText(label, word("of"));
    choice.replaceChildren(...CHOICES.map((order) => html("option", { value: order }, facts.names[order])));
    step.load(word("Step h"), last());
    lines = facts.dtypes.map((dtype) => ({
      line: svg("path", { class: `derivatives-error is-${dtype}` }),
      dots: svg("path", { class: `derivatives-dots is-${dtype}` }),
    }));
    plot.area.replaceChildren(mark, ...lines.flatMap((one) => [one.line, one.dots]));
    key.replaceChildren(
      ...facts.dtypes.map((dtype) => keyOf(dtype)),
      html("span", {}, word("on the floor: equal to the tape's number")),
    );
  }

  function keyOf(dtype) {
    const sample = svg(
      "svg",
      { class: "derivatives-sample", width: 26, height: 10, "aria-hidden": "true" },
      svg("path", { class: `derivatives-error is-${dtype}`, d: "M1 5H25" }),
      svg("path", { class: `derivatives-dots is-${dtype}`, d: "M13 5h0" }),
    );
    return html("span", {}, sample, dtype);
  }

  function draw(shot, sentence) {
    choice.value = String(shot.compared);
    step.draw(last() - shot.step, facts.steps[shot.step], `h = ${facts.steps[shot.step]}. ${sentence}`);
    const [low, high] = facts.distances[shot.compared - 1];
    const across = { domain: [facts.h.at(-1) / 1.5, facts.h[0] * 1.5], log: true, name: "h" };
    const up = { domain: [low / 3, high], log: true, name: word("how far apart") };
    if (!plot.axes(across, up)) return;
    plot.name(
      word("{name} at x = {x}: how far the central difference is from the tape's number, for each h. {said}", {
        name: facts.names[shot.compared],
        x: placeText(facts, shot.spot.x),
        said: sentence,
      }),
    );
    const [bottom, top] = plot.y.range();
    const h = plot.x(facts.h[shot.step]).toFixed(2);
    for (const [at, value] of Object.entries({ x1: h, x2: h, y1: bottom, y2: top })) setAttribute(mark, at, String(value));
    lines.forEach((one, dtype) => drawLine(one, shot, dtype, low / 3));
  }

  // Two numbers that are equal have no place on a logarithmic axis: they lie on its floor, and no line leads there.
  function drawLine(one, shot, dtype, floor) {
    const of = dtype === 0 ? shot.spot.distance : shot.spot.distanceInOther;
    const distance = (j) => of(shot.compared, j);
    const x = (j) => plot.x(facts.h[j]);
    setAttribute(one.line, "d", line(facts.h.length, x, (j) => (distance(j) > 0 ? plot.y(distance(j)) : NaN)));
    setAttribute(one.dots, "d", dots(facts.h.length, x, (j) => (Number.isNaN(distance(j)) ? NaN : plot.y(Math.max(floor, distance(j))))));
  }

  return { element, load, draw, remove: plot.remove };
}
