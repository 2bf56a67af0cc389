// What is shown: traits, kept within the facts, and all that follows from them. Nothing here draws.

import { lastUpTo } from "../../common/view/search.js";
import { says } from "./telling.js";
import { windowAt } from "./window.js";

const DTYPES = ["float32", "float64"];

// Return the view of a model's traits, or undefined while there are no facts.
export function viewOf(model, facts) {
  const dtype = DTYPES.includes(model.get("dtype")) ? model.get("dtype") : DTYPES[0];
  const runs = facts.runs[dtype];
  if (!runs?.length) return undefined;
  const rate = nearest(facts.rates, model.get("learning_rate"));
  const run = runs[rate];
  const taken = Math.max(0, Math.min(facts.iterations, model.get("step") ?? 0));
  const index = lastUpTo(facts.steps, taken);
  const row = run.at(index);
  const zoom = Math.max(0, Math.min(1, model.get("zoom") ?? 0));
  const hasStalled = run.stalledAt !== null && taken >= run.stalledAt - 1;
  const tried = hasStalled ? triedOf(model, facts, run, rate, runs) : undefined;
  const sentence = says(facts, run, row, taken, tried);
  const dtypeIndex = DTYPES.indexOf(dtype);
  return {
    facts,
    dtype,
    dtypeIndex,
    runs,
    run,
    rate,
    row,
    index,
    taken,
    zoom,
    window: windowAt(row, run, zoom),
    hasStalled,
    tried,
    sentence,
  };
}

function triedOf(model, facts, run, rate, runs) {
  const asked = model.get("next_rate");
  if (asked === null || asked === undefined) return undefined;
  const of = nearest(facts.rates, asked);
  return of === rate ? undefined : { of, row: run.tried(of), name: facts.names[of], rate: runs[of].rate };
}

function nearest(rates, rate) {
  const far = rates.map((other) => Math.abs(Math.log(other / rate)));
  return far.indexOf(Math.min(...far));
}
