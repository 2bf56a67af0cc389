// Redraw once a frame, however often something changes in between: at once, when what has changed has all changed, so
// that the browser lays out the page a single time; and where that was in this very frame, in the next.

export function oncePerFrame(draw) {
  let [isAsked, isDrawn] = [false, false];
  let frame;

  function request() {
    if (isAsked) return;
    isAsked = true;
    if (!isDrawn) queueMicrotask(run);
  }

  function run() {
    if (!isAsked) return;
    [isAsked, isDrawn] = [false, true];
    frame = requestAnimationFrame(next);
    draw();
  }

  function next() {
    isDrawn = false;
    run();
  }

  function cancel() {
    isAsked = false;
    cancelAnimationFrame(frame);
  }

  return { request, cancel };
}
