"""Whole runs under the microscope: what is kept of them, and that every kept step is the optimizer's own."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.common.errors import FunctionError
from widgets.descent import descend
from widgets.rounding.float_steps import (
    AROUND,
    DENSE,
    FLAT,
    MOVES,
    MOVES_FAR,
    NOT_FINITE,
    OVERFLOWS,
    ROUNDS_BACK,
    STRIDE,
    TIE_MOVES,
    compute_runs,
    outcome,
    precision,
)


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture(scope="module")
def bowls():
    return compute_runs(bowl, 0.0, [0.001, 0.01, 0.1, 0.5, 1.0, 1.1], 10_000)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_each_kept_step_is_a_step_of_the_path(bowls, dtype):
    paths = descend(bowl, 0.0, bowls.rates, bowls.iterations, dtype=dtype)
    for index, run in enumerate(bowls.runs[dtype]):
        inner = run.steps[run.steps < bowls.iterations]
        next_x = run.facts.next_x[: len(inner)]
        np.testing.assert_array_equal(run.facts.x, paths.x[run.steps, index])
        np.testing.assert_array_equal(next_x, paths.x[inner + 1, index])


def test_why_ten_thousand_steps_give_what_a_thousand_give(bowls):
    run = bowls.run("float32", 0.01)
    assert run.stalled_at == 660 and run.steps[-1] == 659
    assert not run.at(659).moves and run.at(658).moves
    assert run.at(10_000).x == run.at(1_000).x == run.at(659).x == np.float32(0.999998569)
    assert outcome(run.at(659)) == ROUNDS_BACK


def test_a_larger_rate_moves_the_stalled_x_again(bowls):
    run = bowls.run("float32", 0.01)
    others = {rate: run.other_rates.at(i) for i, rate in enumerate(bowls.rates)}
    assert {rate for rate in bowls.rates if others[rate].moves} == {rate for rate in bowls.rates if rate > 0.0105}
    assert others[0.1].next_x == precision(bowl, run.facts.x[-1], 0.1).next_x
    assert all(others[rate].x == run.facts.x[-1] for rate in bowls.rates)


def test_a_smaller_rate_stalls_further_from_the_minimum_and_float64_does_not_stall_there(bowls):
    stalled = [bowls.run("float32", rate).facts.x[-1] for rate in (0.001, 0.01, 0.1)]
    assert stalled == sorted(stalled) and stalled[0] < 0.99999 < 1
    assert bowls.run("float64", 0.01).stalled_at == 1655
    assert bowls.run("float64", 0.01).at(659).moves and bowls.run("float64", 0.001).stalled_at is None


def test_a_run_ends_where_it_lands_bounces_or_overflows(bowls):
    landed, bouncing, lost = (bowls.run("float32", rate) for rate in (0.5, 1.0, 1.1))
    assert landed.stalled_at == 2 and outcome(landed.at(1)) == FLAT
    assert bouncing.stalled_at is None and bouncing.steps[-1] == 10_000 and set(bouncing.facts.x) == {0.0, 2.0}
    assert lost.stalled_at is None and np.isnan(lost.facts.x[-1]) and np.isfinite(lost.facts.x[:-5]).all()
    assert outcome(lost.at(10_000)) == NOT_FINITE and OVERFLOWS in outcome(lost.facts)


def test_each_step_is_kept_at_first_and_round_each_stall_then_one_in_ten(bowls):
    steps = set(bowls.run("float32", 1.0).steps.tolist())
    assert steps >= set(range(DENSE + 1)) | set(range(0, 10_001, STRIDE))
    for runs in bowls.runs.values():
        for stall in (run.stalled_at for run in runs if run.stalled_at):
            assert steps >= set(range(max(0, stall - 1 - AROUND), stall + AROUND))
    assert len(steps) < 2_000


def test_between_kept_steps_the_last_one_before_is_shown(bowls):
    run = bowls.run("float64", 0.001)
    assert run.at(1_005).x == run.at(1_000).x != run.at(1_010).x


@settings(deadline=None, max_examples=10)
@given(rate=st.floats(1e-4, 0.9), start=st.floats(-3, 3, width=32), seed=st.integers(0, 200))
def test_any_step_is_that_of_one_bare_optimizer(rate, start, seed):
    run = compute_runs(tf.cos, start, [rate], 201).runs["float32"][0]
    step = run.steps[seed % len(run.steps)]
    one = precision(tf.cos, run.at(step).x, rate)
    for name in ("x", "update", "next_x", "ulp", "share", "threshold", "moves"):
        assert getattr(one, name) == getattr(run.at(step), name), name


def test_outcomes_are_told_by_share(bowls):
    run = bowls.run("float32", 0.01)
    kinds = outcome(run.facts)
    assert kinds[0] == MOVES_FAR and kinds[-3] == MOVES and kinds[-1] == ROUNDS_BACK
    assert kinds[-2] == TIE_MOVES  # the last step that moves this x is exactly half a ULP long
    assert (np.diff(run.facts.share[kinds == MOVES]) < 0).mean() > 0.95


def test_rates_that_are_one_in_float32_are_one():
    assert compute_runs(bowl, 0.0, [0.1, np.float32(0.1), 0.1 + 1e-12], 3).rates == (pytest.approx(0.1),)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"start": [0.0, 1.0]}, "start must be a number"),
        ({"start": float("nan")}, "start must be a number"),
        ({"rates": []}, "1 to 25 numbers"),
        ({"rates": np.geomspace(0.001, 1, 26)}, "got 26"),
        ({"rates": [0.1, -1.0]}, "above 0"),
        ({"iterations": 0}, "iterations"),
        ({"iterations": 10**9}, "iterations"),
        ({"f": lambda x: x.numpy() ** 2}, "gradient of f is None"),
        ({"f": 3}, "f must be a function"),
    ],
)
def test_what_cannot_be_magnified_is_refused_kindly(options, said):
    with pytest.raises(FunctionError, match=said):
        compute_runs(**({"f": bowl} | options))
