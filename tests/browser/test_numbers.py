"""Numbers in the browser: all views write them as TensorFlow does."""

import base64

import numpy as np
import pytest
import tensorflow as tf

from widgets.common.numbers import printed
from widgets.common.widget import STATIC

NUMBERS = STATIC.parent / "common" / "view" / "numbers.js"


def odd_numbers(dtype):
    """Return thousands of numbers of all sizes: any bits at all, ties of 9 and of 17 digits, round ones, the ends."""
    kind = np.dtype(dtype)
    bits = np.random.default_rng(5).integers(0, 2 ** (8 * kind.itemsize), 2000, dtype=f"u{kind.itemsize}")
    fraction = 2.0**-9 if dtype == "float32" else 2.0**-17
    ties = (1 + fraction * np.arange(1, 2000, 4)).astype(kind)
    rounds = np.array([float(f"{digit}e{power}") for digit in (1, 2.5, 9.99999) for power in range(-37, 38)], kind)
    limits = np.finfo(kind)
    ends = [
        0.0,
        -0.0,
        np.inf,
        -np.inf,
        np.nan,
        -np.nan,
        limits.max,
        limits.tiny,
        limits.tiny / 2,
        -limits.tiny / 4,
        1e5,
        123456.5,
    ]
    return np.concatenate([bits.view(kind), ties, -ties, rounds, -rounds, np.array(ends, kind)])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_are_written_as_tensorflow_writes_them(page, dtype, tmp_path):
    numbers = odd_numbers(dtype)
    page.goto("about:blank")
    source = base64.b64encode(NUMBERS.read_bytes()).decode()
    texts = page.evaluate(
        """async ([source, bytes, dtype]) => {
            const { printed, isNegativeAt } = await import(`data:text/javascript;base64,${source}`);
            const raw = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
            const numbers = new { float32: Float32Array, float64: Float64Array }[dtype](raw.buffer);
            return Array.from(numbers, (number, i) => printed(number, dtype, isNegativeAt(numbers, i)));
        }""",
        [source, base64.b64encode(numbers.tobytes()).decode(), dtype],
    )
    assert [(a, b) for a, b in zip(texts, map(printed, numbers), strict=True) if a != b] == []
    file = tmp_path / "printed"
    some = numbers[::11]
    tf.print(tf.constant(some), output_stream=f"file://{file}", summarize=-1)
    assert texts[::11] == file.read_text().strip("[]\n").split()
