// The model is all that a view knows of Python: traits to get, set, listen to, and save. It may have no kernel.

const REST = 250; // milliseconds: longer than between two keys, so that no picture waits while Python is told of one
const waiting = new WeakMap(); // of a model that has something to tell: how to wait no longer

// Hear changes of traits; returns the function that stops listening.
export function listen(model, listeners) {
  for (const [trait, listener] of Object.entries(listeners)) model.on(`change:${trait}`, listener);
  return () => {
    for (const [trait, listener] of Object.entries(listeners)) model.off(`change:${trait}`, listener);
  };
}

// Tell Python now: it is asked for something.
export function save(model) {
  waiting.get(model)?.();
  try {
    model.save_changes();
  } catch {
    // The kernel is gone. Everything that the view shows is already here.
  }
}

// Tell Python once nothing has moved for a while, or the learner turns to something else: a cell may ask for it next.
export function saveAtRest(model) {
  waiting.get(model)?.();
  const timer = setTimeout(() => save(model), REST);
  const tell = ({ target }) => target.closest?.(".tapedeck") || save(model);
  addEventListener("focusin", tell, true);
  waiting.set(model, () => {
    clearTimeout(timer);
    removeEventListener("focusin", tell, true);
    waiting.delete(model);
  });
}
