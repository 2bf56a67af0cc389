// A run as it is drawn in a plot: its path, a dot at each step, a circle at the last; dashed, the runs that were kept; and
// an arrow downhill at its points.

import { setAttribute, svg } from "../../common/view/elements.js";
import { bisectRight } from "../../common/view/numbers.js";
import { dotsPath, linePath } from "../../common/view/plot.js";

/** @typedef {import("../../common/view/plot.js").Coordinate} Coordinate */
/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_facts.js").KeptRun} KeptRun */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

/**
 * @param {Plot} plot
 * @param {Element[]} below what is drawn below it
 */
export function createPath(plot, below = []) {
  const kept = svg("g");
  const path = svg("path", { class: "descent-path" });
  const steps = svg("path", { class: "descent-steps" });
  const here = svg("circle", { class: "descent-here", r: 5 });
  plot.area.append(...below, kept, path, steps);
  plot.overlay.append(here);
  /** @type {unknown[]} */
  let keptFor = [];

  /** @param {number} index of the last step @param {Coordinate} x @param {Coordinate} y */
  function draw(index, x, y) {
    const across = Float64Array.from({ length: index + 1 }, (_, i) => x(i)); // each is needed twice
    const up = Float64Array.from({ length: index + 1 }, (_, i) => y(i));
    const [left, top] = [across, up].map((all) => (/** @type {number} */ i) => all[i]);
    setAttribute(path, "d", linePath(index + 1, left, top));
    setAttribute(steps, "d", dotsPath(index + 1, left, top));
    plot.placeCircle(here, across[index], up[index]);
  }

  /**
   * Kept runs change with the step and the axes, not with the learning rate.
   *
   * @param {ViewState} state
   * @param {Facts} facts
   * @param {(run: KeptRun) => { x: Coordinate, y: Coordinate }} pixelsOf
   */
  function drawKept(state, facts, pixelsOf) {
    const wanted = [state.kept, state.step, facts, plot.axes];
    if (wanted.every((one, i) => one === keptFor[i])) return;
    keptFor = wanted;
    const lines = state.kept.map((run, i) => {
      const { x, y } = pixelsOf(run);
      const d = linePath(bisectRight(run.steps, state.step), x, y);
      return svg("path", { class: `descent-kept is-kept-${i + 1}`, d });
    });
    kept.replaceChildren(...lines);
  }

  return { draw, drawKept };
}

const ARROW = { shortest: 10, decade: 6, longest: 34, head: 5, apart: 18 }; // pixels; longer for each power of ten

/**
 * Return the path of arrows downhill, against the gradient, at the points of a run: at the last, and at the others unless
 * they lie too near to an arrow. A longer arrow is a larger gradient, on a logarithmic scale.
 *
 * @param {Pick<Plot, "x" | "y">} plot
 * @param {{ x: Coordinate, y: Coordinate }} at where the points are, in pixels
 * @param {ArrayLike<number>} gradient two components at each point, along the axes
 * @param {number} index of the last step
 */
export function arrowsPath(plot, at, gradient, index) {
  let path = "";
  let last = { x: Number.NEGATIVE_INFINITY, y: 0 };
  for (let i = index; i >= 0; i -= 1) {
    const [x, y] = [at.x(i), at.y(i)];
    const isSeen = within(x, plot.x.range()) && within(y, plot.y.range());
    if (!isSeen || Math.hypot(x - last.x, y - last.y) < ARROW.apart) continue;
    last = { x, y };
    const [gx, gy] = [gradient[2 * i], gradient[2 * i + 1]];
    const size = Math.hypot(gx, gy);
    const way = { x: -gx / size / unit(plot.x), y: -gy / size / unit(plot.y) };
    const norm = Math.hypot(way.x, way.y);
    if (!Number.isFinite(norm) || norm === 0) continue;
    const length = ARROW.shortest + ARROW.decade * Math.log10(10 * size);
    const fitting = Math.max(ARROW.shortest, Math.min(ARROW.longest, length));
    path += arrow(x, y, (way.x / norm) * fitting, (way.y / norm) * fitting);
  }
  return path;
}

/** @param {number} x @param {number} y @param {number} across @param {number} up */
function arrow(x, y, across, up) {
  const [tipX, tipY] = [x + across, y + up];
  const angle = Math.atan2(up, across);
  const barb = (/** @type {number} */ turn) =>
    `L${(tipX - ARROW.head * Math.cos(angle + turn)).toFixed(1)} ${(tipY - ARROW.head * Math.sin(angle + turn)).toFixed(1)}`;
  const tip = `${tipX.toFixed(1)} ${tipY.toFixed(1)}`;
  return `M${x.toFixed(1)} ${y.toFixed(1)}L${tip}${barb(0.5)}M${tip}${barb(-0.5)}`;
}

/** @param {number} pixel @param {number[]} range */
function within(pixel, [from, to]) {
  return pixel >= Math.min(from, to) && pixel <= Math.max(from, to);
}

/**
 * How much of an axis one pixel is; below 0 where it runs up.
 *
 * @param {import("../../common/view/plot.js").Scale} scale
 */
function unit(scale) {
  const [[low, high], [from, to]] = [scale.domain(), scale.range()];
  return (high - low) / (to - from);
}
