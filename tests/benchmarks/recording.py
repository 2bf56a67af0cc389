"""What recording costs, beside bare runs measured in turn in the same process.

    python tests/benchmarks/recording.py [--busy] [cell] [keras] [compiled] [loop] [ops]

Bare and recorded runs alternate, so that a machine whose speed drifts slows both; each figure is a median. Without
names everything is measured. On a machine that has other things to do, `--busy` counts processor time, of all threads.
"""

import contextlib
import gc
import io
import statistics
import sys
import time

import keras
import numpy as np
import tensorflow as tf
from IPython.core.interactiveshell import InteractiveShell

from widgets import TapeDeck
from widgets.deck.payload import deck_payload
from widgets.tape.recorder import Recorder

REPEATS = 15
clock = time.process_time if "--busy" in sys.argv else time.perf_counter

CELL = """x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**2 - 2.0 * x + 1.0
tape.gradient(y, x)
"""


def timed(run):
    """Return the seconds that `run()` takes, and what it returns."""
    gc.collect()
    begin = clock()
    result = run()
    return clock() - begin, result


def recorded(run):
    """Run `run()` under the recorder; return what it returns, and the Recorder, not yet read."""
    recorder = Recorder("run")
    with recorder:
        result = run()
    return result, recorder


def in_turns(run, other, repeats=REPEATS):
    """Return the median seconds of `run()` and of `other()`, and the median ratio of one to the other, pair by pair."""
    pairs = [(timed(run)[0], timed(other)[0]) for _ in range(repeats)]
    ratio = statistics.median(other / run for run, other in pairs)
    return *map(statistics.median, zip(*pairs, strict=True)), ratio


def beside(name, run, repeats=REPEATS, limit=None):
    """Print how much longer `run()` takes when it is recorded."""
    bare, told, ratio = in_turns(run, lambda: recorded(run), repeats)
    at_most = f" (at most {limit})" if limit else ""
    print(f"{name}: {bare * 1e3:.2f} ms bare, {told * 1e3:.2f} ms recorded: {ratio:.2f} times{at_most}")


def cell():
    """A small cell in IPython, with `%%tape` and without: from its start until its deck, picture and text are made."""
    shell = InteractiveShell.instance()
    shell.run_cell("import tensorflow as tf\n%load_ext widgets")

    def run(source):
        with contextlib.redirect_stdout(io.StringIO()):
            shell.run_cell(source).raise_error()

    for _ in range(3):
        run(CELL)
    bare, first = timed(lambda: run(CELL))[0], timed(lambda: run(f"%%tape\n{CELL}"))[0]
    print(f"a small cell, the first with %%tape: {(first - bare) * 1e3:.0f} ms beside its run")
    bare, told, _ratio = in_turns(lambda: run(CELL), lambda: run(f"%%tape\n{CELL}"))
    print(f"a later one: {bare * 1e3:.1f} ms bare, {(told - bare) * 1e3:.1f} ms beside its run (at most 30)")


class Training:
    """A Keras model (Dense 784-128-10), a batch of 64, and Adam."""

    def __init__(self):
        keras.utils.set_random_seed(1)
        layers = [keras.Input((784,)), keras.layers.Dense(128, "relu"), keras.layers.Dense(10)]
        self.model = keras.Sequential(layers)
        self.optimizer = keras.optimizers.Adam(0.001)
        self.loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        rng = np.random.default_rng(0)
        self.x = tf.constant(rng.normal(size=(64, 784)).astype("float32"))
        self.y = tf.constant(rng.integers(0, 10, 64))

    def step(self):
        """Train for one step, in TensorFlow's own words."""
        with tf.GradientTape() as tape:
            loss = self.loss_of(self.y, self.model(self.x, training=True))
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply(gradients, self.model.trainable_variables)
        return loss


def keras_step():
    """Steps of training, run eagerly."""
    training = Training()
    for _ in range(3):
        training.step()
    recorded(training.step)
    beside("an eager Keras step", training.step, limit=1.3)
    read = [timed(recorded(training.step)[1].recording) for _ in range(REPEATS)]
    shown = [timed(lambda recording=recording: TapeDeck(recording)) for _, recording in read]
    seconds = statistics.median(a[0] + b[0] for a, b in zip(read, shown, strict=True))
    print(f"its deck: {seconds:.3f} s (at most 0.2), {len(shown[-1][1].facts.encode()) / 1e3:.0f} kB")
    recorder = recorded(lambda: [training.step() for _ in range(50)])[1]
    print(f"the deck of 50 steps: {len(deck_payload(recorder.recording()).encode()) / 1e6:.2f} MB (at most 1)")


def compiled_step():
    """Steps of training inside a `tf.function`, and inside `fit`: traced in a recording, as `%%tape` hears it."""
    training = Training()
    training.step()
    step = tf.function(training.step)
    recorded(step)

    def steps():
        for _ in range(20):
            step()

    beside("20 compiled steps", steps, limit=1.3)
    training.model.compile("adam", training.loss_of)
    x, y = np.tile(training.x, (50, 1)), np.tile(training.y, 50)

    def fit():
        training.model.fit(x, y, batch_size=64, verbose=0)

    recorded(fit)
    beside("fit, 50 steps", fit, repeats=11)


def loop():
    """An eager loop of many rounds."""
    x = tf.Variable([1.0, 2.0, 3.0])

    def rounds():
        for _ in range(500):
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(x * x - 2.0 * x)
            x.assign_sub(0.001 * tape.gradient(y, x))

    recorded(rounds)
    beside("a loop of 500 rounds", rounds, repeats=7, limit=2)
    print(f"what is kept of it: {len(recorded(rounds)[1].recording().entries)} entries")


def chain(ops):
    """Run `ops` small ops forward and their playback; return (seconds forward, seconds backward)."""
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * 1.0
        begin = clock()
        for _ in range(ops // 2):
            y = tf.sin(y)
            y = y * 1.01
        forward = clock() - begin
    begin = clock()
    tape.gradient(y, x)
    return forward, clock() - begin


def ratios(ops, repeats=REPEATS):
    """Return the median ratios (forward, backward) of recorded to bare chains, pair by pair."""
    pairs = []
    for _ in range(repeats):
        gc.collect()
        bare = chain(ops)
        gc.collect()
        told = recorded(lambda: chain(ops))[0]
        pairs.append([one / alone for one, alone in zip(told, bare, strict=True)])
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def per_op(ops, repeats):
    """Return the median microseconds of a recorded forward op in a chain of this many."""
    times = []
    for _ in range(repeats):
        gc.collect()
        times.append(recorded(lambda: chain(ops))[0][0] / ops * 1e6)
    return statistics.median(times)


def ops():
    """Small ops in one chain: how their cost grows with their number."""
    recorded(lambda: chain(1000))
    forward, backward = ratios(3000, 15)
    print(f"3,000 ops, recorded / bare: forward {forward:.2f} (at most 2.5), backward {backward:.2f} (at most 1.5)")
    small, large = per_op(300, 41), per_op(30_000, 5)
    print(f"one op: {small:.1f} µs among 300, {large:.1f} µs among 30,000: {large / small:.2f} (at most 1.3)")
    read, recording = timed(recorded(lambda: chain(10_000))[1].recording)
    lowered, text = timed(lambda: deck_payload(recording))
    print(f"10,000 ops: read in {read:.2f} s, lowered to {len(text) / 1e6:.1f} MB for the deck in {lowered:.2f} s")


PARTS = {"cell": cell, "keras": keras_step, "compiled": compiled_step, "loop": loop, "ops": ops}
"""Each figure's name; a first cell is a first one only before all the others."""


def main(names):
    """Print the figures that are asked for."""
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main([name for name in sys.argv[1:] if name in PARTS])
