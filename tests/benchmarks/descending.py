"""What following many learning rates costs, against the ways that a learner has, measured in turn in one process.

    python tests/benchmarks/descending.py [PLOT.png]

The same descent on x² − 2x + 1, 1,000 steps of SGD in float32: (a) the eager loop of the lessons, (b) that loop in a
tf.function, both for one rate; (c) NumPy for all rates, with the derivative written by hand, recording x, y and
gradient as `descend` does: the floor. Repeats alternate, so that a machine whose speed drifts slows all of them; each
figure is a median of ratios. PLOT.png gets the cost against rates and against iterations.
"""

import statistics
import sys
import time

import numpy as np
import tensorflow as tf

from widgets.descent import descend

RATES, ITERATIONS, REPEATS = 241, 1_000, 15
FUNCTIONS = {
    "tf.pow(x, 2) - 2 * x + 1": lambda x: tf.pow(x, 2) - 2 * x + 1,
    "x * x - 2 * x + 1": lambda x: x * x - 2 * x + 1,
}


def rates(count=RATES):
    """Return learning rates from crawling to bouncing."""
    return np.geomspace(0.001, 1.0, count)


def eager(f, iterations=ITERATIONS):
    """Descend as the lessons do, at one rate."""
    x, optimizer = tf.Variable(0.0), tf.keras.optimizers.SGD(learning_rate=0.01)
    for _ in range(iterations):
        with tf.GradientTape() as tape:
            y = f(x)
        optimizer.apply_gradients([(tape.gradient(y, x), x)])


def compiled(f):
    """Return the loop of the lessons for one rate as a tf.function, traced, to be called again and again."""
    x, optimizer = tf.Variable(0.0), tf.keras.optimizers.SGD(learning_rate=0.01)
    optimizer.build([x])

    @tf.function
    def minimise(iterations):
        for _ in tf.range(iterations):
            with tf.GradientTape() as tape:
                y = f(x)
            optimizer.apply_gradients([(tape.gradient(y, x), x)])

    minimise(tf.constant(1))
    return lambda: minimise(tf.constant(ITERATIONS))


def by_numpy(count=RATES, iterations=ITERATIONS):
    """Descend at all rates, the derivative written by hand."""
    rate, x = rates(count).astype(np.float32), np.zeros(count, np.float32)
    xs, ys, gradients = (np.empty((iterations + 1, count), np.float32) for _ in range(3))
    for step in range(iterations + 1):
        gradient = 2 * x - 2
        xs[step], ys[step], gradients[step] = x, x * x - 2 * x + 1, gradient
        x = x - rate * gradient
    return xs, ys, gradients


def seconds(run):
    """Return how long one call takes."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def compare(name, f):
    """Print the times of the three ways and ours, and the ratios that the issue asks for."""
    first = seconds(lambda: descend(f, 0.0, rates(), ITERATIONS))
    loop = compiled(f)
    ways = {
        "ours": lambda: descend(f, 0.0, rates(), ITERATIONS),
        "b": loop,
        "c": by_numpy,
        "a": lambda: eager(f, ITERATIONS // 10),  # a tenth, as the loop's steps all cost the same
    }
    times = [{way: seconds(run) for way, run in ways.items()} for _ in range(REPEATS)]
    times = [{**row, "a": row["a"] * 10} for row in times]
    middle = {way: statistics.median(row[way] for row in times) for way in ways}
    print(f"\nf(x) = {name}: {RATES} rates × {ITERATIONS:,} steps, {descend(f, 0.0, rates(), 1).how}")
    print(f"  ours {middle['ours'] * 1e3:8.1f} ms for all rates; the first call, with tracing, {first * 1e3:.0f} ms")
    print(f"  (a)  {middle['a'] * 1e3:8.1f} ms for one rate, eagerly")
    print(f"  (b)  {middle['b'] * 1e3:8.1f} ms for one rate, in a tf.function")
    print(f"  (c)  {middle['c'] * 1e3:8.1f} ms for all rates, NumPy")
    for way, least in (("a", 20_000), ("b", 100)):
        ratio = statistics.median(row[way] * RATES / row["ours"] for row in times)
        print(f"  per path {ratio:8,.0f} × as fast as ({way})  (at least {least:,})")
    print(f"  in all   {statistics.median(row['ours'] / row['c'] for row in times):8.2f} × (c)  (at most 2)")


def cost(f, count, iterations):
    """Return the median seconds of a run that is already traced."""
    asked = rates(count)
    descend(f, 0.0, asked, iterations)
    return statistics.median(seconds(lambda: descend(f, 0.0, asked, iterations)) for _ in range(5))


def growth(f):
    """Return {(rates, iterations): seconds} along both directions, and print them with the cost of one number."""
    wide = [(count, ITERATIONS) for count in (1, 3, 10, 30, 100, 241, 500, 1_000, 2_000)]
    long = [(RATES, iterations) for iterations in (10, 30, 100, 300, 1_000, 3_000, 10_000)]
    found = {size: cost(f, *size) for size in dict.fromkeys(wide + long)}
    print("\n  rates  iterations        ms  ns per step of one path")
    for (count, iterations), took in found.items():
        print(f"  {count:5,}  {iterations:10,}  {took * 1e3:8.1f}  {took / count / iterations * 1e9:10.1f}")
    for what, axis, sizes in (("rates", 0, wide), ("iterations", 1, long)):
        least = outweighed(found, axis, sizes)
        print(f"  below about {least:,.0f} {what} the time hardly depends on them; well above, it grows in proportion")
    return found, wide, long


def outweighed(found, axis, sizes):
    """Return how many rates or steps cost as much as a run with hardly any: the cost is a + b · n; this is a / b."""
    fixed, most = found[sizes[0]], sizes[-1][axis]
    return fixed * most / (found[sizes[-1]] - fixed)


def plot(found, wide, long, path):
    """Save the two curves of cost."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for axes, sizes, axis, label in zip(figure.subplots(1, 2), (wide, long), (0, 1), ("rates", "steps"), strict=True):
        axes.loglog([size[axis] for size in sizes], [found[size] * 1e3 for size in sizes], "o-")
        axes.axvline(outweighed(found, axis, sizes), color="0.5", linestyle="--")
        axes.set(xlabel=label, ylabel="milliseconds")
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


def main():
    """Print every figure; save the plot where the command line says."""
    for name, f in FUNCTIONS.items():
        compare(name, f)
    found = growth(FUNCTIONS["x * x - 2 * x + 1"])
    if sys.argv[1:]:
        plot(*found, sys.argv[1])


if __name__ == "__main__":
    main()
