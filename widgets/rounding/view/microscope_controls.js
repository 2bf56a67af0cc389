// The microscope's controls: the sliders for zoom, step, learning rate, and, where the run has stalled, another rate for
// one more step; the choice of the dtype; and what they do to the traits. Python is told when they rest.

import { createSlider, html, KEEPS_KEYS, setAttributes, setText, svg, uniqueId } from "../../common/view/elements.js";
import { saveAtRest } from "../../common/view/model.js";
import { lastAtMost, shortNumber } from "../../common/view/numbers.js";
import { shareText, viewState, zoomFor } from "./microscope_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("../../common/view/numbers.js").DType} DType */
/** @typedef {import("./microscope_state.js").Facts} Facts */
/** @typedef {import("./microscope_state.js").ViewState} ViewState */
/** @typedef {ReturnType<typeof createControls>} Controls */

const FLIGHT_MS = 2500; // from the whole run to its floats

/** @param {import("./microscope_state.js").MicroscopeModel} model @param {() => Facts} currentFacts */
export function createControls(model, currentFacts) {
  const state = () => viewState(currentFacts(), model);
  const rest = () => saveAtRest(model);
  let frame = 0;

  /** @param {number} index */
  function step(index) {
    model.set("step", currentFacts().steps[index]);
  }

  /** @param {number} index */
  function rate(index) {
    model.set("next_rate", null);
    model.set("learning_rate", currentFacts().rates[index]);
  }

  /** @param {number} index */
  function nextRate(index) {
    model.set("next_rate", index === state()?.rate ? null : currentFacts().rates[index]);
  }

  /** @param {number} level */
  function zoom(level) {
    stopFlight();
    model.set("zoom", level);
  }

  function jumpToStall() {
    const stalledAt = state()?.run.stalledAt ?? null;
    if (stalledAt !== null) model.set("step", stalledAt - 1);
    rest();
  }

  /**
   * In another dtype the same stretch of the number line is seen: that is what makes them comparable.
   *
   * @param {DType} chosen
   */
  function dtype(chosen) {
    const before = state();
    model.set("dtype", chosen);
    const after = state();
    if (before && after && Number.isFinite(after.row.x) && before.zoom > 0)
      model.set("zoom", zoomFor(after.row, after.run, before.window.span));
    rest();
  }

  // Fly in, or back out at once; also at once where motion is not wanted.
  function toggleZoom() {
    const from = model.get("zoom") ?? 0;
    stopFlight();
    if (from >= 1) finish(0);
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) finish(1);
    else fly(from, performance.now());
  }

  /** @param {number} from @param {number} start */
  function fly(from, start) {
    frame = requestAnimationFrame((now) => {
      const level = from + Math.max(0, now - start) / FLIGHT_MS;
      if (level >= 1) return finish(1);
      model.set("zoom", level);
      fly(from, start);
    });
  }

  /** @param {number} level */
  function finish(level) {
    stopFlight();
    model.set("zoom", level);
    rest();
  }

  function stopFlight() {
    cancelAnimationFrame(frame);
  }

  return { rest, step, rate, nextRate, zoom, jumpToStall, dtype, toggleZoom, remove: stopFlight };
}

const ZOOM_POSITIONS = 400; // of the zoom slider

/** @param {Controls} controls */
export function createSliders(controls) {
  const { rest } = controls;
  const zoom = createSlider({ move: (position) => controls.zoom(position / ZOOM_POSITIONS), rest, kind: "scope-zoom" });
  const step = createSlider({ move: controls.step, rest, kind: "scope-step" });
  const rate = createSlider({ move: controls.rate, rest, kind: "scope-rate" });
  const next = createSlider({ move: controls.nextRate, rest, kind: "scope-next" });
  const stalledStrip = createStrip("scope-still");
  const tooSmallStrip = createStrip("scope-small");
  step.above.append(stalledStrip.element);
  next.above.append(tooSmallStrip.element);
  const [stepNote, nextNote] = [addNote(step), addNote(next)];
  const jump = createButton("scope-jump", controls.jumpToStall);
  const look = createButton("scope-look", controls.toggleZoom);
  /** @type {Word} */
  let word;

  /** @param {Facts} facts @param {Word} newWord */
  function load(facts, newWord) {
    word = newWord;
    zoom.load(word("Zoom"), ZOOM_POSITIONS);
    step.load(word("Steps taken"), Math.max(0, facts.steps.length - 1));
    rate.load(word("Learning rate"), Math.max(0, facts.rates.length - 1));
    setText(stepNote, word("Under the bar, x no longer moves."));
    next.load(word("Try another rate for the next step"), Math.max(0, facts.rates.length - 1));
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { facts, run, row, index } = state;
    const across = word("{span} across", { span: shortNumber(state.window.span) });
    zoom.draw(Math.round(state.zoom * ZOOM_POSITIONS), Number.isFinite(row.x) ? across : "–");
    setText(look, state.zoom < 1 ? word("Zoom in to the floats") : word("Show the whole run"));
    step.draw(index, String(state.taken));
    const stalledIndex = run.stalledAt === null ? Infinity : lastAtMost(facts.steps, run.stalledAt - 1);
    stalledStrip.draw(stalledIndex / (facts.steps.length - 1), 1);
    const stall = word("Go to step {step}: from there on x never moves", { step: run.stalledAt ?? 0 });
    setText(jump, run.stalledAt === null ? word("This run does not stall") : stall);
    jump.disabled = run.stalledAt === null;
    rate.draw(state.rate, facts.names[state.rate]);
    drawNext(state);
  }

  /** @param {ViewState} state */
  function drawNext({ facts, row, rate, tried, hasStalled }) {
    const shown = tried ?? { row, rate, name: facts.names[rate] };
    const share = word("{share} × half a ULP", { share: shareText(shown.row.share, shown.row.dtype) });
    next.draw(shown.rate, hasStalled ? `${shown.name}: ${share}` : word("once x has stalled"));
    const most = shareText(row.threshold, row.dtype);
    setText(
      nextNote,
      Number.isFinite(row.threshold)
        ? word("Rates up to {most}, under the bar, do not move this x.", { most })
        : word("No learning rate moves this x."),
    );
    next.input.disabled = !hasStalled;
    tooSmallStrip.draw(0, Number.isFinite(row.x) ? placeAmong(facts.rates, row.threshold) : 0);
  }

  return { zoom: zoom.element, step: step.element, rate: rate.element, next: next.element, jump, look, load, draw };
}

/** @param {string} kind @param {() => void} click */
function createButton(kind, click) {
  return html("button", { type: "button", class: `view-word ${kind}`, click, ...KEEPS_KEYS });
}

/**
 * Add a line of text under a slider, which also describes it to those who do not see the strip.
 *
 * @param {ReturnType<typeof createSlider>} slider
 */
function addNote(slider) {
  const text = html("p", { class: "scope-note", id: uniqueId() });
  slider.element.append(text);
  slider.input.setAttribute("aria-describedby", text.id);
  return text;
}

/**
 * Create a strip above a slider, which marks a part of its way: from where on x rests, or up to which rate it would stay.
 *
 * @param {string} kind
 */
function createStrip(kind) {
  const bar = svg("rect", { y: 1, height: 6 });
  const element = svg("svg", { class: `scope-strip ${kind}`, "aria-hidden": "true" }, bar);
  const percent = (/** @type {number} */ share) => `${(100 * Math.max(0, Math.min(1, share))).toFixed(3)}%`;

  /** @param {number} from @param {number} to shares of the slider's way */
  function draw(from, to) {
    setAttributes(bar, { x: percent(from), width: from < to ? percent(to - from) : "0%" });
  }

  return { element, draw };
}

/**
 * Return where a rate stands among those of a slider, from 0 to 1, evenly between two of them on a log scale.
 *
 * @param {number[]} rates rising
 * @param {number} rate
 */
export function placeAmong(rates, rate) {
  const above = rates.findIndex((other) => other >= rate);
  if (rates.length < 2 || above < 0) return above < 0 ? 1 : 0;
  if (above === 0) return 0;
  const [low, high] = [rates[above - 1], rates[above]];
  return (above - 1 + Math.log(rate / low) / Math.log(high / low)) / (rates.length - 1);
}

/**
 * Create the choice of a dtype: a group of radio buttons, all in sight.
 *
 * @param {DType[]} values
 * @param {(value: DType) => void} choose
 */
export function createChoice(values, choose) {
  const name = uniqueId();
  const legend = html("legend");
  const inputs = values.map((value) =>
    html("input", { type: "radio", name, value, change: () => choose(value), ...KEEPS_KEYS }),
  );
  const options = inputs.map((input, index) => html("label", { class: "scope-option" }, input, values[index]));
  const element = html("fieldset", { class: "scope-choice" }, legend, ...options);

  /** @param {string} text @param {string} chosen */
  function draw(text, chosen) {
    legend.textContent = text;
    for (const input of inputs) input.checked = input.value === chosen;
  }

  return { element, draw };
}
