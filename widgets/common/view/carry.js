// Carry a line with the mouse, a finger or a pen: within its list, or to another.

const FAR = 5; // pixels: less is a click

// `boxes` are listboxes. `take(place)` gets the line that is taken hold of, `drop(from, to)` where it is put down: places
// are { box, at }.
export function carriable(boxes, { take, drop }) {
  boxes.forEach((box, from) => {
    box.list.addEventListener("pointerdown", (event) => {
      const at = box.placeOf(event.target.closest("li"));
      if (event.button !== 0 || at < 0) return;
      take({ box: from, at });
      carry(event, { box: from, at });
    });
  });

  function carry(event, from) {
    const list = boxes[from.box].list;
    const start = { x: event.clientX, y: event.clientY };
    let to;
    list.setPointerCapture(event.pointerId);

    function move(e) {
      if (!to && Math.hypot(e.clientX - start.x, e.clientY - start.y) < FAR) return;
      list.classList.add("view-lines-carried");
      to = placeUnder(e.clientX, e.clientY);
      boxes.forEach((box, number) => box.mark(number === to.box ? to.at : -1));
    }

    // A finger that turns out to scroll the page is cancelled, and carries nothing.
    function finish(e) {
      list.removeEventListener("pointermove", move);
      list.removeEventListener("pointerup", finish);
      list.removeEventListener("pointercancel", finish);
      list.classList.remove("view-lines-carried");
      boxes.forEach((box) => box.mark(-1));
      if (to && e.type === "pointerup") drop(from, to);
    }

    list.addEventListener("pointermove", move);
    list.addEventListener("pointerup", finish);
    list.addEventListener("pointercancel", finish);
  }

  // The box under the pointer, else the nearest.
  function placeUnder(x, y) {
    const away = boxes.map(({ element }) => distance(element.getBoundingClientRect(), x, y));
    const box = away.indexOf(Math.min(...away));
    return { box, at: boxes[box].placeAt(y) };
  }
}

function distance({ left, right, top, bottom }, x, y) {
  return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
}
