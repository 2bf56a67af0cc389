"""What recording costs, as ratios to bare runs measured in turn in the same process.

    python tests/benchmarks/recording.py

Bare and recorded runs alternate, so that a machine whose speed drifts slows both; each figure is a median.
"""

import gc
import statistics
import time

import tensorflow as tf

from widgets.deck.payload import deck_payload
from widgets.tape import Recorder

REPEATS = 15


def chain(ops):
    """Run `ops` small ops forward and their playback; return (seconds forward, seconds backward)."""
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * 1.0
        begin = time.perf_counter()
        for _ in range(ops // 2):
            y = tf.sin(y)
            y = y * 1.01
        forward = time.perf_counter() - begin
    begin = time.perf_counter()
    tape.gradient(y, x)
    return forward, time.perf_counter() - begin


def recorded(ops):
    """Run `chain` under the recorder; return its times and the Recorder, not yet read."""
    recorder = Recorder("chain")
    with recorder:
        times = chain(ops)
    return times, recorder


def ratios(ops, repeats=REPEATS):
    """Return the median ratios (forward, backward) of recorded to bare runs, pair by pair."""
    pairs = []
    for _ in range(repeats):
        gc.collect()
        bare = chain(ops)
        gc.collect()
        pairs.append([told / alone for told, alone in zip(recorded(ops)[0], bare, strict=True)])
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def per_op(ops, repeats):
    """Return the median microseconds of a recorded forward op in a run of this many."""
    times = []
    for _ in range(repeats):
        gc.collect()
        times.append(recorded(ops)[0][0] / ops * 1e6)
    return statistics.median(times)


def stages(ops):
    """Return seconds to read a recording of `ops` ops, and to lower it for the deck; and the size of that text."""
    recorder = recorded(ops)[1]
    begin = time.perf_counter()
    recording = recorder.recording()
    read = time.perf_counter()
    text = deck_payload(recording)
    return read - begin, time.perf_counter() - read, len(text)


def main():
    """Print every figure."""
    chain(1000)
    recorded(1000)
    forward, backward = ratios(3000)
    print(f"3,000 ops, recorded / bare: forward {forward:.2f} (at most 2.5), backward {backward:.2f} (at most 1.5)")
    small, large = per_op(300, 41), per_op(30_000, 5)
    print(f"one op: {small:.1f} µs among 300, {large:.1f} µs among 30,000: {large / small:.2f} (at most 1.3)")
    read, lowered, size = stages(10_000)
    print(f"10,000 ops: read in {read:.2f} s, lowered to {size / 1e6:.1f} MB for the deck in {lowered:.2f} s")


if __name__ == "__main__":
    main()
