// Numbers as TensorFlow had them, byte by byte.

export const ARRAYS = { float32: Float32Array, float64: Float64Array };

// Return a binary trait as numbers. It may start anywhere in a message, so it is copied to where numbers may start.
export function numbersOf(dtype, view) {
  return new ARRAYS[dtype](view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}
