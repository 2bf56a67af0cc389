// How far the central difference is from the tape's number, for each h: truncation on the right, rounding on the left.

import {
  createSlider,
  html,
  KEEPS_KEYS,
  panel,
  setAttribute,
  setAttributes,
  setText,
  svg,
  uniqueId,
} from "../../common/view/elements.js";
import { createPlot, dotsPath, linePath } from "../../common/view/plot.js";
import { alignWithAxis } from "./curves_plot.js";
import { positionText } from "./derivatives_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./derivatives_state.js").Facts} Facts */
/** @typedef {import("./derivatives_state.js").ViewState} ViewState */
/** @typedef {{ line: SVGPathElement, dots: SVGPathElement }} ErrorLine */

const HEIGHT = 250; // pixels
const MARGINS = { left: 64, right: 12, top: 10, bottom: 38 };
const FLOOR = 4; // pixels above the axis: where numbers that are equal lie
const ORDERS = [1, 2];

/** @param {import("./derivatives_controls.js").Controls} controls @param {() => void} redraw */
export function createErrorsPlot(controls, redraw) {
  const plot = createPlot({ height: HEIGHT, redraw, margins: MARGINS });
  const last = () => facts.h.length - 1;
  // The h fall, and the axis rises: the slider runs the other way, as the axis does.
  const slider = createSlider({
    kind: "derivatives-range",
    move: (position) => controls.slideStep(last() - position),
    rest: controls.rest,
  });
  const orderMenu = html("select", {
    class: "view-choice",
    id: uniqueId(),
    change: () => controls.choose("compared", Number(orderMenu.value)),
    ...KEEPS_KEYS,
  });
  const label = html("label", { for: orderMenu.id });
  const key = html("div", { class: "derivatives-key" });
  const { element, head, name } = panel("derivatives-errors", key, plot.element, slider.element);
  head.append(html("span", { class: "derivatives-choice" }, label, orderMenu));
  const mark = svg("line", { class: "derivatives-mark" });
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  /** @type {ErrorLine[]} */
  let lines;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("Central difference against the tape"));
    setText(label, word("of"));
    orderMenu.replaceChildren(...ORDERS.map((order) => html("option", { value: order }, facts.names[order])));
    slider.load(word("Step h"), last());
    alignWithAxis(slider, plot.margins, facts.h.length);
    lines = facts.dtypes.map((dtype) => ({
      line: svg("path", { class: `derivatives-error is-${dtype}` }),
      dots: svg("path", { class: `derivatives-dots is-${dtype}` }),
    }));
    plot.area.replaceChildren(mark, ...lines.flatMap((one) => [one.line, one.dots]));
    key.replaceChildren(...facts.dtypes.map(keyOf), html("span", {}, word("on the floor: equal to the tape's number")));
  }

  /** @param {string} dtype */
  function keyOf(dtype) {
    const sample = svg(
      "svg",
      { class: "derivatives-sample", width: 26, height: 10, "aria-hidden": "true" },
      svg("path", { class: `derivatives-error is-${dtype}`, d: "M1 5H25" }),
      svg("path", { class: `derivatives-dots is-${dtype}`, d: "M13 5h0" }),
    );
    return html("span", {}, sample, dtype);
  }

  /** @param {ViewState} state @param {string} sentence */
  function draw(state, sentence) {
    orderMenu.value = String(state.compared);
    slider.draw(last() - state.step, facts.steps[state.step], `h = ${facts.steps[state.step]}. ${sentence}`);
    // Half a step more on either side; the slider under it is as much shorter.
    const hasRoom = plot.setAxes(
      { domain: [facts.h[last()] * Math.SQRT1_2, facts.h[0] * Math.SQRT2], log: true, name: "h" },
      { domain: facts.distances[state.compared - 1], log: true, name: word("how far apart") },
    );
    if (!hasRoom) return;
    plot.describe(
      word("{name} at x = {x}: how far the central difference is from the tape's number, for each h. {said}", {
        name: facts.names[state.compared],
        x: positionText(facts, state.sample.x),
        said: sentence,
      }),
    );
    const [bottom, top] = plot.y.range();
    const h = plot.x(facts.h[state.step]).toFixed(2);
    setAttributes(mark, { x1: h, x2: h, y1: bottom, y2: top });
    lines.forEach((line, dtype) => drawLine(line, state, dtype));
  }

  /**
   * Two numbers that are equal have no place on a logarithmic axis: they lie on its floor, and no line leads there.
   *
   * @param {ErrorLine} one
   * @param {ViewState} state
   * @param {number} dtype its index
   */
  function drawLine(one, { sample, compared }, dtype) {
    const distanceOf = dtype === 0 ? sample.distance : sample.distanceInOtherDType;
    const distance = (/** @type {number} */ step) => distanceOf(compared, step);
    const x = (/** @type {number} */ step) => plot.x(facts.h[step]);
    const y = (/** @type {number} */ step) => (distance(step) > 0 ? plot.y(distance(step)) : NaN);
    const floor = plot.y.range()[0] - FLOOR;
    setAttribute(one.line, "d", linePath(facts.h.length, x, y));
    setAttribute(
      one.dots,
      "d",
      dotsPath(facts.h.length, x, (step) => (distance(step) === 0 ? floor : y(step))),
    );
  }

  return { element, load, draw, remove: plot.remove };
}
