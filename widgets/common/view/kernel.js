// Whether there is still a kernel behind a view: one that is gone says nothing, so its silence has to be noticed.

const CHECK = 5000; // milliseconds between two looks at how long the kernel has been silent

/**
 * Watch the kernel while it is at work for a view.
 *
 * @template {object} Traits
 * @param {Pick<import("./model.js").Model<Traits>, "on" | "off">} model
 * @param {string[]} traits that it changes while it is at work
 * @param {() => boolean} isAtWork
 * @param {() => void} changed called when it has gone, and now and then
 */
export function watchKernel(model, traits, isAtWork, changed) {
  let heard = Date.now();
  let isKernelGone = false;
  const hear = () => {
    heard = Date.now();
    isKernelGone = false;
  };
  // ipywidgets says so when a kernel restarts or dies; a bare page never does.
  // If it was only the connection that broke, what comes after it is heard again.
  const leave = () => {
    isKernelGone = isAtWork();
    changed();
  };
  const heardOf = traits.map((trait) => /** @type {const} */ ([`change:${trait}`, hear]));
  const events = Object.fromEntries([...heardOf, ["comm_live_update", leave], ["comm:close", leave]]);
  for (const [event, listener] of Object.entries(events)) model.on(event, listener);
  const timer = setInterval(changed, CHECK);

  function remove() {
    clearInterval(timer);
    for (const [event, listener] of Object.entries(events)) model.off(event, listener);
  }

  return { now: () => ({ isKernelGone, secondsSilent: (Date.now() - heard) / 1000 }), remove };
}
