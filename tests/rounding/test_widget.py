"""The microscope in Python: its traits, its bytes, its three faces, and what it says to bad input."""

import base64
import json

import numpy as np
import pytest
import tensorflow as tf
import traitlets

from widgets.common.errors import FunctionError
from widgets.rounding.float_steps import OUTCOMES, outcome
from widgets.rounding.payload import NO_EXPONENT, NUMBERS
from widgets.rounding.text import microscope_text
from widgets.rounding.widget import PrecisionMicroscope


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture
def scope():
    return PrecisionMicroscope(bowl, learning_rates=[0.001, 0.1, 1.1], iterations=1_000)


def test_it_opens_where_the_run_stalls(scope):
    assert (scope.learning_rate, scope.dtype, scope.zoom, scope.next_rate) == (0.01, "float32", 0.0, None)
    assert scope.step == 659 and "rounds back to x" in scope.text
    assert PrecisionMicroscope(bowl, learning_rate=1.1, learning_rates=[], iterations=20).step == 20


def test_the_bytes_are_the_facts_to_the_last_bit(scope):
    facts, at = json.loads(scope.facts), 0

    def take(kind, count):
        nonlocal at
        start, at = at, at + np.dtype(kind).itemsize * count
        return np.frombuffer(scope.runs[start:at], kind)

    for dtype, runs in scope.computed.runs.items():
        for run, about in zip(runs, facts["runs"][dtype], strict=True):
            parts, rows = (run.facts, run.other_rates), about["kept"] + len(facts["rates"])
            for name in NUMBERS:
                sent = take({"float32": "<f4", "float64": "<f8"}[dtype], rows)
                np.testing.assert_array_equal(sent, np.concatenate([getattr(part, name) for part in parts]))
            halves, ulps = take("<i2", rows), np.concatenate([part.ulp for part in parts])
            finite = np.isfinite(ulps)
            np.testing.assert_array_equal(np.ldexp(1.0, halves[finite] + 1), ulps[finite])
            assert set(halves[~finite]) <= {NO_EXPONENT}
            kinds = take("u1", rows)
            assert [OUTCOMES[kind] for kind in kinds] == [kind for part in parts for kind in outcome(part)]
            assert facts["steps"][: about["kept"]] == run.steps.tolist() and about["stalledAt"] == run.stalled_at
    assert at == len(scope.runs)


def test_the_default_is_small_enough_for_a_notebook():
    scope = PrecisionMicroscope(bowl)
    assert len(scope.runs) < 1_000_000 and len(scope.facts) < 50_000


def test_it_shows_itself_in_three_ways(scope):
    bundle, _ = scope._repr_mimebundle_()
    assert bundle["text/plain"] == scope.text == str(scope)
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == scope.model_id


def test_the_twin_follows_the_traits(scope):
    scope.dtype, scope.learning_rate, scope.step = "float64", 0.1, 500
    assert scope.text == microscope_text(scope.computed, scope.computed.run("float64", 0.1), 500)
    assert "Learning rate 0.1, float64, after 500 steps:" in scope.text


def test_another_rate_is_tried_where_the_run_has_stalled_and_nowhere_else(scope):
    scope.next_rate = 0.1
    assert scope.trial_rate == 0.1 and "If step 660 had a learning rate of 0.1" in scope.text
    scope.step = 658
    assert scope.trial_rate is None and "If step" not in scope.text
    scope.step, scope.next_rate = 900, 0.01
    assert scope.trial_rate is None
    scope.next_rate, scope.learning_rate = 0.1, 1.1
    assert scope.trial_rate is None


def test_traits_stay_within_the_facts_and_can_be_observed(scope):
    seen = []
    scope.observe(lambda change: seen.append((change["name"], change["new"])))
    scope.step = 5
    scope.step = -3
    scope.step = 10**9
    scope.zoom = 2.0
    scope.learning_rate = float(np.float32(0.1))
    assert seen == [("step", 5), ("step", 0), ("step", 1_000), ("zoom", 1.0), ("learning_rate", 0.1)]


@pytest.mark.parametrize("name", ["learning_rate", "next_rate"])
@pytest.mark.parametrize("value", [0.3, -1.0, 0.0, float("nan"), float("inf")])
def test_a_rate_that_was_not_run_is_refused_with_those_that_were(scope, name, value):
    with pytest.raises(traitlets.TraitError, match=rf"{name} must be one of 0.001, 0.01, 0.1, 1.1; got"):
        setattr(scope, name, value)
    assert (scope.learning_rate, scope.next_rate) == (0.01, None)


@pytest.mark.parametrize(
    ("name", "value"), [("zoom", float("nan")), ("zoom", "near"), ("dtype", "float16"), ("step", 0.5), ("step", None)]
)
def test_what_is_no_value_of_a_trait_is_refused(scope, name, value):
    before = getattr(scope, name)
    with pytest.raises(traitlets.TraitError, match=name):
        setattr(scope, name, value)
    assert getattr(scope, name) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"start": -1.0, "f": tf.math.log}, "a start where f and its gradient are finite"),
        ({"start": "0"}, "start must be a number"),
        ({"start": [0.0, 1.0]}, "start must be a number"),
        ({"learning_rate": 0.0}, "above 0"),
        ({"learning_rate": "fast"}, "learning_rate must be a number"),
        ({"learning_rates": np.geomspace(0.1, 1, 40)}, "1 to 25"),
        ({"learning_rates": [[0.1], [0.1, 0.2]]}, "learning_rate must be a number"),
        ({"iterations": 0}, "iterations"),
        ({"f": lambda x: [x, x]}, "one number"),
        ({"f": None}, "f must be a function"),
    ],
)
def test_bad_arguments_are_told_kindly(arguments, said):
    with pytest.raises(FunctionError, match=said):
        PrecisionMicroscope(**({"f": bowl, "iterations": 5} | arguments))


def test_two_microscopes_do_not_share_anything(scope):
    other = PrecisionMicroscope(tf.cos, start=0.5, iterations=50)
    other.step, other.zoom = 7, 0.5
    assert (scope.step, scope.zoom) == (659, 0.0) and "cos" in other.title


def test_a_page_is_one_file_that_names_no_other(scope, tmp_path):
    page = scope.save_html(tmp_path / "scope.html").read_text("utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert scope.title in page
