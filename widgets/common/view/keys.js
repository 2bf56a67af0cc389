// Keys that work wherever the focus is inside the deck, but never take a letter from a field that is typed in.

export function keyHandler(controls) {
  const actions = {
    ArrowLeft: controls.back,
    ArrowRight: controls.forward,
    Home: controls.first,
    End: controls.last,
    " ": controls.play,
  };

  return function press(event) {
    const action = actions[event.key];
    if (!action || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isTaken(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== " " || !event.repeat) action({ byKey: true });
  };
}

// A field keeps all its keys, a list its arrows; and Space presses the button that has the focus, as everywhere.
function isTaken({ target, key }) {
  return target.matches("input[type=text], select") || (key === " " && target.matches("button"));
}
