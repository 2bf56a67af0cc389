// How far the central difference is from the tape's number, for each h: truncation on the right, rounding on the left.

import { html, panel, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { dots, line } from "../../common/view/path.js";
import { createPlot } from "../../common/view/plot.js";
import { createRange } from "../../common/view/range.js";
import { placeText } from "./shot.js";
import { underAxis } from "./under.js";

const HEIGHT = 250;
const ROOM = { left: 64, right: 12, top: 10, bottom: 38 };
const FLOOR = 4; // pixels above the axis: where numbers that are equal lie
const CHOICES = [1, 2];

export function createErrors(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw, room: ROOM });
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
    underAxis(step, plot.room, facts.h.length);
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
    // Half a step more on either side; the slider under it is as much shorter.
    const across = { domain: [facts.h.at(-1) * Math.SQRT1_2, facts.h[0] * Math.SQRT2], log: true, name: "h" };
    const up = { domain: facts.distances[shot.compared - 1], log: true, name: word("how far apart") };
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
    for (const [at, value] of Object.entries({ x1: h, x2: h, y1: bottom, y2: top }))
      setAttribute(mark, at, String(value));
    lines.forEach((one, dtype) => drawLine(one, shot, dtype));
  }

  // Two numbers that are equal have no place on a logarithmic axis: they lie on its floor, and no line leads there.
  function drawLine(one, shot, dtype) {
    const of = dtype === 0 ? shot.spot.distance : shot.spot.distanceInOther;
    const distance = (j) => of(shot.compared, j);
    const x = (j) => plot.x(facts.h[j]);
    const y = (j) => (distance(j) > 0 ? plot.y(distance(j)) : NaN);
    const floor = plot.y.range()[0] - FLOOR;
    setAttribute(one.line, "d", line(facts.h.length, x, y));
    setAttribute(
      one.dots,
      "d",
      dots(facts.h.length, x, (j) => (distance(j) === 0 ? floor : y(j))),
    );
  }

  return { element, load, draw, remove: plot.remove };
}
