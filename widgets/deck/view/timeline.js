// A timeline is a list of changes, each with the position `at` which it happened, in order.

import { countUpTo } from "../../common/view/search.js";

// Return how many changes have happened at a position.
export function countAt(timeline, position) {
  return countUpTo(timeline, position, (change) => change.at);
}

// Return the newest change at a position, or undefined.
export function latest(timeline, position) {
  return timeline && timeline[countAt(timeline, position) - 1];
}

// Add a change to the timeline that a map keeps under a key.
export function note(map, key, change) {
  const timeline = map.get(key);
  if (timeline) timeline.push(change);
  else map.set(key, [change]);
}
