// How a race stands, without the page: the state that is shown, the sentences beside the button, and the time scale.
// Everything here is pure, so that it can be tested without a browser.

import { scaleLog } from "d3-scale";
import { shortNumber } from "../../common/view/numbers.js";

/** @typedef {import("../../common/view/elements.js").Word} Word */

/**
 * One execution mode's times; `quartiles` and `first` are seconds, everything else is text to show.
 * @typedef {object} Result
 * @property {string} state "not run", "running", "stopped", "finished" or "failed"
 * @property {[number, number, number] | null} quartiles lower quartile, median, upper quartile
 * @property {number | null} first the first call
 * @property {string} time the median
 * @property {string[]} facts the spread, the first call, the traces, and where it arrived
 * @property {string} details all that is known, in one line
 * @property {string} problem why it cannot run, or what TensorFlow warns of
 */

/**
 * What the trait `standings` holds.
 * @typedef {object} Standings
 * @property {string} state
 * @property {string} summary
 * @property {string} machine
 * @property {[number, number]} timeScale
 * @property {Result[]} results
 */

/** Seconds that the kernel may be silent: compiling a large function may take a while. */
export const SILENCE = 20;

/**
 * The standings to show. A kernel that is gone cannot say that the race has stopped.
 * @param {Standings} standings
 * @param {boolean} isKernelGone
 * @param {Word} word
 * @returns {Standings}
 */
export function shownStandings(standings, isKernelGone, word) {
  if (!isKernelGone) return standings;
  const results = standings.results.map((result) => ({
    ...result,
    state: result.state === "running" ? "stopped" : result.state,
  }));
  return { ...standings, state: "stopped", summary: word("Stopped before the end."), results };
}

/**
 * What is wrong with the kernel, or "".
 * @param {{isRacing: boolean, isKernelGone: boolean, secondsSilent: number}} kernel
 * @param {Word} word
 */
export function kernelProblem({ isRacing, isKernelGone, secondsSilent }, word) {
  if (isKernelGone) return word("The kernel has stopped, and the race with it. The times measured so far are shown.");
  const seconds = Math.round(secondsSilent);
  if (!isRacing || seconds < SILENCE) return "";
  return word("The kernel hasn't responded for {seconds} s. It may be busy, or it may have stopped.", { seconds });
}

/**
 * The button's text, whether it can be pressed, and what stands beside it.
 * @param {{state: string, isRacing: boolean, isSaved: boolean, isKernelGone: boolean}} race
 * @param {Word} word
 */
export function buttonState({ state, isRacing, isSaved, isKernelGone }, word) {
  const runs = isRacing && !isKernelGone;
  const start = state === "not run" ? "Start the race" : "Run it again";
  const isWaiting = runs && state !== "running"; // a press has been sent, and the kernel may be running a cell
  const reason = isWaiting ? word("Waiting for the kernel.") : "";
  return {
    text: word(runs ? "Stop" : start),
    isDisabled: isSaved || isKernelGone,
    reason: isSaved ? word("This is a saved page. Open the notebook to run the race.") : reason,
  };
}

/**
 * A logarithmic scale between two powers of ten. Places are percent of its width, so that a new width changes nothing.
 * @param {[number, number]} limits seconds
 */
export function timeScale(limits) {
  const scale = scaleLog().domain(limits).range([0, 100]);
  const [first, last] = limits.map((seconds) => Math.round(Math.log10(seconds)));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const seconds = Number(`1e${first + index}`);
    return { percent: scale(seconds), text: shortNumber(seconds) };
  });
  /** @param {number} seconds */
  const percent = (seconds) => scale(seconds);
  return { percent, ticks };
}
