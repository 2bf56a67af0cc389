// What the sliders and buttons do to the traits. Python is told when they rest; it need not be there.

import { saveAtRest } from "../../common/view/model.js";
import { viewOf } from "./state.js";
import { zoomFor } from "./window.js";

const LONG = 2500; // milliseconds of the way from the whole run to its floats

export function createControls(model, factsNow) {
  const view = () => viewOf(model, factsNow());
  const rest = () => saveAtRest(model);
  let flying;

  function step(index) {
    model.set("step", factsNow().steps[index]);
  }

  function rate(index) {
    model.set("next_rate", null);
    model.set("learning_rate", factsNow().rates[index]);
  }

  function next(index) {
    const asked = factsNow().rates[index];
    model.set("next_rate", index === view().rate ? null : asked);
  }

  function zoom(level) {
    land();
    model.set("zoom", level);
  }

  function jump() {
    const { stalledAt } = view().run;
    if (stalledAt !== null) model.set("step", stalledAt - 1);
    rest();
  }

  // In another dtype the same stretch of the number line is seen: that is what makes them comparable.
  function dtype(chosen) {
    const before = view();
    model.set("dtype", chosen);
    const { row, run } = view();
    if (Number.isFinite(row.x) && before.zoom > 0) model.set("zoom", zoomFor(row, run, before.window.span));
    rest();
  }

  // Fly in, or back out at once; also at once where motion is not wanted.
  function look() {
    const from = model.get("zoom") ?? 0;
    land();
    if (from >= 1) finish(0);
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) finish(1);
    else fly(from, performance.now());
  }

  function fly(from, start) {
    flying = requestAnimationFrame((now) => {
      const level = from + Math.max(0, now - start) / LONG;
      if (level >= 1) return finish(1);
      model.set("zoom", level);
      fly(from, start);
    });
  }

  function finish(level) {
    land();
    model.set("zoom", level);
    rest();
  }

  function land() {
    cancelAnimationFrame(flying);
  }

  return { rest, step, rate, next, zoom, jump, dtype, look, remove: land };
}
