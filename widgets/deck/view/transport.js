// The transport: buttons, the position slider with a score above it (what is recorded, what is played back), the speed.

import { iconButton, nameButton, showPlaying } from "../../common/view/buttons.js";
import { html, setAttribute, setText, svg, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { score } from "./score.js";

const SPEEDS = ["0.5", "1", "2", "5", "20"];

export function createTransport(controls) {
  const buttons = Object.fromEntries(
    ["first", "back", "play", "forward", "last"].map((name) => [name, iconButton(name, () => controls[name]())]),
  );
  const slider = html("input", {
    type: "range",
    min: "0",
    max: "0",
    step: "1",
    class: "view-slider",
    id: uniqueId(),
    input: () => controls.move(Number(slider.value)),
    change: () => controls.rest(),
    ...KEEPS_KEYS,
  });
  const label = html("label", { class: "view-unseen", for: slider.id });
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
    html("div", { class: "view-buttons" }, ...Object.values(buttons)),
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

  const setPlaying = (isPlaying) => showPlaying(buttons.play, isPlaying, word);

  return { element, load, draw, setPlaying };
}
