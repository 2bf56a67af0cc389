// A timeline is a list of changes, each with the position `at` which it happened, in order.

// Return how many changes have happened at a position.
export function countAt(timeline, position) {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeline[middle].at <= position) low = middle + 1;
    else high = middle;
  }
  return low;
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
