// Whether the kernel is still there while a race runs. A dead kernel says nothing, so its silence has to be heard.

const SILENCE = 20; // seconds: compiling a large f may take a while

export function watchKernel(model, changed) {
  let heard = Date.now();
  let isGone = false;
  const hear = () => {
    heard = Date.now();
    isGone = false;
  };
  // ipywidgets says so when a kernel restarts or dies; a bare page never does.
  // If it was only the connection that broke, what comes after it is heard again.
  const leave = () => {
    isGone = Boolean(model.get("racing"));
    changed();
  };
  const events = { "change:standings": hear, "change:racing": hear, comm_live_update: leave, "comm:close": leave };
  Object.entries(events).forEach(([event, tell]) => model.on(event, tell));
  const timer = setInterval(changed, 5000);

  function trouble(word) {
    if (isGone) return word("The kernel is gone: the race has stopped. What was measured is shown.");
    const seconds = Math.round((Date.now() - heard) / 1000);
    if (!model.get("racing") || seconds < SILENCE) return "";
    return word("The kernel has not been heard of for {seconds} s. It may be busy with something long, or gone.", {
      seconds,
    });
  }

  function remove() {
    clearInterval(timer);
    Object.entries(events).forEach(([event, tell]) => model.off(event, tell));
  }

  return { isGone: () => isGone, trouble, remove };
}
