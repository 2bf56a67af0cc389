// Work that nobody should have to wait for: done in parts while the page is idle, so that it stays awake.

const LEAST_MS = 4; // that is worked on end, at least
const MOST_WAIT = 200; // milliseconds, for a page that is never idle

/**
 * Do some work, part by part, and tell the result.
 *
 * @template Result
 * @param {Generator<unknown, Result>} parts
 * @param {(result: Result) => void} done
 * @param {boolean} isUrgent whether it is done at once, on end
 * @returns {() => void} cancels it
 */
export function whenIdle(parts, done, isUrgent = false) {
  let isCancelled = false;

  /** @param {() => boolean} mayGoOn */
  function work(mayGoOn) {
    while (!isCancelled) {
      const part = parts.next();
      if (part.done) return done(part.value);
      if (!mayGoOn()) return later();
    }
  }

  function later() {
    if (typeof requestIdleCallback === "function")
      requestIdleCallback((deadline) => work(() => deadline.timeRemaining() > LEAST_MS), { timeout: MOST_WAIT });
    else setTimeout(() => work(() => false));
  }

  if (isUrgent) work(() => true);
  else later();
  return () => {
    isCancelled = true;
  };
}
