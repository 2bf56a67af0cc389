// The transport: buttons, the position slider with a score above it (what is recorded, what is played back), the speed.

import { html, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "./dom.js";
import { score } from "./score.js";

const SPEEDS = ["0.5", "1", "2", "5", "20"];
const SHAPES = {
  first: "M5 4v12M16 4l-8 6 8 6",
  back: "M13 4l-8 6 8 6",
  play: "M6 3.5l11 6.5-11 6.5z",
  pause: "M5.5 4h3v12h-3zM11.5 4h3v12h-3z",
  forward: "M7 4l8 6-8 6",
  last: "M15 4v12M4 4l8 6-8 6",
};

export function createTransport(controls) {
  const buttons = Object.fromEntries(
    ["first", "back", "play", "forward", "last"].map((name) => [name, makeButton(name, controls)]),
  );
  const slider = html("input", {
    type: "range",
    min: "0",
    max: "0",
    step: "1",
    class: "deck-slider",
    id: uniqueId(),
    input: () => controls.move(Number(slider.value)),
    change: () => controls.rest(),
    ...KEEPS_KEYS,
  });
  const label = html("label", { class: "deck-unseen", for: slider.id });
  const strip = svg("svg", {
    class: "deck-score",
    viewBox: "0 0 1 1",
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  const count = html("span", { class: "deck-count", "aria-hidden": "true" });
  const speed = html("select", {
    class: "deck-speed",
    change: () => controls.setSpeed(Number(speed.value)),
    ...KEEPS_KEYS,
  });
  const speedName = html("span", { class: "deck-speed-name" });
  speed.append(...SPEEDS.map((value) => html("option", { value }, `${value}×`)));
  speed.value = "1";
  const element = html(
    "div",
    { class: "deck-transport" },
    html("div", { class: "deck-buttons" }, ...Object.values(buttons)),
    html("div", { class: "deck-track" }, label, strip, slider),
    count,
    html("label", { class: "deck-pace" }, speedName, speed),
  );
  let facts, word;

  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    slider.max = String(facts.steps.length);
    setText(label, word("Position"));
    setText(speedName, word("Speed"));
    strip.replaceChildren(...score(facts));
    count.style.minWidth = `${2 * String(facts.steps.length).length + 3}ch`;
    const names = { first: "First", back: "Back", forward: "Forward", last: "Last" };
    for (const [name, text] of Object.entries(names)) nameButton(buttons[name], word(text));
    setPlaying(false);
  }

  function draw(frame, says) {
    const last = facts.steps.length;
    if (slider.value !== String(frame.position)) slider.value = String(frame.position);
    setAttribute(
      slider,
      "aria-valuetext",
      `${word("Step {position} of {last}", { position: frame.position, last })}. ${says}`,
    );
    setText(count, `${frame.position} / ${last}`);
    for (const name of ["first", "back"]) setAttribute(buttons[name], "aria-disabled", String(frame.position === 0));
    for (const name of ["forward", "last"])
      setAttribute(buttons[name], "aria-disabled", String(frame.position === last));
  }

  function setPlaying(isPlaying) {
    nameButton(buttons.play, isPlaying ? word("Pause") : word("Play"));
    setAttribute(buttons.play.querySelector("path"), "d", isPlaying ? SHAPES.pause : SHAPES.play);
  }

  return { element, load, draw, setPlaying };
}

function makeButton(name, controls) {
  const icon = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
  return html(
    "button",
    { type: "button", class: `deck-button deck-${name}`, click: () => controls[name](), ...KEEPS_KEYS },
    icon,
  );
}

function nameButton(button, text) {
  setAttribute(button, "aria-label", text);
  button.title = text;
}
