// The model is all that a view knows of Python: traits to get, set, listen to, and save. It may have no kernel.

// Hear changes of traits; returns the function that stops listening.
export function listen(model, listeners) {
  for (const [trait, listener] of Object.entries(listeners)) model.on(`change:${trait}`, listener);
  return () => {
    for (const [trait, listener] of Object.entries(listeners)) model.off(`change:${trait}`, listener);
  };
}

export function save(model) {
  try {
    model.save_changes();
  } catch {
    // The kernel is gone. Everything that the view shows is already here.
  }
}
