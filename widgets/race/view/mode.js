// One execution mode: its name, its bars, what is known of it, and its code to read and copy.

import { html, KEEPS_KEYS, setAttribute, setAttributes, setText, svg, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("./standings.js").Result} Result */
/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {ReturnType<typeof import("./standings.js").timeScale>} TimeScale */

const MEDIAN = { y: 3, height: 14 }; // pixels
const FIRST = { y: 21, height: 8 };
const HEIGHT = 32;
const CAP = 5; // half a whisker's end

/**
 * @param {{name: string, description: string, code: string}} mode
 * @param {Word} word
 */
export function createMode({ name, description, code }, word) {
  const bars = createBars(name);
  const time = html("span", { class: "race-time" });
  const facts = Array.from({ length: 4 }, () => html("li"));
  const problem = html("p", { class: "race-problem" });
  const element = html(
    "li",
    { class: "race-mode" },
    html("div", { class: "race-head" }, html("span", { class: "race-name" }, name), time),
    html("p", { class: "race-description" }, description),
    bars.element,
    html("ul", { class: "race-facts" }, ...facts),
    problem,
    createCode(name, code, word),
  );

  /**
   * @param {Result} result
   * @param {TimeScale} scale
   */
  function draw(result, scale) {
    setAttribute(element, "data-state", result.state);
    setText(time, result.time);
    facts.forEach((item, index) => {
      setText(item, result.facts[index]);
    });
    setText(problem, result.problem);
    bars.draw(result, scale);
  }

  return { element, draw };
}

/**
 * A full bar to the median with a whisker over the quartiles, and an outlined one for the first call.
 * @param {string} name
 */
function createBars(name) {
  const id = uniqueId();
  const stripe = svg("path", { d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5", class: "race-stripe" });
  const hatch = svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, stripe);
  const median = svg("rect", { class: "race-full", x: 0, ...MEDIAN });
  const first = svg("rect", { class: "race-first", x: 0, fill: `url(#${id})`, ...FIRST });
  const line = svg("line");
  const ends = [svg("line"), svg("line")];
  const whisker = svg("g", { class: "race-whisker" }, line, ...ends);
  const grid = svg("g", { class: "race-grid" });
  const options = { class: "race-bars", role: "img", width: "100%", height: HEIGHT };
  const element = svg("svg", options, svg("defs", {}, hatch), grid, median, first, whisker);
  /** @type {TimeScale | undefined} */
  let drawnScale;

  /**
   * @param {Result} result
   * @param {TimeScale} scale
   */
  function draw(result, scale) {
    if (drawnScale !== scale)
      grid.replaceChildren(...scale.ticks.map(({ percent }) => svg("line", vertical(percent, 0, HEIGHT))));
    drawnScale = scale;
    setAttribute(element, "aria-label", `${name}: ${result.details}`);
    const [low, middle, high] = (result.quartiles ?? [0, 0, 0]).map((seconds) => seconds && scale.percent(seconds));
    setAttribute(median, "width", `${middle}%`);
    setAttribute(first, "width", `${result.first ? scale.percent(result.first) : 0}%`);
    setAttribute(first, "visibility", result.first ? "visible" : "hidden");
    setAttribute(whisker, "visibility", result.quartiles ? "visible" : "hidden");
    const y = MEDIAN.y + MEDIAN.height / 2;
    setAttributes(line, { x1: `${low}%`, x2: `${high}%`, y1: y, y2: y });
    [low, high].forEach((percent, end) => {
      setAttributes(ends[end], vertical(percent, y - CAP, y + CAP));
    });
  }

  return { element, draw };
}

/**
 * The code, folded away until it is wanted.
 * @param {string} name
 * @param {string} code
 * @param {Word} word
 */
function createCode(name, code, word) {
  const status = html("span", { class: "race-copied", role: "status" });
  const copy = html("button", { type: "button", class: "view-word", click: copyCode, ...KEEPS_KEYS }, word("Copy"));
  const summary = html("summary", { "aria-label": word("Code of {name}", { name }), ...KEEPS_KEYS }, word("Code"));

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(code);
      setText(status, word("Copied."));
    } catch {
      setText(status, word("The browser does not allow copying."));
    }
  }

  const foot = html("div", { class: "race-copy" }, copy, status);
  return html("details", { class: "race-code" }, summary, html("pre", {}, code), foot);
}

/**
 * @param {number} percent
 * @param {number} y1
 * @param {number} y2
 */
function vertical(percent, y1, y2) {
  return { x1: `${percent}%`, x2: `${percent}%`, y1, y2 };
}
