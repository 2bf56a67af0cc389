// Looking up numbers in lists that rise.

// Return how many are not above a value. `key` gives the number of an element that is none.
export function countUpTo(sorted, value, key = (element) => element) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (key(sorted[middle]) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Return the position of the last number that is not above a value, or 0.
export function lastUpTo(sorted, value) {
  return Math.max(0, countUpTo(sorted, value) - 1);
}

// Return the position of the number that is nearest to a value.
export function nearest(sorted, value) {
  const below = lastUpTo(sorted, value);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[above] - value < value - sorted[below] ? above : below;
}
