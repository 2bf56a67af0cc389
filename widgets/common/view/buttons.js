// Round buttons with an icon: the transport's, and whatever else plays, steps or rests.

import { html, setAttribute, svg, KEEPS_KEYS } from "./dom.js";

const SHAPES = {
  first: "M5 4v12M16 4l-8 6 8 6",
  back: "M13 4l-8 6 8 6",
  play: "M6 3.5l11 6.5-11 6.5z",
  pause: "M5.5 4h3v12h-3zM11.5 4h3v12h-3z",
  forward: "M7 4l8 6-8 6",
  last: "M15 4v12M4 4l8 6-8 6",
};

export function iconButton(name, click) {
  const icon = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: SHAPES[name] }));
  return html("button", { type: "button", class: `view-button view-${name}`, click, ...KEEPS_KEYS }, icon);
}

export function nameButton(button, text) {
  setAttribute(button, "aria-label", text);
  button.title = text;
}

// The play button shows what it will do next.
export function showPlaying(button, isPlaying, word) {
  nameButton(button, isPlaying ? word("Pause") : word("Play"));
  setAttribute(button.querySelector("path"), "d", isPlaying ? SHAPES.pause : SHAPES.play);
}
