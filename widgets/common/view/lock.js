// The lock: a view that waits for a prediction says which, and shows nothing else until the learner has committed.

import { html, svg } from "./dom.js";
import { listen } from "./model.js";

const PADLOCK = "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9";

// Return a `render` that shows what the given one does, as soon as the model is not locked.
export function lockable(render) {
  return ({ model, el }) => {
    let leave = show();
    const silence = listen(model, {
      locked: () => {
        leave();
        leave = show();
      },
    });

    function show() {
      const says = model.get("locked");
      return says ? showPanel(says, el) : render({ model, el });
    }

    return () => {
      silence();
      leave();
    };
  };
}

function showPanel(says, el) {
  const icon = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: PADLOCK }));
  const view = html("div", { class: "view view-locked" }, icon, html("span", {}, says));
  const element = html("div", { class: "tapedeck" }, view);
  el.append(element);
  return () => element.remove();
}
