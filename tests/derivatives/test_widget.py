"""The derivative explorer in Python: its traits, its three faces, and what it says to bad input."""

import base64
import json
import sys

import numpy as np
import pytest
import tensorflow as tf
import traitlets

from widgets.common.errors import FunctionError
from widgets.derivatives import derivatives, derivatives_at
from widgets.derivatives.payload import IS_NONE, IS_NUMBER
from widgets.derivatives.text import explorer_text
from widgets.derivatives.widget import DerivativeExplorer


def parabola(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


@pytest.fixture(scope="module")
def shared():
    return DerivativeExplorer(parabola)


def row(explorer, i):
    """What the front end finds for a position: the tape's numbers, the estimates, the distances."""
    count, steps = explorer.exploration.curves.x.size, explorer.exploration.h.size
    numbers = np.frombuffer(explorer.numbers, explorer.exploration.curves.dtype).reshape(count, 5 + 4 * steps)[i]
    distances = np.frombuffer(explorer.distances, np.float32).reshape(count, -1, steps)[i]
    return numbers[:5], numbers[5:].reshape(4, steps), distances


def test_the_facts_are_those_of_the_exploration(shared):
    exploration, facts = shared.exploration, json.loads(shared.facts)
    assert facts["title"] == shared.title == "Derivatives of parabola, x from -3 to 3"
    assert facts["x"] == exploration.curves.x.tolist() and facts["h"] == exploration.h.tolist()
    assert facts["dtypes"] == ["float32", "float64"]
    for i in (0, 133, 300):
        tape, estimates, distances = row(shared, i)
        assert np.array_equal(tape, exploration.curves.values[:, i])
        assert np.array_equal(estimates, exploration.differences["float32"].estimates[:, i])
        assert np.array_equal(distances[:4], exploration.differences["float32"].errors[:, i].astype("float32"))
        assert np.array_equal(distances[4:], exploration.differences["float64"].errors[:2, i].astype("float32"))


def test_the_point_is_the_eager_tapes(shared):
    point = np.frombuffer(shared.point, np.float64)
    assert point[0] == shared.at == 0.6
    assert point[1:6].astype("float32").tolist() == derivatives_at(parabola, 0.6).values.tolist()
    assert point[-5:].tolist() == [IS_NUMBER] * 5
    assert point.size == 1 + 5 + 4 * 27 + 6 * 27 + 5


def test_what_none_is_told_apart():
    explorer = DerivativeExplorer(lambda x: 2.0 * x)
    assert json.loads(explorer.facts)["states"] == [IS_NUMBER, IS_NUMBER, IS_NONE, IS_NONE, IS_NONE]
    assert np.frombuffer(explorer.point, np.float64)[-5:].tolist() == [1, 1, 0, 0, 0]


def test_it_shows_itself_in_three_ways(shared):
    bundle, _ = shared._repr_mimebundle_()
    text = explorer_text(shared.exploration.curves, shared.spot, shared.h)
    assert bundle["text/plain"] == shared.text == str(shared) == text
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == shared.model_id


def test_a_point_anywhere_is_exact():
    explorer, seen = DerivativeExplorer(tf.sin), []
    explorer.observe(lambda change: seen.append(np.frombuffer(change["new"], np.float64)[0]), "point")
    explorer.at = 0.123456789
    assert seen == [0.123456789]
    assert explorer.spot.point.values[1] == tf.cos(tf.constant(0.123456789)).numpy()
    assert "at x = 0.123456791" in explorer.text


def test_a_point_that_rests_is_an_eager_run_on_the_grid_too():
    explorer = DerivativeExplorer(lambda x: x / (1.0 + x * x))
    for x in explorer.exploration.curves.x[7::150]:
        explorer.at = x
        assert explorer.spot.point.values.tolist() == derivatives_at(lambda x: x / (1.0 + x * x), x).values.tolist()


def test_traits_are_kept_legal():
    explorer = DerivativeExplorer(tf.sin)
    explorer.at = 100.0
    assert explorer.at == 3.0 == explorer.spot.point.x
    explorer.at = float("-inf")
    assert explorer.at == -3.0
    explorer.h = 0.001
    assert explorer.h == 2.0**-10
    explorer.h = 1e-300
    assert explorer.h == 2.0**-27
    explorer.orders = [3, 0, 3]
    assert explorer.orders == [0, 3]
    explorer.orders = []
    assert explorer.orders == []


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("at", float("nan")),
        ("at", "1"),
        ("at", None),
        ("h", 0.0),
        ("h", -1.0),
        ("h", float("nan")),
        ("h", float("inf")),
        ("h", "small"),
        ("orders", [5]),
        ("orders", [-1]),
        ("orders", "01"),
        ("compared", 3),
    ],
)
def test_what_is_not_legal_changes_nothing(shared, trait, value):
    before = getattr(shared, trait)
    with pytest.raises(traitlets.TraitError):
        setattr(shared, trait, value)
    assert getattr(shared, trait) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": "1"}, "at must be a number"),
        ({"at": np.nan}, "at must be a number"),
        ({"at": [1.0]}, "at must be a number"),
        ({"at": 5.0, "interval": (0, 1)}, "at must lie between 0.0 and 1.0"),
        ({"interval": (1, 0)}, "the lower first"),
        ({"h": 0}, "h must be above 0"),
        ({"h": "0.1"}, "h must be a number"),
        ({"dtype": "int32"}, "dtype must be"),
    ],
)
def test_bad_input_is_explained(options, said):
    with pytest.raises(FunctionError) as caught:
        DerivativeExplorer(parabola, **options)
    assert said in str(caught.value)


def test_a_bad_function_is_explained():
    with pytest.raises(FunctionError, match="must be a function"):
        DerivativeExplorer(3.0)
    with pytest.raises(FunctionError, match="such as NumPy"):
        DerivativeExplorer(lambda x: np.sin(x))


def test_a_point_outside_the_usual_interval_moves_it():
    assert DerivativeExplorer(parabola, at=10.0).exploration.curves.interval == (7.0, 13.0)


def test_a_point_that_f_refuses_has_no_numbers(monkeypatch):
    monkeypatch.setattr(sys.modules[derivatives.__module__], "_MOST_EAGER", 12)  # runs of f, one by one

    def strict(x):
        tf.debugging.assert_positive(x)
        return tf.math.log(x)

    explorer = DerivativeExplorer(strict)
    explorer.at = -1.0
    assert "f      ?" in explorer.text
    assert "TensorFlow" in explorer.text


def test_settings_can_be_given_at_once():
    explorer = DerivativeExplorer(
        tf.exp, 0.5, (0.0, 2.0), h=0.01, orders=[0, 4], tangent=False, compared=2, dtype="float64"
    )
    assert (explorer.at, explorer.h, explorer.orders, explorer.tangent) == (0.5, 2.0**-7, [0, 4], False)
    assert explorer.exploration.curves.dtype == "float64"


def test_two_explorers_share_nothing():
    first, second = DerivativeExplorer(tf.sin), DerivativeExplorer(tf.sin)
    first.at, first.orders = 2.0, [4]
    assert (second.at, second.orders) == (0.6, [0, 1, 2])


def test_facts_travel_once_and_are_small(shared):
    bytes_sent = len(shared.numbers) + len(shared.distances)
    assert bytes_sent == 301 * 27 * (4 + 6) * 4 + 301 * 5 * 4
    assert bytes_sent < 400_000


def test_a_page_is_one_file_that_names_no_other(tmp_path, shared):
    page = shared.save_html(tmp_path / "derivatives.html").read_text("utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page
    assert len(page) < 900_000
