// The loss surface below a path: the curve of a function of one number, or the nested areas of a function of two, the
// deeper the fuller. It is drawn once for the whole picture, and stretched to the part of it that is seen.

import { setAttribute, svg } from "../../common/view/elements.js";
import { linePath } from "../../common/view/plot.js";
import { unbrokenHeights } from "./descent_facts.js";

/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("../../common/view/plot.js").Scale} Scale */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./zoom.js").Window} Window */

/** @param {Plot} plot */
export function createGround(plot) {
  const areas = svg("g", { class: "descent-areas" });
  const curve = svg("path", { class: "descent-ground" });
  const names = svg("g", { class: "descent-level-names" });
  const element = svg("g", { class: "descent-under" }, areas, curve, names);
  /** @type {{ facts?: Facts, size: string, seen: string }} */
  let drawnFor = { size: "", seen: "" };

  /** @param {Facts} facts @param {Window} home */
  function draw(facts, home) {
    const seen = JSON.stringify([plot.x.domain(), plot.y.domain()]);
    const size = `${plot.width} × ${plot.height}`;
    const isNew = drawnFor.facts !== facts || drawnFor.size !== size;
    if (!isNew && drawnFor.seen === seen) return;
    drawnFor = { facts, size, seen };
    setAttribute(curve, "d", facts.dimensions === 1 ? curvePath(facts) : "");
    if (facts.dimensions === 1) return areas.replaceChildren();
    const [x, y] = [plot.x.copy().domain(home.x), plot.y.copy().domain(home.y)];
    if (isNew) areas.replaceChildren(...facts.areas.map((outlines) => area(outlines, x, y)));
    setAttribute(areas, "transform", stretched(x, plot.x, y, plot.y));
    names.replaceChildren(
      ...facts.levelNames.map((one) => svg("text", { x: plot.x(one.x), y: plot.y(one.y) + 4 }, one.text)),
    );
  }

  /** @param {Facts} facts */
  function curvePath(facts) {
    const heights = unbrokenHeights(facts);
    return linePath(
      heights.length,
      (i) => plot.x(facts.axes[0][i]),
      (i) => plot.y(heights[i]),
    );
  }

  return { element, draw };
}

/** @param {number[][]} outlines @param {Scale} x @param {Scale} y */
function area(outlines, x, y) {
  const paths = outlines.map((flat) =>
    linePath(
      flat.length / 2,
      (i) => x(flat[2 * i]),
      (i) => y(flat[2 * i + 1]),
    ),
  );
  return svg("path", { d: `${paths.join("Z")}Z` });
}

/**
 * Return the transform of what was drawn with two scales into what others would draw.
 *
 * @param {Scale} oldX
 * @param {Scale} newX
 * @param {Scale} oldY
 * @param {Scale} newY
 */
export function stretched(oldX, newX, oldY, newY) {
  const [across, up] = [stretch(oldX, newX), stretch(oldY, newY)];
  return `matrix(${across.factor} 0 0 ${up.factor} ${across.shift} ${up.shift})`;
}

/** @param {Scale} before @param {Scale} now */
function stretch(before, now) {
  const [low, high] = before.domain();
  const factor = (now(high) - now(low)) / (before(high) - before(low));
  return { factor, shift: now(low) - factor * before(low) };
}
