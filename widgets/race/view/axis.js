// Seconds on a logarithmic scale, the same for all contestants. Shares of its width are percent, so nothing has to be
// drawn anew when the width changes.

import { scaleLog } from "d3-scale";
import { html, setText } from "../../common/view/dom.js";
import { shortNumber as short } from "../../common/view/numbers.js";

export function createAxis() {
  const ticks = html("div", { class: "race-ticks", "aria-hidden": "true" });
  const name = html("div", { class: "race-axis-name" });
  const element = html("div", { class: "race-axis" }, ticks, name);
  const scale = scaleLog().range([0, 100]);
  const axis = { element, load, draw, powers: [], share: (seconds) => scale(seconds) };
  let drawn = "";

  function load(word) {
    setText(name, word("seconds: full bars for 1,000 steps, outlined bars for the first call"));
  }

  function draw(limits) {
    if (drawn === String(limits)) return;
    drawn = String(limits);
    scale.domain(limits);
    const [first, last] = limits.map((seconds) => Math.round(Math.log10(seconds)));
    axis.powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    ticks.replaceChildren(...axis.powers.map(tick));
  }

  function tick(power) {
    const seconds = Number(`1e${power}`);
    return html("span", { style: `left: ${scale(seconds)}%` }, short(seconds));
  }

  return axis;
}
