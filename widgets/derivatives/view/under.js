// A slider that stands under the axis along which it moves something.

const HALF_A_THUMB = 8; // pixels

// `room` is what the plot leaves around its area. Where the axis has half a step more on either side, the slider is as
// much shorter: tell then how many steps it has.
export function underAxis({ element }, { left, right }, steps = Infinity) {
  const half = `(100% - ${left + right}px) / ${2 * steps}`;
  const inset = (side) =>
    steps === Infinity ? `${side - HALF_A_THUMB}px` : `calc(${side - HALF_A_THUMB}px + ${half})`;
  element.style.paddingInline = `${inset(left)} ${inset(right)}`;
}
