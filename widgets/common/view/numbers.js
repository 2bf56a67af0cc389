// Numbers as text: whole, as tf.print writes them (words/numbers.py is the twin), and short, for axes.

const KINDS = {
  float32: { few: 6, all: 9, tiny: 2 ** -126, fits: Math.fround },
  float64: { few: 15, all: 17, tiny: 2 ** -1022, fits: (value) => value },
};

// What tf.print writes: 0 for what is nearer to 0 than the smallest normal float, else six digits where they say it all,
// else as many as tell it from every other float (15 and 17 for float64). A nan has a sign too: see `isNegativeAt`.
export function printed(value, dtype = "float32", isNegative = false) {
  const { few, all, tiny, fits } = KINDS[dtype];
  if (Number.isNaN(value)) return isNegative ? "-nan" : "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Math.abs(value) < tiny) return isNegative || value < 0 || Object.is(value, -0) ? "-0" : "0";
  const text = general(value, few);
  return fits(Number(text)) === value ? text : general(value, all);
}

// JavaScript has one nan only; the sign that TensorFlow's has is in its bytes.
export function isNegativeAt(numbers, index) {
  const last = (index + 1) * numbers.BYTES_PER_ELEMENT - 1;
  return new Uint8Array(numbers.buffer, numbers.byteOffset)[last] > 127;
}

// A tick's label: at most four digits, and short whatever its size.
export function short(value) {
  const rounded = Number(value.toPrecision(4));
  const isPlain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
  return isPlain ? String(rounded) : rounded.toExponential().replace("e+", "e");
}

// C's %.{digits}g: plain between 1e-4 and 10^digits, no zeros at the end.
function general(value, digits) {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [mantissa, power] = rounded(value, digits).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) {
    return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const sign = value < 0 ? "-" : "";
  const figures = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return trimmed(`${sign}0.${"0".repeat(-exponent - 1)}${figures}`);
  return trimmed(`${sign}${figures.slice(0, exponent + 1)}.${figures.slice(exponent + 1)}`);
}

// Scientific, half to even as C rounds; JavaScript rounds a half away from zero.
function rounded(value, digits) {
  const text = value.toExponential(digits - 1);
  const isHalf = /^50*$/.test(
    value
      .toExponential(digits + 30)
      .split("e")[0]
      .replace(/[-.]/g, "")
      .slice(digits),
  );
  const last = text.indexOf("e") - 1;
  if (!isHalf || Number(text[last]) % 2 === 0) return text;
  return `${text.slice(0, last)}${Number(text[last]) - 1}${text.slice(last + 1)}`;
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}
