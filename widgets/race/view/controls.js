// The one button, which starts or stops, and how far the race is.

import { html, setAttribute, setText, uniqueId, KEEPS_KEYS } from "../../common/view/dom.js";
import { save } from "../../common/view/model.js";

export function createControls(model) {
  const id = uniqueId();
  const button = html("button", { type: "button", class: "view-word race-button", click: press, ...KEEPS_KEYS });
  const progress = html("progress", { class: "race-progress", max: 1, value: 0 });
  const percent = html("span", { class: "race-percent", "aria-hidden": "true" });
  const why = html("span", { id, class: "race-why" });
  const element = html("div", { class: "race-controls" }, button, progress, percent, why);
  let word;

  function load(newWord) {
    word = newWord;
    setAttribute(progress, "aria-label", word("Progress"));
  }

  function press() {
    if (button.getAttribute("aria-disabled") === "true") return;
    model.set("racing", !model.get("racing"));
    save(model);
  }

  function draw(standings, isGone) {
    const isSaved = model.get("alive") === false;
    const isRacing = model.get("racing") && !isGone;
    setText(button, isRacing ? word("Stop") : word(standings.state === "not run" ? "Start the race" : "Run it again"));
    setAttribute(button, "aria-disabled", String(isSaved || isGone));
    setAttribute(button, "aria-describedby", id);
    setText(why, isSaved ? word("This is a saved page: running it takes a kernel.") : waiting(standings, isRacing));
    const share = model.get("progress") ?? 0;
    progress.value = share;
    setText(percent, word("{percent} %", { percent: Math.floor(100 * share) }));
  }

  // A press has been sent, and the kernel has not begun: it may be running a cell.
  function waiting({ state }, isRacing) {
    return isRacing && state !== "running" ? word("Waiting for the kernel.") : "";
  }

  return { element, load, draw };
}
