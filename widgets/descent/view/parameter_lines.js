// The parameters against the iteration: a line for each of those that move most, with its name at its end. Names never
// overlap: where lines end close together they stand further apart, each with a thin line to its own. Runs that were kept
// have thin lines in the same colors, with the dash of the run.

import { displayWidth, setAttribute, setAttributes, setText, svg } from "../../common/view/elements.js";
import { bisectRight } from "../../common/view/numbers.js";
import { linePath } from "../../common/view/plot.js";

/** @typedef {import("../../common/view/plot.js").Plot} Plot */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

const LETTER = 6.4; // pixels, about
const LINE = 15; // pixels from one name to the next
const BESIDE = 16; // pixels between the area and the names
const WIDEST = { pixels: 150, part: 0.4 }; // of names; of the plot

/** @param {Plot} plot */
export function createParameterLines(plot) {
  const kept = svg("g");
  const lines = svg("g");
  const names = svg("g", { class: "descent-line-names" });
  plot.area.append(kept, lines);
  plot.overlay.append(names);
  /** @type {unknown[]} */
  let keptFor = [];

  /**
   * @param {Facts} facts
   * @param {ViewState} state
   */
  function draw(facts, state) {
    const { run, index } = state;
    drawKept(facts, state);
    const size = facts.perStep.x;
    while (lines.children.length < facts.lines.length) addLine();
    while (lines.children.length > facts.lines.length) [lines, names].forEach((group) => group.lastChild?.remove());
    const x = (/** @type {number} */ i) => plot.x(facts.steps[i]);
    const heights = facts.lines.map(
      ({ column }) =>
        (/** @type {number} */ i) =>
          plot.y(run.x[i * size + column]),
    );
    const [bottom, top] = plot.y.range();
    const ends = heights.map((y) => Math.max(top, Math.min(bottom, lastKnown(y, index) ?? bottom)));
    const right = plot.x.range()[1];
    const places = spread(ends, LINE, [top, bottom]);
    facts.lines.forEach(({ name }, i) => {
      setAttribute(lines.children[i], "d", linePath(index + 1, x, heights[i]));
      const [lead, text] = names.children[i].children;
      const from = `M${Math.min(x(index), right).toFixed(1)} ${ends[i].toFixed(1)}`;
      setAttribute(lead, "d", `${from}L${right} ${ends[i].toFixed(1)}L${right + BESIDE - 3} ${places[i].toFixed(1)}`);
      setAttributes(text, { x: right + BESIDE, y: (places[i] + 4).toFixed(1) });
      setText(text, shortened(name, widest(plot)));
    });
  }

  /**
   * Over other features a run's parameters mean something else.
   *
   * @param {Facts} facts
   * @param {ViewState} state
   */
  function drawKept(facts, { kept: runs, step }) {
    const wanted = [runs, step, facts, plot.axes];
    if (wanted.every((one, i) => one === keptFor[i])) return;
    keptFor = wanted;
    const size = facts.perStep.x;
    const paths = runs.flatMap(({ scaled, steps, numbers }, at) => {
      const length = Boolean(scaled) === facts.scaled ? bisectRight(steps, step) : 0;
      return facts.lines.map(({ column }, i) => {
        const d = linePath(
          length,
          (k) => plot.x(steps[k]),
          (k) => plot.y(numbers.x[k * size + column]),
        );
        return svg("path", { class: `descent-kept-line is-line-${i + 1} is-kept-${at + 1}`, d });
      });
    });
    kept.replaceChildren(...paths);
  }

  function addLine() {
    const kind = `is-line-${lines.children.length + 1}`;
    lines.append(svg("path", { class: `descent-line ${kind}` }));
    names.append(svg("g", { class: kind }, svg("path", { class: "descent-line-lead" }), svg("text")));
  }

  function clear() {
    keptFor = [];
    [kept, lines, names].forEach((group) => group.replaceChildren());
  }

  return { draw, clear };
}

/**
 * Return how many pixels names need beside a plot.
 *
 * @param {Pick<Facts, "lines">} facts
 * @param {Pick<Plot, "width">} plot
 */
export function roomBeside({ lines }, plot) {
  const letters = Math.max(...lines.map(({ name }) => displayWidth(shortened(name, widest(plot)))));
  return BESIDE + LETTER * letters + 4;
}

/** @param {Pick<Plot, "width">} plot */
function widest({ width }) {
  return Math.floor(Math.min(WIDEST.pixels, WIDEST.part * width) / LETTER);
}

/**
 * Return a name with its beginning left out where it is too long: names differ at their ends.
 *
 * @param {string} name
 * @param {number} most letters
 */
export function shortened(name, most) {
  return name.length > most ? `…${name.slice(1 - most)}` : name;
}

/**
 * Return places near to those wanted, at least `apart` from each other, within two ends if there is room.
 *
 * @param {number[]} wanted
 * @param {number} apart
 * @param {[low: number, high: number]} ends
 */
export function spread(wanted, apart, [low, high]) {
  const order = wanted.map((_, i) => i).sort((one, other) => wanted[one] - wanted[other]);
  const places = [...wanted];
  let free = low;
  for (const i of order) {
    places[i] = Math.max(places[i], free);
    free = places[i] + apart;
  }
  let end = high;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i], end);
    end = places[i] - apart;
  }
  return places;
}

/** @param {(index: number) => number} y @param {number} index */
function lastKnown(y, index) {
  for (let i = index; i >= 0; i -= 1) if (!Number.isNaN(y(i))) return y(i);
  return undefined;
}
