"""The explorer with more than two parameters: what is sent, drawn and said, and what stays bounded."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from traitlets import TraitError

from tests.descent.explorers import sent
from tests.saved_pages import state_in
from widgets.descent import descend
from widgets.descent.limits import MAX_NUMBERS, that_fit
from widgets.descent.payload import MOST_NUMBERS, pack_numbers, sent_steps
from widgets.descent.plane_text import left_out, share_text, start_text
from widgets.descent.view_numbers import MOST_SENT, printed_parameters
from widgets.descent.widget import DescentExplorer

rng = np.random.default_rng(4)
BLOBS = np.concatenate([rng.normal(-1, 0.8, (20, 2)), rng.normal(1, 0.8, (20, 2))]).astype(np.float32)
CLASSES = np.repeat(np.float32([0, 1]), 20)


def logistic(w, x, y):
    logits = tf.linalg.matvec(x, w[:2]) + w[2]
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))


def bowl(x):
    return tf.reduce_sum(tf.range(1.0, tf.cast(tf.size(x), tf.float32) + 1.0) * tf.square(x - 0.5))


def plane_and_level(p, x, y):
    return tf.reduce_mean(tf.square(tf.linalg.matvec(x, p["slopes"]) + p["level"] - y))


@pytest.fixture(scope="module")
def explorers():
    """Return explorers of 3, 4 and 20 parameters; no test changes them."""
    return {
        "logistic": DescentExplorer(logistic, [0.0, 0.0, 0.0], data=(BLOBS, CLASSES)),
        "dict": DescentExplorer(plane_and_level, {"slopes": [0.0, 0.0], "level": 0.0}, data=(BLOBS, CLASSES)),
        "bowl": DescentExplorer(bowl, [1.0] * 20),
    }


@pytest.mark.parametrize("name", ["logistic", "dict", "bowl"])
def test_what_is_sent_is_what_was_computed(explorers, name):
    explorer = explorers[name]
    facts, paths = json.loads(explorer.facts), explorer.paths
    steps, x, y, gradient, in_plane = sent(explorer)
    assert np.array_equal(y, paths.y[steps], equal_nan=True)
    moved = paths.x[steps].astype(float) - explorer.loss_surface.plane.origin
    with np.errstate(all="ignore"):
        projected = np.einsum("srn,dn->srd", moved, explorer.loss_surface.plane.directions)
        along = np.einsum("srn,dn->srd", paths.gradient[steps], explorer.loss_surface.plane.directions)
        norms = np.sqrt(np.square(paths.gradient[steps].astype(float)).sum(axis=-1))
    finite = np.isfinite(paths.x[steps]).all(axis=-1)
    assert np.allclose(
        x[finite][:, :2], projected[finite], rtol=1e-4, atol=1e-5 * np.abs(projected[finite]).min() + 1e-5
    )
    for line in facts["lines"]:
        (at,) = [at for at, other in enumerate(paths.names) if other == line["name"]]
        assert np.array_equal(x[..., line["column"]], paths.x[steps][..., at], equal_nan=True)
    if facts["count"] <= 6:
        assert np.array_equal(gradient, paths.gradient[steps], equal_nan=True)
    else:
        assert np.allclose(gradient[..., 0][finite], norms[finite], rtol=1e-5)
    finite &= norms < 1e37  # a gradient beyond has components beyond float32
    assert (np.abs(in_plane[finite] - along[finite]) <= 1e-5 * norms[finite][:, None]).all()
    assert len(explorer.first) + len(explorer.rest) == 4 * sum(part.size for part in (x, y, gradient, in_plane))


def test_the_lines_are_of_the_parameters_that_move_most_and_the_others_are_named(explorers):
    facts, paths, at = json.loads(explorers["bowl"].facts), explorers["bowl"].paths, explorers["bowl"]._at
    moved = np.ptp(paths.x[:, at], axis=0)
    names = [line["name"] for line in facts["lines"]]
    assert len(names) == 8
    least = min(moved[paths.names.index(name)] for name in names)
    assert all(moved[i] <= least * 1.01 for i, name in enumerate(paths.names) if name not in names)
    others = [name for name in paths.names if name not in names]
    assert facts["leftOut"] == f"Left out, because they move less: {', '.join(others[:4])} and 8 more."


def test_names_are_the_learners(explorers):
    facts = json.loads(explorers["dict"].facts)
    assert {line["name"] for line in facts["lines"]} == {"slopes[0]", "slopes[1]", "level"}
    assert facts["axisNames"] == ["direction 1", "direction 2"]


def test_the_share_is_said_in_the_view_and_in_the_text(explorers):
    explorer = explorers["logistic"]
    facts, at = json.loads(explorer.facts), explorer._at
    path = explorer.paths.x[:, at].astype(float)
    sizes = np.linalg.svd(path - path.mean(axis=0), compute_uv=False) ** 2
    share = facts["shares"][at]
    assert float(share.rstrip("%")) / 100 <= sizes[:2].sum() / sizes.sum() + 1e-9
    assert f"This plane holds {share} of this path's variance" in explorer.text


@pytest.mark.parametrize(
    ("share", "text"),
    [(1.0, "all"), (0.9999, "99.9%"), (0.991, "99.1%"), (0.9899, "98%"), (0.5, "50%"), (0.001, "less than 1%")],
)
def test_a_share_is_never_said_to_be_more_than_it_is(share, text):
    assert share_text(share) == text


def test_the_boundary_of_a_logistic_regression_in_two_dimensions_is_drawn(explorers):
    facts = json.loads(explorers["logistic"].facts)
    assert facts["fit"]["isLogit"] and len(facts["fit"]["plane"]) == 3
    steps, x, *_others = sent(explorers["logistic"])
    parameters = x[-1, 100, facts["columns"]]  # as the view reads them
    assert np.array_equal(parameters, explorers["logistic"].paths.x[steps[-1], 100])


def test_a_keras_layer_over_one_feature_has_its_line_drawn():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])

    def loss(x, y):
        return tf.reduce_mean(tf.square(model(x)[:, 0] - y))

    x = np.linspace(-1, 1, 30, dtype=np.float32)[:, None]
    explorer = DescentExplorer(loss, model.trainable_variables, data=(x, 2 * x[:, 0] + 1))
    assert json.loads(explorer.facts)["fit"]["count"] == 30


def test_that_data_are_not_drawn_for_many_parameters_is_said(explorers):
    wide = np.hstack([BLOBS] * 9)

    def loss(w, x, y):
        return tf.reduce_mean(tf.square(tf.linalg.matvec(x, w) - y))

    explorer = DescentExplorer(loss, [0.0] * 18, data=(wide, CLASSES))
    facts = json.loads(explorer.facts)
    assert facts["fit"] is None and "drawn for up to 16 parameters" in facts["dataNote"]
    assert "drawn for up to 16 parameters" in explorer.text
    assert json.loads(explorers["logistic"].facts)["dataNote"] == ""


# Kept runs, other starts and optimizers


def test_kept_runs_follow_to_another_plane():
    explorer = DescentExplorer(
        lambda x: tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2), [-1.2, 1] * 10
    )
    explorer.keep()
    at, paths = explorer._at, explorer.paths
    assert "the same as the run shown" in explorer.text
    explorer.optimizer = "adam"
    explorer.start = [0.5] * 20
    facts, plane = json.loads(explorer.facts), explorer.loss_surface.plane
    (run,) = explorer.kept
    x = np.frombuffer(run["x"], np.float32).reshape(len(run["steps"]), -1)
    whole = paths.x[run["steps"], at]
    assert np.allclose(x[:, :2], plane.coordinates(whole), atol=1e-5)
    for line in facts["lines"]:
        assert np.array_equal(x[:, line["column"]], whole[:, explorer.paths.names.index(line["name"])])
    assert "differs from the run shown by step 0" in explorer.text


def test_a_run_of_which_not_all_is_compared_is_not_called_the_same():
    explorer = DescentExplorer(bowl, [1.0] * 20)
    explorer.keep()
    assert "the same as the run shown in all that is compared" in explorer.text
    explorer.learning_rate = float(explorer.paths.learning_rates[100])
    assert "differs from the run shown by step 1" in explorer.text and "first differs" not in explorer.text


def test_a_start_of_another_size_is_refused_kindly_and_nothing_is_lost():
    explorer = DescentExplorer(plane_and_level, {"slopes": [0.0, 0.0], "level": 0.0}, data=(BLOBS, CLASSES))
    before = explorer.facts
    with pytest.raises(TraitError, match="start takes 3 numbers in one list, those of slopes, level; got 2"):
        explorer.start = [0.0, 0.0]
    assert explorer.facts == before and explorer.start == [0.0, 0.0, 0.0]


def test_many_numbers_of_a_start_are_not_all_shown():
    assert start_text([0.0, 1.5, 2.0]) == "[0.0, 1.5, 2.0]"
    assert start_text([float(np.float32(0.1)), 0.1]) == "[0.1, 0.1]"
    assert start_text([0.12345678] * 1000) == "[0.1235, 0.1235, 0.1235, …] (1,000 numbers)"


# Bounds


@pytest.mark.parametrize("dimensions", [3, 100, 104, 500, 2_000, 20_000, 100_000])
@pytest.mark.parametrize("least", [30, 200])
def test_rates_and_iterations_fit_into_the_memory(dimensions, least):
    rates, iterations = that_fit(np.geomspace(1e-3, 1, 241), 1000, dimensions, least)
    assert rates.size * (iterations + 1) * dimensions <= MAX_NUMBERS and iterations >= least
    assert np.all(np.diff(rates) > 0)
    if dimensions <= 103:
        assert (rates.size, iterations) == (241, 1000)


def test_a_thousand_and_more_weights_run_at_fewer_rates_and_say_so():
    def squares(x):
        return tf.reduce_sum(x * x)

    explorer = DescentExplorer(squares, [1.0] * 2_000)
    paths = explorer.paths
    assert paths.learning_rates.size == 25 and paths.iterations == 499
    assert "So less was computed: learning rates: 25, iterations: 499." in paths.note
    alone = descend(squares, np.ones(2_000), [paths.learning_rates[7]], 20)
    assert np.array_equal(alone.x[:, 0], paths.x[:21, 7])


def test_what_is_sent_is_bounded():
    for count in (1, 5, 12, 20):
        steps = sent_steps(1000, 347, count * 241)
        assert len(steps) * count * 241 <= MOST_NUMBERS and {0, 99, 100, 346, 347, 999, 1000} <= set(steps)
    explorer = DescentExplorer(bowl, [1.0] * 200)
    assert explorer._numbers.per_step <= 2 + 8 + 6 + 2 + 2
    assert len(pack_numbers(explorer._numbers, explorer._steps)) <= 4 * MOST_NUMBERS
    assert len(explorer.facts) < 200_000


def test_of_many_parameters_those_are_sent_that_tf_print_writes(capfd):
    for count in (3, 6, 7, MOST_SENT + 9):
        numbers = np.arange(count, dtype=np.float32)
        tf.print(tf.constant(numbers))
        written = capfd.readouterr().err.split()
        expected = [number.strip("[]") for number in written if number.strip("[]").isdigit()]
        assert [str(at) for at in printed_parameters(count)] == expected


def test_names_that_are_left_out():
    assert left_out([]) == ""
    assert left_out(["b"]) == "Left out, because they move less: b."


# Other faces


@pytest.mark.parametrize(("name", "value"), [("logistic", "f"), ("bowl", "y")])
def test_figure_page_and_code(explorers, name, value, tmp_path):
    explorer = explorers[name]
    left, *others = explorer.figure().axes
    assert left.get_xlabel() == "direction 1" and value in [axes.get_ylabel() for axes in others]
    line = left.lines[-1].get_xydata()
    expected = explorer.loss_surface.coordinates(explorer.paths.x[: explorer.iterations + 1, explorer._at])
    assert np.allclose(line, expected)
    page = state_in(explorer.save_html(tmp_path / "page.html").read_text())
    assert json.loads(page["facts"])["onPlane"] is True
    assert f"range({explorer.iterations})" in explorer.code


def test_a_schedules_rates_are_sent():
    keras_schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    optimizer = keras.optimizers.SGD(learning_rate=keras_schedule)
    explorer = DescentExplorer(bowl, [1.0, 0.0, 2.0], optimizer=optimizer)
    facts = json.loads(explorer.facts)
    assert facts["isScheduled"]
    steps = facts["steps"][: facts["first"]]
    count = len(steps) * len(facts["rates"])
    rates = np.frombuffer(explorer.first, np.float32)[-count:].reshape(len(facts["rates"]), -1)
    assert np.allclose(rates, np.float32(facts["rates"])[:, None] * 0.5 ** (np.array(steps) / 10), rtol=1e-4)


def test_another_optimizer_keeps_the_minimum_that_was_found_and_the_bound():
    explorer = DescentExplorer(bowl, [1.0, 0.0, 2.0, 4.0])
    before = explorer.loss_surface.stability
    explorer.optimizer = "adam"
    assert explorer.loss_surface.stability is before


# The plane at the slider's rate


def ellipsoid(x):
    return tf.reduce_sum(2.0 ** tf.range(8.0) * tf.square(x - 1.0))


@pytest.fixture(scope="module")
def steep():
    """Return an explorer whose paths at small, at good, and at too large rates go in different directions."""
    return DescentExplorer(ellipsoid, [3.0, 2.5, -2.0, 2.0, -1.0, 3.0, 2.0, 1.5])


@pytest.mark.parametrize("at", [10, 150, 205, 235])
def test_where_the_plane_shows_little_of_the_path_at_the_sliders_rate_another_is_laid(steep, at):
    steep.learning_rate = float(steep.paths.learning_rates[at])
    assert steep._numbers.shares[at] >= 0.9
    moved = steep.paths.x[:, at].astype(float)
    moved = moved[(np.abs(moved) < 1e30).all(axis=1)]
    moved -= moved.mean(axis=0)
    seen = moved @ steep.loss_surface.plane.directions.T
    assert np.square(seen).sum() >= 0.9 * np.square(moved).sum()
    assert json.loads(steep.facts)["shares"][at] == share_text(steep._numbers.shares[at])


def test_a_plane_that_shows_enough_stays(steep):
    steep.learning_rate = float(steep.paths.learning_rates[180])
    before, surface = steep.facts, steep.loss_surface
    steep.learning_rate = float(steep.paths.learning_rates[182])
    assert steep.loss_surface is surface and steep.facts == before


def test_a_start_dragged_on_the_plane_is_the_point_there(steep):
    steep.learning_rate = float(steep.paths.learning_rates[180])
    plane, axes = steep.loss_surface.plane, steep.loss_surface.axes
    place = [float(axes[0][20]), float(axes[1][30])]
    steep.asked = {"place": [place, 1]}
    assert steep.problem == "" and steep.answered == 1
    wanted = plane.origin + place @ plane.directions
    assert np.allclose(steep.start, wanted, atol=1e-3 * np.ptp(axes[0]))
    assert np.array_equal(steep.paths.x[0, 0], np.float32(steep.start))
    assert all(len(str(number)) <= 8 for number in steep.start)


def test_a_place_is_refused_where_there_is_no_plane():
    explorer = DescentExplorer(lambda x: x * x, 1.0)
    explorer.asked = {"place": [[0.5, 0.5], 1]}
    assert "plane of more than two parameters" in explorer.problem and explorer.start == 1.0


@pytest.mark.parametrize("at, other", [(20, 235), (205, 20)])
def test_a_kept_run_stays_the_same_as_itself_while_the_plane_turns(steep, at, other):
    rates = steep.paths.learning_rates.tolist()
    steep.learning_rate = rates[at]
    steep.keep()
    surface = steep.loss_surface
    steep.learning_rate = rates[other]
    assert steep.loss_surface is not surface and "first differs" in steep.text
    steep.learning_rate = rates[at]
    assert steep.text.count("the same as the run shown") == 1
