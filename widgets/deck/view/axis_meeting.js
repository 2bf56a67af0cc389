// Which axes of arrays meet in an op, and so in its pullback: of a product of matrices which rows meet which columns, of
// a broadcast which axes are summed over. Nothing here draws.

/**
 * One factor of a product of matrices, as it is written: an array, or its transpose.
 *
 * @typedef {{ from: "a" | "b" | "upstream", isTransposed: boolean }} Factor
 */

/**
 * Return the two factors whose product is the gradient at one input of z = a @ b, as TensorFlow's gradient of MatMul has
 * them: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/ops/math_grad.py
 *
 * @param {[a: boolean, b: boolean]} transposes whether z is made of the transposed a, the transposed b
 * @param {number} input 0 for a, 1 for b
 * @returns {[left: Factor, right: Factor]}
 */
export function matmulFactors([a, b], input) {
  const upstream = (/** @type {boolean} */ isTransposed) => factor("upstream", isTransposed);
  if (input === 0) return a ? [factor("b", b), upstream(true)] : [upstream(false), factor("b", !b)];
  return b ? [upstream(true), factor("a", a)] : [factor("a", !a), upstream(false)];
}

/** @param {Factor["from"]} from @param {boolean} isTransposed @returns {Factor} */
function factor(from, isTransposed) {
  return { from, isTransposed };
}

/**
 * Return the part of the left factor (a row of it) or of the right one (a column) that a cell of the product is made of,
 * as an index into the array as it is: `[:, 2]`.
 *
 * @param {Factor} factor
 * @param {"left" | "right"} side
 * @param {number} at the row, or the column, of the cell
 */
export function sliceText({ isTransposed }, side, at) {
  return isTransposed === (side === "left") ? `[:, ${at}]` : `[${at}, :]`;
}

/**
 * Return the axes of an op's output along which an input was repeated, so that its gradient is summed over them.
 *
 * @param {number[]} input the shape of the input
 * @param {number[]} output the shape of the output
 */
export function summedAxes(input, output) {
  const missing = output.length - input.length;
  return output.flatMap((side, axis) => {
    const own = axis < missing ? 1 : input[axis - missing];
    return own === 1 && side > 1 ? [{ axis, side }] : [];
  });
}
