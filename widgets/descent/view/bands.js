// Above the learning-rate slider: a band for each run of rates with the same verdict, named where there is room, and
// marks at 1/λ and 2/λ.

import { html, setAttribute, setText } from "../../common/view/dom.js";
import { lettersOf } from "../../common/view/letters.js";

const LETTER = 6.6; // pixels, about
const EDGE = 8; // pixels around a mark's text

export function createBands() {
  const strip = html("div", { class: "descent-strip" });
  const marks = html("div", { class: "descent-marks" });
  const element = html("div", { class: "descent-bands" }, strip, marks);
  const observer = new ResizeObserver(nameThoseWithRoom);
  observer.observe(element);
  let facts;
  let bands = [];

  function load(newFacts) {
    facts = newFacts;
    const last = facts.rates.length - 1;
    const percent = (position) => `${(Math.max(0, Math.min(last, position)) / last) * 100}%`;
    bands = facts.kinds.map(({ kind, from, to }) => {
      const width = `calc(${percent(to + 0.5)} - ${percent(from - 0.5)})`;
      const style = `left: ${percent(from - 0.5)}; width: ${width}`;
      return html("div", { class: "descent-band", style, title: kind }, html("span", {}, kind));
    });
    strip.replaceChildren(...bands);
    marks.replaceChildren(
      ...facts.marks.map(({ at, text }, i) => {
        const side = i === 0 ? "is-left" : "is-right"; // so that the two never meet
        return html("span", { class: `descent-mark ${side}`, style: `left: ${percent(at)}`, title: text });
      }),
    );
    marks.hidden = facts.marks.length === 0;
    nameThoseWithRoom();
  }

  function nameThoseWithRoom() {
    const all = strip.getBoundingClientRect().width;
    facts?.kinds.forEach(({ kind, from, to }, i) => {
      const room = ((to - from + 1) / facts.rates.length) * all;
      bands[i].firstChild.hidden = lettersOf(kind) * LETTER > room - 4;
    });
    facts?.marks.forEach(({ at, name, text }, i) => {
      const part = at / (facts.rates.length - 1);
      const room = (i === 0 ? part : 1 - part) * all - EDGE;
      setText(marks.children[i], text.length * LETTER > room ? name : text);
    });
  }

  function draw(rate) {
    facts.kinds.forEach(({ from, to }, i) => setAttribute(bands[i], "data-chosen", String(from <= rate && rate <= to)));
  }

  return { element, load, draw, remove: () => observer.disconnect() };
}
