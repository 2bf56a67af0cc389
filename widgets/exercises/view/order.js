// Lines in the order in which they come: they start shuffled.

import { html } from "../../common/view/dom.js";
import { createArrange } from "../../common/view/arrange.js";

export function createOrder({ facts, word }) {
  const arrange = createArrange({ changed: () => {}, word });
  const help = html("p", { class: "prediction-help" });
  help.textContent = word("Alt and an arrow key move the line; so do the buttons, and the mouse.");
  const element = html("div", {}, arrange.element, help);
  arrange.load([word("First to last")], new Map(facts.order.map((text) => [text, { text }])));
  arrange.draw([facts.order]);

  return {
    element,
    read: () => ({ value: arrange.lists()[0] }),
    draw: ({ committed }) => (element.hidden = Boolean(committed)),
    remove: () => {},
  };
}
