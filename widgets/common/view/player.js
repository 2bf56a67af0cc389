// Plays: one step after another, until the end, or until somebody else moves the deck.

const PACE = 1000; // milliseconds a step is shown at speed 1

export function createPlayer({ get, last, move, changed }) {
  let timer = null;
  let expected = -1;
  let speed = 1;

  function play() {
    if (last() === 0) return;
    if (get() >= last()) move(0);
    schedule();
    changed(true);
  }

  function schedule() {
    expected = get();
    timer = setTimeout(advance, PACE / speed);
  }

  function advance() {
    expected += 1;
    move(expected);
    if (get() >= last()) pause();
    else schedule();
  }

  function pause() {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    changed(false);
  }

  return {
    pause,
    toggle: () => (timer === null ? play() : pause()),
    moved: () => timer !== null && get() !== expected && pause(),
    setSpeed: (value) => (speed = value),
  };
}
