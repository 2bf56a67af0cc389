// What if: buttons for another optimizer, schedule, or learning rate. Python runs it from the same start for as many
// gradient evaluations, keeps it among the runs, and says how the two compare.

import { html, KEEPS_KEYS, setAttribute, setText, uniqueId } from "../../common/view/elements.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */
/** @typedef {import("./descent_facts.js").Facts} Facts */
/** @typedef {import("./descent_state.js").Controls} Controls */

/** @param {Controls} controls */
export function createWhatIf(controls) {
  const name = html("span", { id: uniqueId(), class: "descent-what-if-name" });
  const buttons = html("span", { class: "descent-what-if-buttons" });
  const ask = () => controls.ask("scaled", box.checked);
  const box = html("input", { type: "checkbox", id: uniqueId(), change: ask, ...KEEPS_KEYS });
  const label = html("label", { for: box.id });
  const scale = html("span", { class: "descent-scale" }, box, label);
  const group = { class: "descent-what-if", role: "group", "aria-labelledby": name.id };
  const row = html("div", group, name, buttons, scale);
  const scaling = html("p", { class: "descent-compared", "aria-live": "polite" });
  const said = html("p", { class: "descent-compared", role: "log" });
  const element = html("div", {}, row, scaling, said);
  /** @type {Facts} */
  let facts;
  /** @type {Word} */
  let word;

  /** @param {Facts} newFacts @param {Word} newWord */
  function load(newFacts, newWord) {
    [facts, word] = [newFacts, newWord];
    setText(name, word("What if"));
    setText(label, word("scale the features"));
    scale.hidden = !facts.canScale;
    setText(scaling, facts.scaling);
    const focused = [...buttons.children].indexOf(/** @type {Element} */ (document.activeElement));
    buttons.replaceChildren(...facts.whatIfs.map(makeButton));
    if (focused >= 0) /** @type {HTMLElement} */ (buttons.children[focused] ?? buttons.lastChild).focus();
  }

  /** @param {[value: string, label: string]} one */
  function makeButton([value, label]) {
    const click = () => whyNot() === "" && controls.askWhatIf(value);
    return html("button", { type: "button", class: "view-word", click, ...KEEPS_KEYS }, label);
  }

  function whyNot() {
    if (!controls.isAlive()) return word("This needs a running notebook.");
    return controls.isFull() ? word("Six runs are kept. Forget one, then this one can be added.") : "";
  }

  function draw() {
    const why = whyNot();
    for (const button of buttons.children) {
      setAttribute(button, "aria-disabled", String(why !== "")); // not disabled: that would take its focus away
      setAttribute(button, "title", why || word("From the same start, with as many gradient evaluations"));
    }
    const { requests, isScaled, isAlive } = controls.settings();
    box.checked = requests.scaled?.[0] ?? isScaled;
    box.disabled = !isAlive;
    box.title = isAlive ? "" : why;
    setText(said, controls.compared());
  }

  return { element, load, draw };
}
