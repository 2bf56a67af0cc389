// Lines of a program to be put in order, some of which do not belong in it. All it needs is a model and an element.

import { createArrange } from "../../common/view/arrange.js";
import { html, setText, uniqueId } from "../../common/view/dom.js";
import { listen, saveAtRest } from "../../common/view/model.js";
import { oncePerFrame } from "../../common/view/redraw.js";
import { speaker } from "../../common/view/words.js";

function render({ model, el }) {
  const lines = createLines(model);
  const silence = listen(model, { order: lines.request, facts: lines.load });
  lines.load();
  el.append(lines.element);
  return () => {
    silence();
    lines.remove();
  };
}

export default { render: render };

function createLines(model) {
  const redraw = oncePerFrame(draw);
  const id = uniqueId();
  const title = html("div", { id, class: "view-title" });
  const place = html("div", { class: "lines-place" });
  const help = html("p", { class: "lines-help" });
  const code = html("code", { class: "lines-code" });
  const inCode = html("span", {});
  const foot = html("p", { class: "lines-foot" }, inCode, " ", code);
  const view = html("div", { class: "view lines", role: "group", "aria-labelledby": id }, title, help, place, foot);
  const element = html("div", { class: "tapedeck" }, view);
  let facts = { lines: [] };
  let arrange;
  let word = speaker({});

  function load() {
    facts = { name: "", head: [], tail: [], lines: [], words: {}, ...JSON.parse(model.get("facts") || "{}") };
    word = speaker(facts.words);
    setText(title, word("Put in order: {name}", { name: facts.name }));
    setText(help, word("Not every line belongs. Enter takes the chosen line in or out, Alt and an arrow key move it."));
    setText(inCode, word("In code:"));
    arrange = createArrange({ changed: keep, withPool: true, home: (keys) => keys.sort((a, b) => a - b), word });
    arrange.load(
      [word("Your program"), word("Lines to choose from")],
      new Map(facts.lines.map((text, at) => [at + 1, { text, number: at + 1, note: note(text) }])),
    );
    const [program] = arrange.element.children;
    program.querySelector("ul").before(fixed(facts.head));
    program.querySelector("ul").after(fixed(facts.tail));
    place.replaceChildren(arrange.element);
    redraw.request();
  }

  // A screen reader says no spaces, and in a program they mean something.
  function note(text) {
    return word("indented by {count}", { count: text.length - text.trimStart().length });
  }

  function keep([program]) {
    model.set("order", program);
    saveAtRest(model);
    redraw.request();
  }

  function draw() {
    const order = model.get("order") ?? [];
    const rest = facts.lines.map((_, at) => at + 1).filter((number) => !order.includes(number));
    if (String(arrange.lists()) !== String([order, rest])) arrange.draw([order, rest]);
    setText(code, `order_lines("${facts.name}", [${order.join(", ")}])`);
  }

  function remove() {
    redraw.cancel();
    element.remove();
  }

  return { element, load, request: redraw.request, remove };
}

// What stays where it is, above and below the lines that move.
function fixed(lines) {
  return html("pre", { class: "lines-fixed" }, lines.join("\n"));
}
