"""What is said of a descent: the same facts, in words, and tf.print's own line."""

import pickle

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.walks import lesson, walk
from widgets.descent.engine import descend
from widgets.descent.model import PER_RATE, Paths
from widgets.descent.surface.stability import StabilityLimits, stability_limits
from widgets.descent.text import FEW_RATES, paths_text, readout, run_line, verdict_line
from widgets.descent.verdicts import VERDICTS, Verdict, judge, verdict_sentence


def told(function, start, rate, steps, **how):
    x, y, gradient = walk(function, start, rate, steps, **how)
    return verdict_sentence(judge(x, y, gradient), x, y)


@pytest.mark.parametrize(
    ("rate", "steps", "sentence"),
    [
        (0.001, 200, "still moving: x = 0.329948395 after 200 steps"),
        (0.1, 50, "approaches: x = 0.999985754 after 50 steps"),
        (0.1, 1_000, "approaches: x = 0.999999881, unchanged from step 72"),
        (0.5, 1, "lands at x = 1 in 1 step"),
        (0.6, 1_000, "oscillates in: x = 1, unchanged from step 12"),
        (0.9, 1, "still moving: x = 1.8 after 1 step"),
        (0.9, 20, "oscillates in: x = 0.988470733 after 20 steps"),
        (0.9, 1_000, "oscillates in, until rounding leaves it between 0.999999881 and 1.00000012"),
        (1.0, 1_000, "bounces between 0 and 2 forever (period 2)"),
        (1.0, 1_001, "bounces between 0 and 2 forever (period 2)"),
        (1.1, 10, "diverges: y = 38.3376236 after 10 steps"),
        (1.1, 300, "overflows: y is inf at step 244"),
        (1.1, 1_000, "overflows: y is inf at step 244, nan at step 483"),
    ],
)
def test_a_sentence_for_every_kind(rate, steps, sentence):
    assert told(lesson, 0, rate, steps) == sentence
    assert sentence.startswith(tuple(kind.name for kind in VERDICTS))


def test_a_stall_says_why_and_how_far():
    said = "stalls at x = 0.999998569 from step 660: the update is under half a ULP of x"
    assert told(lesson, 0, 0.01, 1_000) == f"{said}, about 24 floats away from the point where the gradient is 0"
    assert told(lesson, 1, 0.01, 10) == "stalls at x = 1 from step 1: the gradient is exactly 0"
    line = told(lambda x: (x, np.ones_like(x)), 1e8, 0.01, 10)
    assert line == "stalls at x = 1e+08 from step 1: the update is under half a ULP of x"


def test_a_nan_without_an_inf_says_where():
    line = told(lambda x: (x - np.log(x), 1 - 1 / x), 0.5, -3.0, 5)
    assert line == "overflows: y is nan at step 1, where x = -2.5"


def test_a_long_cycle_is_told_by_its_outermost_places():
    x = np.tile(np.array([3, 1, 2], np.float32), 4)
    assert verdict_sentence(judge(x, x, x), x, x) == "bounces between 1 and 3 forever (period 3)"
    vectors = np.stack([x, -x], axis=1)
    assert "between [1 -1] and [3 -3]" in verdict_sentence(judge(vectors, x, vectors), vectors, x)


def test_a_cycle_is_told_by_the_component_that_goes_farthest():
    steps = np.arange(60)
    x = np.stack([np.full(60, 0.5), np.float32([-0.25, 0.0, 0.5])[steps % 3]], axis=1).astype(np.float32)
    sentence = verdict_sentence(Verdict("bounces", period=3), x, np.zeros(60, np.float32))
    assert sentence.startswith("bounces between [0.5 -0.25] and [0.5 0.5] forever")


def test_every_kind_has_a_meaning_and_a_label():
    assert len({kind.name for kind in VERDICTS}) == len(VERDICTS) == 8
    assert all(kind.meaning.endswith(".") and kind.label for kind in VERDICTS)


@pytest.mark.parametrize("place", [0.999998569, [1 / 3, 2], np.arange(9) / 7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_readout_is_the_line_that_tf_print_prints(tmp_path, place, dtype):
    x, y = np.array(place, dtype), dtype(1e-7)
    file = tmp_path / "line.txt"
    tf.print("y =", tf.constant(y), "; x =", tf.Variable(x), output_stream=f"file://{file.as_posix()}")
    assert readout(y, x) + "\n" == file.read_text("utf-8")


# The twin


def paths(rates, steps=1_000, start=0.0, **more):
    runs = [walk(lesson, start, rate, steps) for rate in rates]
    x, y, gradient = (np.stack(numbers, axis=1) for numbers in zip(*runs, strict=True))
    facts = {"title": "f", "start": np.float32(start), "optimizer": "sgd", "dtype": "float32", "iterations": steps}
    return Paths(learning_rates=np.array(rates), x=x, y=y, gradient=gradient, **(facts | more))


RATES = [0.01, 0.1, 0.5, 1.0]


def test_the_twin_of_a_few_rates():
    stall = "the update is under half a ULP of x, about 24 floats away from the point where the gradient is 0"
    assert paths_text(paths(RATES), stability_limits(lambda x: x * x - 2 * x + 1, 1.0)).splitlines() == [
        "Descent on f (optimizer: sgd, float32, start: 0, iterations: 1000)",
        "learning rate  printed at the end       verdict",
        f"0.01           y = 0 ; x = 0.999998569  stalls at x = 0.999998569 from step 660: {stall}",
        "0.1            y = 0 ; x = 0.999999881  approaches: x = 0.999999881, unchanged from step 72",
        "0.5            y = 0 ; x = 1            lands at x = 1 in 1 step",
        "1              y = 1 ; x = 0            bounces between 0 and 2 forever (period 2)",
        "Curvature at x = 1, by nested tapes: λ = 2.",
        "Close to this minimum, SGD converges at learning rates below 2/λ = 1; above 1/λ = 0.5 it jumps from side to "
        "side where f curves most.",
    ]


def test_the_twin_of_what_tensorflow_computed_has_the_same_lines():
    found = descend(lambda x: x * x - 2 * x + 1, 0.0, RATES, 1_000)
    assert paths_text(found).splitlines()[1:6] == paths_text(paths(RATES)).splitlines()[1:6]


def test_the_twin_of_many_rates_tells_runs_of_one_kind():
    rates = [0.01, 0.02, *np.linspace(0.1, 0.4, FEW_RATES), 0.5, 0.9]
    assert paths_text(paths(rates)).splitlines()[1:] == [
        "learning rates  how many  verdict",
        "0.01 … 0.02     2         stalls",
        f"0.1 … 0.4       {FEW_RATES}        approaches",
        "0.5             1         lands",
        "0.9             1         oscillates in",
    ]


@pytest.mark.parametrize(
    ("rate", "steps", "said"),
    [
        (0.1, 50, "the path approaches: x = 0.999985754 at the end"),
        (0.1, 1_000, "the path approaches: x = 0.999999881, unchanged from step 72"),
        (0.5, 20, "the path lands at x = 1 in 1 step"),
        (0.9, 20, "the path oscillates in: x = 0.988470733 at the end"),
        (1.0, 20, "the path bounces between 0 and 2 forever (period 2)"),
        (1.1, 10, "the path diverges: y = 38.3376236 at the end"),
        (0.001, 200, "the path is still moving: x = 0.329948395 at the end"),
    ],
)
def test_the_verdict_of_a_run_says_its_iterations_once(rate, steps, said):
    assert verdict_line(paths([rate], steps), 0) == f"Over {steps} iterations {said}"


def test_parameters_are_told_by_the_learners_names():
    def loss(p):
        w, b = p
        return (w - 1.0) ** 2 + 4.0 * (b + 2.0) ** 2

    text = paths_text(descend(loss, [1.0, 2.0], [0.125, 0.25, 1e30], 3), stability_limits(loss, [1.0, -2.0]))
    assert "y = 0 ; w = 1, b = -2 " in text and "lands at w = 1, b = -2 in 1 step" in text
    assert "Hessian at w = 1, b = -2, by nested tapes" in text
    for names, said in (("w", "w = [0 0]"), ("ab", "a = 0, b = 0"), ("abcd", "x = [0 0 0 0]")):
        start = [1.0, 1.0] if names == "w" else dict.fromkeys(names, 1.0)
        found = descend(
            lambda w, of=list(names): sum(w[at] ** 2 for at in ((0, 1) if of == ["w"] else of)), start, [0.5], 2
        )
        assert f"lands at {said} in 1 step" in paths_text(found)


def test_of_a_parameter_that_is_not_finite_the_name_is_said():
    x = np.float32([[0, 0], [0, np.nan]])
    found = judge(x, x[:, 1], x)
    assert verdict_sentence(found, x, x[:, 0], ["w", "b"]) == "overflows: b is nan at step 1, where w = 0, b = nan"


def test_every_rate_is_told_up_to_the_limit():
    assert len(paths_text(paths([0.1] * FEW_RATES, 5)).splitlines()) == FEW_RATES + 2
    assert len(paths_text(paths([0.1] * (FEW_RATES + 1), 5)).splitlines()) == 3


def test_over_a_kink_rates_are_told_by_their_outcome():
    def bent(x):
        return tf.maximum(1.0 - 2.0 * x, 0.0) + 0.25 * x

    lines = paths_text(descend(bent, -1.0, np.geomspace(0.01, 8, 121), 300)).splitlines()[2:]
    assert len(lines) <= FEW_RATES and lines[-1].endswith("oscillates")


def test_why_it_took_longer_is_said():
    line = paths_text(paths(RATES, 5, how=PER_RATE, note="f asks for the shape of x.")).splitlines()[-1]
    assert "one learning rate at a time" in line and line.endswith(": f asks for the shape of x.")


def test_no_limits_are_said_with_their_reason():
    found = stability_limits(lambda x: 3.0 * x, 2.0)
    assert paths_text(paths(RATES, 5), found).splitlines()[-1] == f"No stability limit at x = 2: {found.reason}"


def test_a_saddle_is_called_one():
    found = StabilityLimits(np.zeros(2, np.float32), curvature=2.0, lowest_curvature=-2.0, fastest=0.5, limit=1.0)
    assert paths_text(paths(RATES, 5), found).endswith("this is a saddle point, not a minimum.")


def test_the_curvature_is_printed_in_the_dtype_of_the_run():
    line = paths_text(paths(RATES, 5), stability_limits(lambda x: 0.1 * x * x, 1.0)).splitlines()[-2]
    assert line == "Curvature at x = 1, by nested tapes: λ = 0.2."


def test_it_is_the_same_twice():
    assert paths_text(paths(RATES)) == paths_text(paths(RATES))


def test_the_value_is_called_f_where_a_parameter_is_called_y():
    def bowl(p):
        x, y = p
        return x * x + 3.0 * y * y

    found = descend(bowl, [2.0, 1.0], [0.1, 1.0], 20)
    assert run_line(found, 0, 0).endswith("f = 7 ; x = 2, y = 1")
    assert found.verdict_sentence(1).startswith("diverges: f = ")
    assert readout(np.float32(7.0), np.float32([2.0, 1.0]), ("x", "z")) == "y = 7 ; x = 2, z = 1"


def test_with_mini_batches_no_limit_of_all_data_is_promised():
    """Around the minimum each mini-batch moves x on, also below 2/λ: the paths do not converge there."""
    data = np.float32([0.0, 1.0, 2.0, 3.0]), np.float32([1.0, 2.0, 5.0, 4.0])

    def line(w, inputs, targets):
        return tf.reduce_mean(tf.square(w[0] * inputs + w[1] - targets))

    limits = stability_limits(lambda w: line(w, *data), [1.2, 1.2])
    whole = descend(line, [0.0, 0.0], [limits.limit / 2], 50, data=data)
    batched = descend(line, [0.0, 0.0], [limits.limit / 2], 50, data=data, batch_size=2)
    assert whole.batch_size is None and batched.batch_size == 2
    assert "SGD converges at learning rates below" in paths_text(whole, limits)
    text = paths_text(batched, limits)
    assert "SGD converges" not in text and "over all data at once would converge" in text
    assert "a mini-batch of 2 examples: y and the gradient are those of the mini-batch." in text


def of_data(w, x, y):
    return tf.reduce_mean(tf.square(w * x - y))


def with_its_own(w):
    y = w * w
    return y


def of_surroundings():
    x = y = np.float32([1.0, 2.0, 3.0])
    return lambda w: tf.reduce_mean(tf.square(w * x - y))


@pytest.mark.parametrize(
    ("f", "data", "name"),
    [(of_data, (np.ones(3), np.ones(3)), "f"), (of_surroundings(), None, "f"), (with_its_own, None, "y")],
)
def test_the_value_is_called_f_where_f_calls_its_data_y(f, data, name):
    paths = descend(f, 0.0 if f is not with_its_own else 1.0, [0.1], 3, data=data)
    assert run_line(paths, 0, 3).partition(": ")[2].startswith(f"{name} = ")
    assert pickle.loads(pickle.dumps(paths.names)).is_value_taken == (name == "f")
