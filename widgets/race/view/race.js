// A race: who runs, how far it is, and how long each took. All it needs is a model and an element.

import { html, setText, uniqueId } from "../../common/view/dom.js";
import { lockable } from "../../common/view/model.js";
import { listen } from "../../common/view/model.js";
import { oncePerFrame } from "../../common/view/model.js";
import { createStatus as createSays } from "../../common/view/controls.js";
import { translator as speaker } from "../../common/view/dom.js";
import { createAxis } from "./axis.js";
import { createContestant } from "./contestant.js";
import { createControls } from "./controls.js";
import { watchKernel } from "./kernel.js";

const TRAITS = ["standings", "progress", "racing", "problem"];

function render({ model, el }) {
  const race = createRace(model);
  const drawn = Object.fromEntries(TRAITS.map((trait) => [trait, race.request]));
  const silence = listen(model, { ...drawn, facts: race.load });
  race.load();
  el.append(race.element);
  return () => {
    silence();
    race.remove();
  };
}

export default { render: lockable(render) };

function createRace(model) {
  const redraw = oncePerFrame(draw);
  const kernel = watchKernel(model, redraw.request);
  const controls = createControls(model);
  const says = createSays();
  const axis = createAxis();
  const id = uniqueId();
  const title = html("div", { id, class: "view-title" });
  const about = html("p", { class: "race-about" });
  const problem = html("div", { class: "view-problem", role: "alert" });
  const list = html("ul", { class: "race-contestants" });
  const machine = html("p", { class: "race-machine" });
  const view = html(
    "div",
    { class: "view race", role: "group", "aria-labelledby": id },
    title,
    about,
    controls.element,
    problem,
    says.element,
    list,
    axis.element,
    machine,
  );
  const element = html("div", { class: "tapedeck" }, view);
  let word = speaker({});
  let contestants = [];

  function load() {
    const facts = { contestants: [], words: {}, ...JSON.parse(model.get("facts") || "{}") };
    word = speaker(facts.words);
    setText(title, facts.title ?? "");
    setText(about, facts.about ?? "");
    list.setAttribute("aria-label", word("Contestants"));
    controls.load(word);
    axis.load(word);
    contestants = facts.contestants.map((one) => createContestant(one, word));
    list.replaceChildren(...contestants.map((one) => one.element));
    says.load([]);
    redraw.request();
  }

  function draw() {
    const standings = shown(JSON.parse(model.get("standings") || "{}"));
    view.hidden = !standings.results;
    if (view.hidden) return;
    controls.draw(standings, kernel.isGone());
    setText(problem, kernel.trouble(word) || (model.get("problem") ?? ""));
    says.draw(standings.says);
    setText(machine, standings.machine);
    axis.draw(standings.limits);
    contestants.forEach((one, place) => one.draw(standings.results[place], axis));
  }

  // A kernel that is gone could not say that the race has stopped.
  function shown(standings) {
    if (!kernel.isGone()) return standings;
    const results = standings.results.map((one) => ({
      ...one,
      state: one.state === "running" ? "stopped" : one.state,
    }));
    return { ...standings, state: "stopped", says: word("Stopped before the end."), results };
  }

  function remove() {
    redraw.cancel();
    kernel.remove();
    says.remove();
    element.remove();
  }

  return { element, load, request: redraw.request, remove };
}
