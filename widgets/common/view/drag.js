// Drag something in a plot: with the mouse, a finger or a pen.

// `moved(x, y)` gets pixels of the plot while the handle is dragged, `dropped()` is called when it is let go.
export function draggable(handle, plot, { moved, dropped, mayDrag = () => true }) {
  handle.classList.add("view-handle");
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !mayDrag()) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    const at = (e) => {
      const box = plot.element.getBoundingClientRect();
      moved(e.clientX - box.left, e.clientY - box.top);
    };
    const done = () => {
      handle.removeEventListener("pointermove", at);
      dropped();
    };
    handle.addEventListener("pointermove", at);
    handle.addEventListener("lostpointercapture", done, { once: true });
  });
}
