// The floats of the number line, in order. Next to each other are floats whose bits, read as a whole number, are too.

const KINDS = {
  float32: { value: new Float32Array(1), bits: Int32Array, lowest: -(2 ** 31), one: 1 },
  float64: { value: new Float64Array(1), bits: BigInt64Array, lowest: -(2n ** 63n), one: 1n },
};

// Return the float that is `count` places above x (below, if negative).
export function floatAt(x, count, dtype) {
  const { value, bits: Bits, lowest, one } = KINDS[dtype];
  const bits = new Bits(value.buffer);
  value[0] = x;
  const turned = (number) => (number < 0 ? lowest - number : number); // from sign and size to a number that rises
  bits[0] = turned(turned(bits[0]) + one * (typeof one === "bigint" ? BigInt(count) : count));
  return value[0];
}

// Return the floats whose distance from x lies between `from` and `to`, as { value, offset, count }; `count` from x, or
// from the float next to it where the dtype has no x.
export function floatsWithin(x, dtype, from, to) {
  const found = [];
  const nearest = floatAt(x, 0, dtype);
  for (const way of [-1, 1]) {
    for (let count = way < 0 ? -1 : 0; ; count += way) {
      const value = floatAt(nearest, count, dtype);
      const offset = value - x;
      if (!(offset >= from && offset <= to)) break;
      found.push({ value, offset, count });
    }
  }
  return found.sort((one, other) => one.count - other.count);
}

// Return how far from x lie the places, below and above, from where on a number no longer rounds to x.
export function reach(x, dtype) {
  return [(floatAt(x, -1, dtype) - x) / 2, (floatAt(x, 1, dtype) - x) / 2];
}
