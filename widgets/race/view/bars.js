// A contestant's bars: a full one to its median with a whisker over its quartiles, an outlined one for the first call.

import { setAttribute, svg, uniqueId } from "../../common/view/dom.js";

const FULL = { y: 3, height: 14 }; // pixels
const FIRST = { y: 21, height: 8 };
const HIGH = 32;
const CAP = 5; // half a whisker's end

export function createBars(name) {
  const id = uniqueId();
  const stripe = svg("path", { d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5", class: "race-stripe" });
  const hatch = svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, stripe);
  const full = svg("rect", { class: "race-full", x: 0, ...FULL });
  const first = svg("rect", { class: "race-first", x: 0, fill: `url(#${id})`, ...FIRST });
  const line = svg("line");
  const ends = [svg("line"), svg("line")];
  const whisker = svg("g", { class: "race-whisker" }, line, ...ends);
  const grid = svg("g", { class: "race-grid" });
  const element = svg(
    "svg",
    { class: "race-bars", role: "img", width: "100%", height: HIGH },
    svg("defs", {}, hatch),
    grid,
    full,
    first,
    whisker,
  );

  let ruled;

  function rule({ powers, share }) {
    if (ruled !== powers)
      grid.replaceChildren(...powers.map((power) => svg("line", upright(share(10 ** power), 0, HIGH))));
    ruled = powers;
  }

  function draw(result, axis) {
    const { share } = axis;
    rule(axis);
    setAttribute(element, "aria-label", `${name}: ${result.says}`);
    const [lower, median, upper] = (result.bar ?? []).map(share);
    setAttribute(full, "width", `${median ?? 0}%`);
    setAttribute(first, "width", `${result.first ? share(result.first) : 0}%`);
    setAttribute(first, "visibility", result.first ? "visible" : "hidden");
    setAttribute(whisker, "visibility", result.bar ? "visible" : "hidden");
    if (!result.bar) return;
    const middle = FULL.y + FULL.height / 2;
    place(line, { x1: `${lower}%`, x2: `${upper}%`, y1: middle, y2: middle });
    [lower, upper].forEach((at, end) => place(ends[end], upright(at, middle - CAP, middle + CAP)));
  }

  return { element, draw };
}

function upright(at, y1, y2) {
  return { x1: `${at}%`, x2: `${at}%`, y1, y2 };
}

function place(line, wanted) {
  for (const [key, value] of Object.entries(wanted)) setAttribute(line, key, String(value));
}
