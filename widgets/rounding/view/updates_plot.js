// Every update of every run, measured in halves of a ULP, against the step: where it comes down to 1, the run stalls.

import { setAttribute, setAttributes, setOrRemoveAttribute, svg } from "../../common/view/elements.js";
import { createPlot, linePath } from "../../common/view/plot.js";

/** @typedef {import("./microscope_state.js").Facts} Facts */
/** @typedef {import("./microscope_state.js").Run} Run */
/** @typedef {import("../../common/view/numbers.js").DType} DType */

const LETTER = 6.8; // pixels, about
const LOWEST = 0.05;
const HIGHEST = { float32: 2 ** 27, float64: 2 ** 56 }; // halves of a ULP; more of them only where x is next to 0

/** @param {{ redraw: () => void, word: import("../../common/view/elements.js").Word }} context */
export function createUpdatesPlot({ redraw, word }) {
  const plot = createPlot({ height: 250, redraw });
  const lines = svg("g");
  const one = svg("path", { class: "scope-one" });
  const oneName = svg("text", { class: "scope-one-name" });
  const names = svg("g", { class: "scope-names" });
  const here = svg("circle", { class: "scope-here", r: 6 });
  plot.area.append(lines, one, oneName, names);
  plot.overlay.append(here);
  let drawnFor = "";

  /** @param {import("./microscope_state.js").ViewState} state */
  function draw({ facts, runs, run, row, index, rate }) {
    const dtype = row.dtype;
    const hasRoom = plot.setAxes(
      { domain: [1, facts.iterations + 1], log: true, name: word("step") },
      { domain: [LOWEST, HIGHEST[dtype]], log: true, name: word("update, in half ticks") },
    );
    if (!hasRoom) return;
    const wanted = [plot.width, dtype].join();
    if (wanted !== drawnFor) drawRuns(facts, runs, dtype);
    drawnFor = wanted;
    for (const group of [lines, names])
      [...group.children].forEach((element, of) => {
        setOrRemoveAttribute(element, "data-shown", of === rate ? "true" : undefined);
      });
    const step = facts.steps[Math.min(index, run.kept - 1)] + 1;
    const isDrawn = row.share > LOWEST && row.share < HIGHEST[dtype];
    const cy = isDrawn ? plot.y(row.share) : -99;
    setAttributes(here, { cx: plot.x(step), cy, visibility: isDrawn ? "visible" : "hidden" });
  }

  /** @param {Facts} facts @param {Run[]} runs @param {DType} dtype */
  function drawRuns(facts, runs, dtype) {
    const along = facts.steps.map((step) => plot.x(step + 1));
    const up = (/** @type {number} */ share) => (share > 0 && share < HIGHEST[dtype] ? plot.y(share) : NaN);
    const path = (/** @type {Run} */ run) =>
      linePath(
        run.kept,
        (i) => along[i],
        (i) => up(run.columns.share[i]),
      );
    lines.replaceChildren(...runs.map((run) => svg("path", { class: "scope-share", d: path(run) })));
    drawNames(facts, runs);
    const [left, right] = plot.x.range();
    setAttribute(one, "d", `M${left} ${plot.y(1)}H${right}`);
    setAttributes(oneName, { x: left + 5, y: plot.y(1) - 5 });
    oneName.textContent = word("half a tick");
    plot.describe(
      word(
        "The length of each update in half ticks, for every learning rate, against the step: a run stalls where it comes down to 1.",
      ),
    );
  }

  /** @param {Facts} facts @param {Run[]} runs */
  function drawNames(facts, runs) {
    const right = plot.x.range()[1];
    const widths = runs.map((_, rate) => facts.names[rate].length * LETTER);
    const places = runs.map(({ stalledAt }, rate) =>
      stalledAt === null ? undefined : Math.min(right - widths[rate] / 2, plot.x(stalledAt)),
    );
    const isRaised = raisedNames(places, widths);
    const y = plot.y(LOWEST) - 4;
    const texts = places.map((x, rate) => {
      const dy = isRaised[rate] ? "-11" : undefined;
      return svg("text", { x: x ?? -99, y, dy, "text-anchor": "middle" }, x === undefined ? "" : facts.names[rate]);
    });
    names.replaceChildren(...texts);
  }

  return { element: plot.element, draw, remove: plot.remove };
}

/**
 * Return which names rise a line: where two would stand on each other, the later one rises, and the next comes down
 * again.
 *
 * @param {(number | undefined)[]} places of the middle of each name, falling; undefined where there is no name
 * @param {number[]} widths
 */
export function raisedNames(places, widths) {
  let [end, isRaised] = [Infinity, false];
  return places.map((place, index) => {
    if (place === undefined) return false;
    isRaised = place + widths[index] / 2 > end - 4 && !isRaised;
    end = place - widths[index] / 2;
    return isRaised;
  });
}
