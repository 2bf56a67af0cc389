// What the microscope looks at: from the whole run (zoom 0) to ten ticks (zoom 1), evenly on a log scale.

const MARGIN = 0.06; // of the run's width, on each side
const TICKS = 10.5; // seen across at the closest
const CENTRED = 0.35; // the zoom from which x stands in the middle
const WIDEST = Number.MAX_VALUE / 4;
const NARROWEST = { float32: 2 ** -120, float64: 2 ** -1016 }; // next to 0, floats that TensorFlow takes for 0 crowd

// Return { from, to }: the distances from x of the left and right edges, and `span` between them.
export function windowAt(row, run, zoom) {
  const { full, fine, left } = limits(row, run);
  const span = full * (fine / full) ** zoom;
  const share = left + (0.5 - left) * Math.min(1, zoom / CENTRED);
  return { from: -share * span, to: (1 - share) * span, span };
}

// Return the zoom at which a row is seen in a window of this span: how another dtype is compared at the same scale.
export function zoomFor(row, run, span) {
  const { full, fine } = limits(row, run);
  return Math.max(0, Math.min(1, Math.log(span / full) / Math.log(fine / full)));
}

function limits(row, run) {
  const fine = Math.max(2 * TICKS * row.half, NARROWEST[row.dtype]);
  const width = Math.min(run.high - run.low, WIDEST);
  const full = Math.max(width * (1 + 2 * MARGIN), fine * 4);
  const left = width > 0 ? (row.x - run.low + MARGIN * width) / full : 0.5;
  return { full, fine, left: Math.max(0, Math.min(1, left)) };
}
