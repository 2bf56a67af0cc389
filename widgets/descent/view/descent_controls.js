// What sliders, keys and buttons do to the traits; and the two sliders: the learning rate, under the bands of what becomes
// of it, and the iterations, which also play.

import { iconButton, showPlaying } from "../../common/view/controls.js";
import { createPlayer, createSlider, displayWidth, html, setAttribute, setText } from "../../common/view/elements.js";
import { save, saveAtRest } from "../../common/view/model.js";
import { keptTrait, openRequests, shownStep } from "./descent_state.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_state.js").DescentModel} DescentModel */
/** @typedef {import("./descent_state.js").DescentTraits} DescentTraits */
/** @typedef {import("./descent_state.js").Facts} Facts */
/** @typedef {import("./descent_state.js").SettingName} SettingName */
/** @typedef {import("./descent_state.js").ViewState} ViewState */
/** @typedef {ReturnType<typeof createControls>} Controls */

const STEPS_PER_SECOND = 20; // while playing

/**
 * Create what sliders, keys and buttons do. A change is seen at once and sent to Python only when things rest, so that
 * sliding needs no kernel; and when there is none any more, sliding goes on.
 *
 * @param {DescentModel} model
 */
export function createControls(model) {
  /** @type {Facts} */
  let facts;
  /** @type {(isPlaying: boolean) => void} */
  let playingChanged = () => {};
  const rest = () => saveAtRest(model);
  const stop = () => shownStep(facts, model).stop;
  const lastStop = () => facts.stops.length - 1;
  const slide = (/** @type {number} */ to) =>
    model.set("iterations", facts.steps[facts.stops[Math.max(0, Math.min(lastStop(), to))]]);
  const goTo =
    (/** @type {() => number} */ target) =>
    (how = { byKey: false }) => {
      slide(target());
      if (!how.byKey) rest();
    };
  const player = createPlayer({
    position: stop,
    last: lastStop,
    move: slide,
    changed: (isPlaying) => {
      playingChanged(isPlaying);
      if (!isPlaying) rest();
    },
  });
  player.setSpeed(STEPS_PER_SECOND);

  /**
   * @template {keyof DescentTraits} Trait
   * @param {Trait} trait
   * @param {DescentTraits[Trait]} value
   */
  function choose(trait, value) {
    model.set(trait, value);
    save(model);
  }

  /**
   * Ask Python for another setting. What is not answered yet is asked again with what is asked next: of several
   * messages, a busy kernel may get the last.
   *
   * @param {SettingName | "start"} setting
   * @param {string} value
   */
  function ask(setting, value) {
    const requests = openRequests(model);
    const numbers = Object.values(requests).map(([, number]) => number);
    choose("asked", { ...requests, [setting]: [value, 1 + Math.max(model.get("answered") ?? 0, ...numbers)] });
  }

  return {
    load: (/** @type {Facts} */ newFacts) => {
      facts = newFacts;
    },
    onPlaying: (/** @type {(isPlaying: boolean) => void} */ listener) => {
      playingChanged = listener;
    },
    rest,
    player,
    slide,
    slideRate: (/** @type {number} */ to) => model.set("learning_rate", facts.rates[to]),
    choose,
    ask,
    kept: () => keptTrait(model),
    isOpened: () => Boolean(model.get("opened")),
    isAlive: () => model.get("alive") !== false,
    first: goTo(() => 0),
    back: goTo(() => stop() - 1),
    forward: goTo(() => stop() + 1),
    last: goTo(lastStop),
    play: player.toggle,
  };
}

/** @param {Controls} controls */
export function createSliders(controls) {
  const rate = createSlider({ kind: "descent-rate", move: controls.slideRate, rest: controls.rest });
  const iterations = createSlider({ kind: "descent-iterations", move: controls.slide, rest: controls.rest });
  const bands = createVerdictBands();
  const play = iconButton("play", controls.play);
  const element = html(
    "div",
    { class: "descent-sliders" },
    rate.element,
    html("div", { class: "descent-play" }, play, iterations.element),
  );
  rate.above.append(bands.element);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  let isPlaying = false;
  controls.onPlaying(showIsPlaying);

  /** @param {boolean} isNow */
  function showIsPlaying(isNow) {
    isPlaying = isNow;
    showPlaying(play, isPlaying, word);
  }

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    rate.load(word("Learning rate"), facts.rates.length - 1);
    iterations.load(word("Iterations"), facts.stops.length - 1);
    bands.load(facts);
    showIsPlaying(isPlaying);
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { kind, says } = state.verdict;
    const text = facts.rateTexts[state.rate];
    rate.draw(state.rate, `${text} · ${kind}`, `${text}: ${says}`);
    iterations.draw(state.stop, String(state.step), `${state.step}: ${state.readout}`);
    bands.draw(state.rate);
  }

  return { element, load, draw, remove: bands.remove };
}

const LETTER = 6.6; // pixels, about
const BAND_PADDING = 4; // pixels
const MARK_PADDING = 8; // pixels around a mark's text

/** A band for each run of rates with the same verdict, named where there is room, and marks at 1/λ and 2/λ. */
function createVerdictBands() {
  const strip = html("div", { class: "descent-strip" });
  const marks = html("div", { class: "descent-marks" });
  const element = html("div", { class: "descent-bands" }, strip, marks);
  const observer = new ResizeObserver(nameThoseWithRoom);
  observer.observe(element);
  /** @type {Facts | undefined} */
  let facts;
  /** @type {{ element: HTMLElement, name: HTMLElement }[]} */
  let bands = [];

  /** @param {Facts} newFacts */
  function load(newFacts) {
    facts = newFacts;
    const last = facts.rates.length - 1;
    bands = facts.kinds.map(({ kind, from, to }) => {
      const left = percentOf(from - 0.5, last);
      const name = html("span", {}, kind);
      const style = `left: ${left}; width: calc(${percentOf(to + 0.5, last)} - ${left})`;
      return { name, element: html("div", { class: "descent-band", style, title: kind }, name) };
    });
    strip.replaceChildren(...bands.map((band) => band.element));
    marks.replaceChildren(
      ...facts.marks.map(({ at, text }, i) => {
        const side = i === 0 ? "is-left" : "is-right"; // so that the two never meet
        const style = `left: ${percentOf(at, last)}`;
        return html("span", { class: `descent-mark ${side}`, style, title: text });
      }),
    );
    marks.hidden = facts.marks.length === 0;
    nameThoseWithRoom();
  }

  function nameThoseWithRoom() {
    if (!facts) return;
    const width = strip.getBoundingClientRect().width;
    const names = bandNames(facts, width);
    bands.forEach(({ name }, i) => {
      name.hidden = !names[i];
    });
    markTexts(facts, width).forEach((text, i) => setText(marks.children[i], text));
  }

  /** @param {number} rate */
  function draw(rate) {
    facts?.kinds.forEach(({ from, to }, i) => {
      setAttribute(bands[i].element, "data-chosen", String(from <= rate && rate <= to));
    });
  }

  return { element, load, draw, remove: () => observer.disconnect() };
}

/**
 * Return where a position of the slider is, between 0 % and 100 %.
 *
 * @param {number} position
 * @param {number} last
 */
export function percentOf(position, last) {
  return `${(Math.max(0, Math.min(last, position)) / last) * 100}%`;
}

/**
 * Return for each band whether it has room for its name.
 *
 * @param {Pick<Facts, "kinds" | "rates">} facts
 * @param {number} width of all bands, in pixels
 */
export function bandNames({ kinds, rates }, width) {
  return kinds.map(({ kind, from, to }) => {
    const room = ((to - from + 1) / rates.length) * width;
    return displayWidth(kind) * LETTER <= room - BAND_PADDING;
  });
}

/**
 * Return what stands at each mark: its text, or only its name where there is no room for more.
 *
 * @param {Pick<Facts, "marks" | "rates">} facts
 * @param {number} width of all bands, in pixels
 */
export function markTexts({ marks, rates }, width) {
  return marks.map(({ at, name, text }, i) => {
    const part = at / (rates.length - 1);
    const room = (i === 0 ? part : 1 - part) * width - MARK_PADDING;
    return text.length * LETTER > room ? name : text;
  });
}
