// The sliders: zoom, step, learning rate, and, where the run has stalled, another rate for one more step.

import { html, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { createRange } from "../../common/view/range.js";
import { lastUpTo } from "../../common/view/search.js";
import { short } from "../../common/view/numbers.js";
import { shareText } from "./telling.js";

export const FINEST = 400; // positions of the zoom slider

export function createSliders(controls) {
  const { rest } = controls;
  const zoom = createRange({ move: (position) => controls.zoom(position / FINEST), rest, kind: "scope-zoom" });
  const step = createRange({ move: (index) => controls.step(index), rest, kind: "scope-step" });
  const rate = createRange({ move: (index) => controls.rate(index), rest, kind: "scope-rate" });
  const next = createRange({ move: (index) => controls.next(index), rest, kind: "scope-next" });
  const still = strip("scope-still");
  const small = strip("scope-small");
  step.above.append(still.element);
  next.above.append(small.element);
  const notes = [note(step), note(next)];
  const jump = html("button", { type: "button", class: "view-word scope-jump", click: controls.jump, ...KEEPS_KEYS });
  const look = html("button", { type: "button", class: "view-word scope-look", click: controls.look, ...KEEPS_KEYS });
  let word;

  function load(facts, newWord) {
    word = newWord;
    zoom.load(word("Zoom"), FINEST);
    step.load(word("Steps taken"), Math.max(0, facts.steps.length - 1));
    rate.load(word("Learning rate"), Math.max(0, facts.rates.length - 1));
    setText(notes[0], word("Under the bar, x no longer moves."));
    next.load(word("Try another rate for the next step"), Math.max(0, facts.rates.length - 1));
  }

  function draw({ facts, run, row, index, taken, rate: of, tried, hasStalled, zoom: level, window }) {
    const across = word("{span} across", { span: short(window.span) });
    zoom.draw(Math.round(level * FINEST), Number.isFinite(row.x) ? across : "–");
    setText(look, level < 1 ? word("Zoom in to the floats") : word("Show the whole run"));
    step.draw(index, String(taken));
    const rests = run.stalledAt === null ? Infinity : lastUpTo(facts.steps, run.stalledAt - 1);
    still.draw(rests / (facts.steps.length - 1), 1);
    const stall = word("Go to step {step}: from there on x never moves", { step: run.stalledAt ?? 0 });
    setText(jump, run.stalledAt === null ? word("This run does not stall") : stall);
    jump.disabled = run.stalledAt === null;
    rate.draw(of, facts.names[of]);
    drawNext(facts, row, of, tried, hasStalled);
  }

  function drawNext(facts, row, of, tried, hasStalled) {
    const share = (shown) => word("{share} × half a ULP", { share: shareText(shown.share, shown.dtype) });
    const seen = tried ? `${tried.name}: ${share(tried.row)}` : `${facts.names[of]}: ${share(row)}`;
    next.draw(tried ? tried.of : of, hasStalled ? seen : word("once x has stalled"));
    const most = shareText(row.threshold, row.dtype);
    setText(
      notes[1],
      Number.isFinite(row.threshold)
        ? word("Rates up to {most}, under the bar, do not move this x.", { most })
        : word("No learning rate moves this x."),
    );
    next.input.disabled = !hasStalled;
    small.draw(0, Number.isFinite(row.x) ? placeAmong(facts.rates, row.threshold) : 0);
  }

  return { zoom: zoom.element, step: step.element, rate: rate.element, next: next.element, jump, look, load, draw };
}

// A line of text under a slider, which also describes it to those who do not see the strip.
function note(range) {
  const text = html("p", { class: "scope-note", id: uniqueId() });
  range.element.append(text);
  range.input.setAttribute("aria-describedby", text.id);
  return text;
}

// A strip above a slider marks a part of its way: from where on x rests, or up to which rate it would stay.
function strip(kind) {
  const bar = svg("rect", { y: 1, height: 6 });
  const element = svg("svg", { class: `scope-strip ${kind}`, "aria-hidden": "true" }, bar);
  const percent = (share) => `${(100 * Math.max(0, Math.min(1, share))).toFixed(3)}%`;
  function draw(from, to) {
    const isShown = from < to;
    setAttribute(bar, "x", percent(from));
    setAttribute(bar, "width", isShown ? percent(to - from) : "0%");
  }
  return { element, draw };
}

// Return where a rate stands among those of a slider, from 0 to 1, evenly between two of them on a log scale.
function placeAmong(rates, rate) {
  const above = rates.findIndex((other) => other >= rate);
  if (rates.length < 2 || above < 0) return above < 0 ? 1 : 0;
  if (above === 0) return 0;
  const [low, high] = [rates[above - 1], rates[above]];
  return (above - 1 + Math.log(rate / low) / Math.log(high / low)) / (rates.length - 1);
}
