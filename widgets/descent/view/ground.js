// What the paths run on: the curve of a function of one number, the contours of a function of two.

import { setAttribute, svg } from "../../common/view/dom.js";
import { line } from "../../common/view/path.js";

export function createGround(plot) {
  const element = svg("path", { class: "descent-ground" });
  let drawnFor = [];

  // It changes only with the facts and the size.
  function draw(facts) {
    if (drawnFor[0] === facts && drawnFor[1] === plot.width) return;
    drawnFor = [facts, plot.width];
    element.classList.toggle("is-contours", facts.dimensions === 2);
    const lines = facts.dimensions === 1 ? [curve(facts)] : facts.contours.map(contour);
    setAttribute(element, "d", lines.join(""));
  }

  // Between two points that lie beyond opposite edges there is a pole, not a line.
  function curve({ axes: [xs], frame: [low, high], heights }) {
    const side = (value) => (value > high) - (value < low);
    const isPole = (i) => i > 0 && side(heights[i]) * side(heights[i - 1]) < 0;
    return line(
      xs.length,
      (i) => plot.x(xs[i]),
      (i) => (heights[i] === null || isPole(i) ? NaN : plot.y(heights[i])),
    );
  }

  function contour(flat) {
    return line(
      flat.length / 2,
      (i) => plot.x(flat[2 * i]),
      (i) => plot.y(flat[2 * i + 1]),
    );
  }

  return { element, draw };
}
