// Numbers: read from bytes as TensorFlow had them, looked up in sorted lists, and written as text. Imports nothing, so
// that a test can load it alone.

/** @typedef {"float32" | "float64"} DType */
/** @typedef {Float32Array | Float64Array} FloatArray */

/** @typedef {{ BYTES_PER_ELEMENT: number, new (from: ArrayBuffer | number): FloatArray }} FloatArrayType */

/** @type {Record<DType, FloatArrayType>} */
export const FLOAT_ARRAYS = { float32: Float32Array, float64: Float64Array };

/**
 * Return a binary trait as numbers. It may start anywhere in a message, so it is copied to where numbers may start.
 *
 * @param {DType} dtype
 * @param {DataView} bytes
 * @returns {FloatArray}
 */
export function floatsFrom(dtype, bytes) {
  const { buffer, byteOffset, byteLength } = bytes;
  return new FLOAT_ARRAYS[dtype](/** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength));
}

/**
 * Return the bytes that a text in base64 stands for.
 *
 * @param {string} text
 */
export function bytesFrom(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes.buffer;
}

/**
 * Return whether a number's sign bit is set. JavaScript has only one nan; TensorFlow's has a sign, in its bytes.
 *
 * @param {FloatArray} numbers
 * @param {number} index
 */
export function isNegativeAt(numbers, index) {
  const last = (index + 1) * numbers.BYTES_PER_ELEMENT - 1;
  return new Uint8Array(numbers.buffer, numbers.byteOffset)[last] > 127;
}

/**
 * Return how many numbers of a rising list are not above a value (Python's `bisect_right`).
 *
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function bisectRight(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Return the index of the last number that is not above a value, or 0.
 *
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function lastAtMost(sorted, value) {
  return Math.max(0, bisectRight(sorted, value) - 1);
}

/**
 * Return the index of the number that is nearest to a value; the lower of two that are equally near.
 *
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
export function nearestIndex(sorted, value) {
  const below = lastAtMost(sorted, value);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[above] - value < value - sorted[below] ? above : below;
}

const FORMATS = {
  float32: { short: 6, full: 9, tiny: 2 ** -126, round: Math.fround },
  float64: { short: 15, full: 17, tiny: 2 ** -1022, round: (/** @type {number} */ value) => value },
};

/**
 * Return a number as tf.print writes it (common/numbers.py is the twin): 0 for what is nearer to 0 than the smallest
 * normal float, else six digits where they say it all, else as many as tell it from every other float (15 and 17 for
 * float64).
 *
 * @param {number} value
 * @param {DType} dtype
 * @param {boolean} isNegative the sign bit, for a nan: see `isNegativeAt`
 */
export function printed(value, dtype = "float32", isNegative = false) {
  const { short, full, tiny, round } = FORMATS[dtype];
  if (Number.isNaN(value)) return isNegative ? "-nan" : "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Math.abs(value) < tiny) return isNegative || value < 0 || Object.is(value, -0) ? "-0" : "0";
  const text = formatG(value, short);
  return round(Number(text)) === value ? text : formatG(value, full);
}

/**
 * Return a number in at most four digits, and short whatever its size: the label of an axis tick.
 *
 * @param {number} value
 */
export function shortNumber(value) {
  const rounded = Number(value.toPrecision(4));
  const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
  return isPlain ? String(rounded) : rounded.toExponential().replace("e+", "e");
}

/**
 * C's `%.{digits}g`: plain between 1e-4 and 10^digits, no zeros at the end.
 *
 * @param {number} value
 * @param {number} digits
 */
function formatG(value, digits) {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, power] = roundHalfEven(value, digits).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    return `${trimZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const sign = value < 0 ? "-" : "";
  const figures = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return trimZeros(`${sign}0.${"0".repeat(-exponent - 1)}${figures}`);
  return trimZeros(`${sign}${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`);
}

/**
 * Scientific notation, half to even as C rounds; JavaScript rounds a half away from zero.
 *
 * @param {number} value
 * @param {number} digits
 */
function roundHalfEven(value, digits) {
  const text = value.toExponential(digits - 1);
  const [exact] = value.toExponential(digits + 30).split("e");
  const isHalf = /^50*$/.test(exact.replace(/[-.]/g, "").slice(digits));
  const last = text.indexOf("e") - 1;
  if (!isHalf || Number(text[last]) % 2 === 0) return text;
  return `${text.slice(0, last)}${Number(text[last]) - 1}${text.slice(last + 1)}`;
}

/** @param {string} text */
function trimZeros(text) {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}
