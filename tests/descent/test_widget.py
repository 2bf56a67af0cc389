"""The descent explorer in Python: its three faces, its settings, and the functions that it takes."""

import base64
import functools
import json
import operator

import numpy as np
import pytest
import tensorflow as tf

from tests.descent.explorers import parabola, sent, shown, squared, state
from tests.saved_pages import state_in
from widgets.descent.losses.landscapes import LANDSCAPES
from widgets.descent.payload import ALL_UP_TO, FIRST_STEPS, sent_steps, slider_stops
from widgets.descent.widget import DescentExplorer


@pytest.fixture(scope="module")
def course():
    """Return the explorer of the course's own function."""
    return DescentExplorer(parabola, start=0.0)


# What it shows


@pytest.mark.parametrize("iterations", [1000, 10_000])
def test_a_hundredth_freezes_where_the_course_says(iterations):
    explorer = DescentExplorer(parabola, learning_rate=0.01, iterations=iterations)
    assert shown(explorer) == "y = 0 ; x = 0.999998569"
    assert f"Learning rate 0.01, iterations {iterations}: y = 0 ; x = 0.999998569" in explorer.text
    assert "stalls at x = 0.999998569 from step 660" in explorer.text


@pytest.mark.parametrize("function", ["yours", "narrow valley"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bytes_are_the_paths_to_the_last_bit(function, dtype):
    explorer = DescentExplorer(squared, start=1.5, function=function, dtype=dtype, wants_rest=True)
    steps, x, y, gradient, _ = sent(explorer)
    paths = explorer.paths
    assert steps == list(range(1001)) and paths.dtype == dtype
    for ours, theirs in ((x, paths.x), (y, paths.y), (gradient, paths.gradient)):
        assert ours.reshape(theirs.shape).tobytes() == theirs.tobytes()


def test_the_rest_is_sent_when_it_is_asked_for():
    explorer = DescentExplorer(squared, start=1.5)
    assert len(explorer.first) == 3 * FIRST_STEPS * 241 * 4 and explorer.rest == b""
    explorer.wants_rest = True
    assert len(explorer.rest) == 3 * (1001 - FIRST_STEPS) * 241 * 4
    explorer.start = 1.25
    assert sent(explorer)[1][:, 0].ravel().tobytes() == explorer.paths.x[:, 0].tobytes()


def test_the_facts_are_those_of_the_paths(course):
    facts = json.loads(course.facts)
    assert facts["rates"] == course.paths.learning_rates.tolist()
    assert [float(text) for text in facts["rateTexts"]] == facts["rates"]
    kinds = [
        facts["kinds"][at]["kind"] for at, run in enumerate(facts["kinds"]) for _ in range(run["from"], run["to"] + 1)
    ]
    assert kinds == [verdict["kind"] for verdict in facts["verdicts"]]
    assert [run["kind"] for run in facts["kinds"]] == ["still moving", "converges", "oscillates", "diverges"]
    at = {rate: facts["verdicts"][facts["rates"].index(rate)]["kind"] for rate in (0.01, 0.5, 1.0)}
    assert at == {0.01: "converges", 0.5: "converges", 1.0: "oscillates"}
    assert [facts["rates"][mark["at"]] for mark in facts["marks"]] == [0.5, 1.0]
    (axis,), heights = facts["axes"], facts["heights"]
    assert np.allclose(heights, np.square(np.array(axis) - 1), atol=1e-6)


def test_marks_and_limits_are_plain_sgds_own():
    explorer = DescentExplorer(squared, start=1.0, optimizer="adam")
    assert json.loads(explorer.facts)["marks"] == [] and "2/λ" not in explorer.text
    explorer.optimizer = "sgd"
    assert len(json.loads(explorer.facts)["marks"]) == 2 and "2/λ = 1;" in explorer.text


def test_it_shows_itself_in_three_ways(course):
    bundle, _ = course._repr_mimebundle_()
    assert bundle["text/plain"] == course.text == str(course)
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == course.model_id


@pytest.mark.parametrize("function", ["yours", *LANDSCAPES])
def test_every_landscape_has_a_picture_and_a_twin(function):
    explorer = DescentExplorer(squared, start=2.0, function=function)
    assert explorer.paths.title in explorer.text and shown(explorer) in explorer.text
    for explorer.logarithmic in (False, True):
        (title,) = (text.get_text() for text in explorer.figure().texts if "Descent on" in text.get_text())
        assert explorer.paths.title in title


def test_a_picture_says_long_things_within_its_frame():
    def himmelblau_by_a_name_that_is_as_long_as_a_title_can_be_and_longer_than_its_picture(x):
        return (x[0] ** 2 + x[1] - 11.0) ** 2 + (x[0] + x[1] ** 2 - 7.0) ** 2

    f = himmelblau_by_a_name_that_is_as_long_as_a_title_can_be_and_longer_than_its_picture
    figure = DescentExplorer(f, start=[0.0, 0.0], iterations=400).figure()
    figure.canvas.draw()
    texts, frame = [text.get_window_extent() for text in figure.texts], figure.bbox
    assert all(frame.x0 < one.x0 and one.x1 < frame.x1 and frame.y0 < one.y0 and one.y1 < frame.y1 for one in texts)
    below = min(axes.xaxis.get_label().get_window_extent().y0 for axes in figure.axes)
    assert min(texts, key=lambda one: one.y0).y1 < below


def test_the_twin_is_the_same_each_time():
    assert DescentExplorer(parabola).text == DescentExplorer(parabola).text


# Settings


def test_what_the_slider_has_is_not_computed_again(course):
    before = course.paths
    for rate in (0.01, 0.5, 1.0, 0.1):
        course.learning_rate = rate
        course.iterations = 7
        assert course.paths is before and shown(course) in course.text


@pytest.mark.parametrize("rate", [0.123456789, 1 / 3, 7.0, 1e-5])
def test_a_rate_off_the_grid_is_inserted_exactly(course, rate):
    course.learning_rate = rate
    assert rate in course.paths.learning_rates and len(course.paths.learning_rates) == 241
    assert f"Learning rate {rate}" in course.text
    course.learning_rate = 0.1
    assert course.learning_rate in course.paths.learning_rates


def test_more_iterations_extend_the_paths_and_fewer_do_not_shorten_them():
    explorer = DescentExplorer(squared, start=1.0, learning_rate=0.01, wants_rest=True)
    short = explorer.paths
    explorer.iterations = 3210
    assert explorer.paths.iterations == 3210 and explorer.paths.x[:1001].tobytes() == short.x.tobytes()
    steps, x, y, *_ = sent(explorer)
    assert 3210 in steps and 3209 in steps
    assert x[..., 0].tobytes() == explorer.paths.x[steps].tobytes() and y.tobytes() == explorer.paths.y[steps].tobytes()
    explorer.iterations = 20
    assert explorer.paths.iterations == 3210
    explorer.iterations = 1234  # between the steps that were sent
    assert {1233, 1234} <= set(sent(explorer)[0]) and shown(explorer) in explorer.text


@pytest.mark.parametrize("longest", [0, 1, 200, 1000, 1001, 1049, 1050, 1537, 10_000])
def test_steps_that_are_sent_include_the_one_before_each_stop(longest):
    steps = sent_steps(longest, longest // 2)
    assert steps[0] == 0 and steps[-1] == longest and longest // 2 in steps
    assert steps[: ALL_UP_TO + 1] == list(range(min(longest, ALL_UP_TO) + 1))
    assert all(steps[at] - 1 == steps[at - 1] for at in slider_stops(steps) if at)
    assert len(slider_stops(steps)) < 500


@pytest.mark.parametrize(
    ("name", "value"),
    [("optimizer", "adam"), ("dtype", "float64"), ("start", 0.7), ("start", -9.0), ("function", "two minima")],
)
def test_a_changed_setting_is_seen_in_paths_facts_and_text(name, value):
    explorer = DescentExplorer(squared, start=1.0)
    before = explorer.facts, explorer.first, explorer.text
    setattr(explorer, name, value)
    assert not any(
        one == other for one, other in zip(before, (explorer.facts, explorer.first, explorer.text), strict=True)
    )
    assert (explorer.paths.optimizer, explorer.paths.dtype) == (explorer.optimizer, explorer.dtype)
    assert np.all(explorer.paths.x[0] == np.asarray(explorer.start, explorer.dtype))
    assert explorer.loss_surface.contains(explorer.start) and explorer.loss_surface.axes[0].dtype == explorer.dtype


def test_each_function_begins_at_its_own_start():
    explorer = DescentExplorer(squared, start=3.0)  # which is where the plateau begins, too
    for name in ("plateau", "saddle", "narrow valley", "yours"):
        explorer.function = name
        assert explorer.start == explorer.landscape.start
        assert explorer.paths.title == explorer.landscape.f.__name__


@pytest.mark.parametrize("name", LANDSCAPES)
def test_a_landscape_can_be_there_from_the_beginning(name):
    explorer = DescentExplorer(squared, start=3.0, function=name)
    assert explorer.start == LANDSCAPES[name].start and explorer.paths.title == LANDSCAPES[name].f.__name__
    explorer.function = "yours"
    assert explorer.start == 3.0


def test_two_explorers_do_not_share_anything():
    first, second = DescentExplorer(squared, start=1.0), DescentExplorer(squared, start=2.0)
    before = state(second)
    first.learning_rate, first.optimizer, first.start = 0.2, "adam", 5.0
    first.keep()
    assert state(second) == before


@pytest.mark.parametrize(("scale", "start"), [(1e-8, 3.0), (1e6, 1e-9)])
def test_the_usual_rate_gives_way_where_it_would_be_absurd(scale, start):
    explorer = DescentExplorer(lambda x: scale * x * x, start)
    assert explorer.loss_surface.learning_rates[0] <= explorer.learning_rate <= explorer.loss_surface.learning_rates[-1]
    assert {"converges", "diverges"} <= {run["kind"] for run in json.loads(explorer.facts)["kinds"]}
    assert DescentExplorer(lambda x: scale * x * x, start, learning_rate=0.1).learning_rate == 0.1


@pytest.mark.parametrize(
    ("f", "start", "dtype"),
    [
        (lambda x: 1 / x, 1.0, "float32"),
        (lambda x: 2.0 * x, 0.0, "float32"),
        (lambda x: -x * x, 1.0, "float32"),
        (lambda x: x * x * x - 3 * x, 0.5, "float32"),
        (lambda x: x * x, 0.0, "float32"),
        (lambda x: tf.abs(x), 1.0, "float32"),
        (lambda x: 1e300 * x * x, 1e3, "float64"),
        (lambda x: x * x, 1e154, "float64"),
        (lambda x: x * x, 1e19, "float32"),
        (lambda x: x[0] * x[0] / (1 + x[1] * x[1]), [1.0, 0.5], "float32"),
    ],
)
def test_awkward_functions_have_finite_axes(f, start, dtype):
    explorer = DescentExplorer(f, start, dtype=dtype)
    facts = json.loads(explorer.facts)  # JSON has no nan and no inf
    axes = [ends for one in facts["series"].values() for ends in one.values()]
    for low, high in (*axes, facts["frame"]):
        assert np.isfinite([low, high, high - low]).all() and low < high
    assert all(axis[0] < axis[-1] for axis in facts["axes"]) and shown(explorer) in explorer.text
    explorer.figure().canvas.draw()


def test_a_start_of_more_numbers_is_taken_where_f_takes_it():
    explorer = DescentExplorer(lambda x: tf.reduce_sum(x * x), start=[1.0, 2.0])
    explorer.start = [1.0, 2.0, 3.0]
    assert explorer.loss_surface.plane is not None and explorer.paths.x.shape[2] == 3
    explorer.start = [1.0, 2.0]
    assert explorer.loss_surface.plane is None and len(explorer.loss_surface.axes) == 2


def test_a_page_has_every_number_and_waits_for_nobody(tmp_path):
    explorer = DescentExplorer(squared, start=1.0)
    explorer.keep()
    page = explorer.save_html(tmp_path / "descent.html").read_text("utf-8")
    saved = state_in(page)
    assert saved["alive"] is False and saved["wants_rest"] is True
    assert base64.b64decode(saved["rest"]["base64"]) == explorer._rest and len(explorer._rest) > 0
    assert base64.b64decode(saved["kept"][0]["x"]["base64"]) == explorer.kept[0]["x"]
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page


# Functions as learners write them


class Bowl:
    def __call__(self, x):
        return x * x


def to_the(x, power):
    return tf.pow(x, power)


def make(scale):
    def inner(x):
        return scale * x * x

    return inner


@pytest.mark.parametrize(
    ("f", "title"),
    [
        (lambda x: x * x, "x * x"),
        (make(2.0), "inner"),
        (tf.function(squared), "squared"),
        (Bowl(), "Bowl"),
        (functools.partial(to_the, power=2), "to_the"),
        (tf.square, "square"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_any_callable_will_do(f, title):
    explorer = DescentExplorer(f, start=1.0, learning_rate=0.25)
    assert explorer.paths.title == title and explorer.text.startswith(f"Descent on {title} ")
    assert json.loads(explorer.facts)["choices"]["function"][0] == ["yours", title]


@pytest.mark.parametrize(
    ("holder", "old", "new"),
    [
        ("", "ground", "loss_surface"),
        ("loss_surface", "bands", "stability"),
        ("loss_surface", "rates", "learning_rates"),
        ("loss_surface", "heights", "values"),
        ("loss_surface", "frame", "value_range"),
        ("loss_surface", "levels", "contour_levels"),
        ("loss_surface.stability", "at", "point"),
        ("loss_surface.stability", "lowest", "lowest_curvature"),
        ("loss_surface.stability", "saddle", "is_saddle"),
    ],
)
def test_old_names_work_for_one_release(course, holder, old, new):
    found = operator.attrgetter(holder)(course) if holder else course
    with pytest.warns(DeprecationWarning, match=new):
        assert getattr(found, old) is getattr(found, new)


def test_a_loss_that_runs_step_by_step_is_shown_at_fewer_rates_and_says_so():
    calls = []

    def f(x):
        calls.append(float(x))
        return x * x

    explorer = DescentExplorer(f, 1.0, learning_rate=0.25)
    assert explorer.paths.learning_rates.size == 25 and explorer.paths.iterations == 30
    assert (
        len(calls) < 1500
        and "Iterations computed: 30." in explorer.text
        and "25 of 241 learning rates" in explorer.text
    )
    at = list(explorer.paths.learning_rates).index(0.25)
    assert explorer.paths.x[3, at] == 0.125
