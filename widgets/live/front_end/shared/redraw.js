// Redraw once a frame, however often something changes in between.

export function oncePerFrame(draw) {
  let waiting;
  const run = () => {
    waiting = undefined;
    draw();
  };
  return {
    request: () => (waiting ??= requestAnimationFrame(run)),
    cancel: () => cancelAnimationFrame(waiting),
  };
}
