// The two sliders: the iterations, which also play, and the learning rate, under the bands of what becomes of it. Every band
// has its name: inside where there is room, or else above, with a line to its band. Where too many are narrow for that, the
// one that the slider stands on and the one under the pointer have theirs first.

import { iconButton, showPlaying } from "../../common/view/controls.js";
import { createSlider, displayWidth, html, setAttribute, setText, svg } from "../../common/view/elements.js";
import { lastAtMost } from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_state.js").Controls} Controls */
/** @typedef {import("./descent_state.js").ViewState} ViewState */

/** @param {Controls} controls */
export function createSliders(controls) {
  const rate = createSlider({ kind: "descent-rate", move: slideTo, rest: controls.rest });
  const iterations = createSlider({ kind: "descent-iterations", move: controls.slide, rest: controls.rest });
  const bands = createVerdictBands();
  const play = iconButton("play", controls.play);
  const element = html(
    "div",
    { class: "descent-sliders" },
    html("div", { class: "descent-play" }, play, iterations.element),
    rate.element,
  );
  rate.above.append(bands.element);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;
  let isPlaying = false;
  let shownRate = 0;
  controls.onPlaying(showIsPlaying);

  /** @param {number} position */
  function slideTo(position) {
    controls.slideRate(rateAt(facts.places, position, shownRate));
  }

  /** @param {boolean} isNow */
  function showIsPlaying(isNow) {
    isPlaying = isNow;
    showPlaying(play, isPlaying, word);
  }

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    rate.load(word("Learning rate"), facts.slots - 1);
    iterations.load(word("Iterations"), facts.stops.length - 1);
    bands.load(facts);
    showIsPlaying(isPlaying);
  }

  /** @param {ViewState} state */
  function draw(state) {
    const { kind, text } = state.verdict;
    const rateText = facts.rateTexts[state.rate];
    shownRate = state.rate;
    rate.draw(facts.places[state.rate], `${rateText} · ${kind}`, `${rateText}: ${text}`);
    iterations.draw(state.stop, String(state.step), `${state.step}: ${state.readout}`);
    bands.draw(facts.places[state.rate]);
  }

  return { element, load, draw, remove: bands.remove };
}

/** A band for each run of rates with the same outcome, its name, and marks at 1/λ and 2/λ. */
function createVerdictBands() {
  const names = html("div", { class: "descent-band-names" });
  const leads = svg("path", { class: "descent-leads" });
  const lane = html("div", { class: "descent-lane" }, svg("svg", {}, leads), names);
  const strip = html("div", { class: "descent-strip" });
  const marks = html("div", { class: "descent-marks" });
  const element = html("div", { class: "descent-bands" }, lane, strip, marks);
  const observer = new ResizeObserver(place);
  observer.observe(element);
  /** @type {Facts | undefined} */
  let facts;
  /** @type {{ element: HTMLElement, name: HTMLElement, outside: HTMLElement }[]} */
  let bands = [];
  let [chosen, pointed] = [-1, -1]; // which have their names first

  /** @param {Facts} newFacts */
  function load(newFacts) {
    facts = newFacts;
    const last = facts.slots - 1;
    [chosen, pointed] = [-1, -1];
    bands = facts.kinds.map(({ kind, diverges, from, to }, i) => {
      const left = percentOf(from - 0.5, last);
      const name = html("span", {}, kind);
      const style = `left: ${left}; width: calc(${percentOf(to + 0.5, last)} - ${left})`;
      const listeners = { pointerenter: () => point(i), pointerleave: () => point(-1) };
      const look = diverges ? "descent-band is-diverging" : "descent-band";
      const element = html("div", { class: look, style, title: kind, ...listeners }, name);
      return { name, element, outside: html("span", {}, kind) };
    });
    strip.replaceChildren(...bands.map((band) => band.element));
    names.replaceChildren(...bands.map((band) => band.outside));
    marks.replaceChildren(
      ...facts.marks.map(({ at, text }, i) => {
        const side = i === 0 ? "is-left" : "is-right"; // so that the two never meet
        const style = `left: ${percentOf(at, last)}`;
        return html("span", { class: `descent-mark ${side}`, style, title: text });
      }),
    );
    marks.hidden = facts.marks.length === 0;
    place();
  }

  function place() {
    if (!facts) return;
    const width = strip.getBoundingClientRect().width;
    const places = bandNames(facts, width, [pointed, chosen]);
    bands.forEach(({ name, outside }, i) => {
      name.hidden = !places[i].isInside;
      outside.hidden = places[i].isInside || !places[i].fits;
      outside.style.left = `${places[i].left.toFixed(1)}px`;
    });
    lane.hidden = places.every((one) => one.isInside || !one.fits);
    setAttribute(leads, "d", places.map((one) => (one.isInside || !one.fits ? "" : lead(one))).join(""));
    markTexts(facts, width).forEach((text, i) => setText(marks.children[i], text));
  }

  /** @param {number} band under the pointer, or -1 */
  function point(band) {
    pointed = band;
    place();
  }

  /** @param {number} position */
  function draw(position) {
    const found = facts?.kinds.findIndex(({ from, to }) => from <= position && position <= to) ?? -1;
    if (found === chosen) return;
    chosen = found;
    bands.forEach(({ element, outside }, i) => {
      setAttribute(element, "data-chosen", String(i === chosen));
      setAttribute(outside, "data-chosen", String(i === chosen));
    });
    place();
  }

  return { element, load, draw, remove: () => observer.disconnect() };
}

const LANE = { names: 17, height: 24 }; // pixels: where the lines begin below the names, and end at the bands

/** @param {BandName} place */
function lead({ left, width, middle }) {
  return `M${(left + width / 2).toFixed(1)} ${LANE.names}L${middle.toFixed(1)} ${LANE.height}`;
}

/**
 * Return which rate a position of the slider stands for: on the way from the one that is shown, the next that is known.
 *
 * @param {number[]} places of the known rates
 * @param {number} position
 * @param {number} shown the rate that is shown
 */
export function rateAt(places, position, shown) {
  if (position <= places[shown]) return lastAtMost(places, position);
  const next = places.findIndex((place) => place >= position);
  return next === -1 ? places.length - 1 : next;
}

/**
 * Return where a position of the slider is, between 0 % and 100 %.
 *
 * @param {number} position
 * @param {number} last
 */
export function percentOf(position, last) {
  if (last === 0) return position < 0 ? "0%" : "100%"; // a single position has all the room
  return `${(Math.max(0, Math.min(last, position)) / last) * 100}%`;
}

const LETTER = 6.6; // pixels, about
const BAND_PADDING = 4; // pixels
const MARK_PADDING = 8; // pixels around a mark's text
const GAP = 8; // pixels between two names above the bands

/** @typedef {{ isInside: boolean, fits: boolean, left: number, width: number, middle: number }} BandName in pixels */

/**
 * Return where each band's name stands: inside the band if that is wide enough, or else above all bands, as near to its
 * own as the other names there allow. Where these are too many for one line, the names of the narrowest bands are left
 * out, but not of those that come first.
 *
 * @param {{ kinds: Omit<Facts["kinds"][number], "diverges">[], slots: number }} facts
 * @param {number} width of all bands, in pixels
 * @param {number[]} first which bands have their names before the others; -1 is none
 * @returns {BandName[]}
 */
export function bandNames({ kinds, slots }, width, first = []) {
  const places = kinds.map(({ kind, from, to }) => {
    const room = ((to - from + 1) / slots) * width;
    const middle = ((from + to + 1) / 2 / slots) * width;
    const own = displayWidth(kind) * LETTER;
    return { isInside: own <= room - BAND_PADDING, fits: true, left: middle - own / 2, width: own, middle };
  });
  let left = width + GAP;
  const size = (/** @type {number} */ i) => kinds[i].to - kinds[i].from;
  const byWidth = places.map((_place, i) => i).sort((one, other) => size(other) - size(one));
  const order = [...new Set([...first.filter((i) => i >= 0), ...byWidth])];
  for (const place of order.map((i) => places[i]).filter((one) => !one.isInside)) {
    place.fits = place.width + GAP <= left;
    if (place.fits) left -= place.width + GAP;
  }
  const outside = places.filter((place) => !place.isInside && place.fits);
  let free = 0;
  for (const place of outside) {
    place.left = Math.max(place.left, free);
    free = place.left + place.width + GAP;
  }
  let end = width;
  for (const place of outside.reverse()) {
    place.left = Math.min(place.left, end - place.width);
    end = place.left - GAP;
  }
  return places;
}

/**
 * Return what stands at each mark: its text, or only its name where there is no room for more.
 *
 * @param {Pick<Facts, "marks" | "slots">} facts
 * @param {number} width of all bands, in pixels
 */
export function markTexts({ marks, slots }, width) {
  return marks.map(({ at, name, text }, i) => {
    const part = at / (slots - 1);
    const room = (i === 0 ? part : 1 - part) * width - MARK_PADDING;
    return text.length * LETTER > room ? name : text;
  });
}
