// Numbers as text: whole, as tf.print writes them (words/numbers.py is the twin), and short, for axes.

// What tf.print writes: six digits where they say it all, else as many as tell it from every other float.
export function printed(value, dtype = "float32") {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const [few, all] = dtype === "float64" ? [15, 17] : [6, 9];
  const same = dtype === "float64" ? (text) => Number(text) === value : (text) => Math.fround(Number(text)) === value;
  const short = general(value, few);
  return same(short) ? short : general(value, all);
}

// A tick's label: at most four digits.
export function short(value) {
  return general(Number(value.toPrecision(4)), 4).replace(/e([+-])0+/, "e$1").replace("e+", "e");
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
  const isHalf = /^50*$/.test(value.toExponential(digits + 30).split("e")[0].replace(/[-.]/g, "").slice(digits));
  const last = text.indexOf("e") - 1;
  if (!isHalf || Number(text[last]) % 2 === 0) return text;
  return `${text.slice(0, last)}${Number(text[last]) - 1}${text.slice(last + 1)}`;
}

function trimmed(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
