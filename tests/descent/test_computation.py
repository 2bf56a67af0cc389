"""An explorer whose paths are computed in parts: what is there at first, what follows, and what stops it."""

import asyncio
import gc
import time

import numpy as np
import pytest
import tensorflow as tf
from traitlets import TraitError

from tests.descent.learner import differences
from tests.saved_pages import state_in
from widgets.descent import computation, descend, part_by_part
from widgets.descent.losses.loss import loss_of
from widgets.descent.surface import stability
from widgets.descent.widget import DescentExplorer

PATIENCE = 120  # seconds that a busy machine may take


def parabola(x):
    return x * x - 2.0 * x + 1.0


def refuses(x):
    if abs(float(x)) > 5:
        raise ValueError("too far")
    return x * x


async def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


ALL, FEW = 41, 6  # learning rates: all, and every tenth with the one that is shown


@pytest.fixture(autouse=True)
def fewer_rates(monkeypatch):
    """Have fewer learning rates: each is a path in Python here."""
    monkeypatch.setattr(stability, "RATES", ALL)


@pytest.fixture
def hurried(monkeypatch):
    """Have every explorer show the first picture that it can."""
    for name, seconds in (("WAIT_S", -1.0), ("BRIEF_S", -1.0), ("SOON_S", 0.0), ("LEAST_S", 0.0)):
        monkeypatch.setattr(computation, name, seconds)


def test_the_first_steps_of_all_rates_are_there_first_and_the_rest_follows(hurried):
    async def cell():
        explorer = DescentExplorer(parabola, learning_rate=0.3, iterations=700)
        first = explorer.paths
        assert 0 < first.iterations < 1000 and first.learning_rates.size == ALL and explorer.computing
        assert explorer.progress["text"] == f"{first.iterations} of 1000 iterations"
        assert f"iterations: {first.iterations})" in explorer.text
        assert f"So far there are {explorer.progress['text']}." in explorer.text
        await until(lambda: not explorer.computing)
        assert explorer.progress == {} and "So far" not in explorer.text
        assert (explorer.learning_rate, explorer.iterations, explorer.paths.iterations) == (0.3, 700, 1000)
        assert explorer.paths.x[: len(first.x)].tobytes() == first.x.tobytes()
        whole = descend(parabola, 0.0, explorer.paths.learning_rates, 1000)
        assert explorer.paths.y.tobytes() == whole.y.tobytes()

    asyncio.run(cell())


@pytest.mark.parametrize(
    ("f", "start", "optimizer", "is_begun"),
    [
        (parabola, 2.0, "sgd", True),
        (parabola, 2.0, "adam", False),
        (lambda x: tf.reduce_sum(tf.square(x) * [1.0, 3.0]), [2.0, 1.0], "sgd", True),
        (lambda x: tf.exp(x) - x, 2.0, "sgd", False),  # its curvature, and so the rates, change on the way
    ],
)
def test_the_probes_of_a_quadratic_are_its_first_steps(f, start, optimizer, is_begun):
    job = computation.Computation(*loss_of(f, start, "float32"), optimizer)
    work = job.work()
    next(work)
    assert (job.runs.points > 200) is is_begun
    for _piece in work:
        pass
    whole = descend(f, start, job.rates, 1000, optimizer)
    assert job.is_done and job.paths().x.tobytes() == whole.x.tobytes() and job.paths().y.tobytes() == whole.y.tobytes()


def test_what_takes_no_time_is_no_word_worth(monkeypatch):
    monkeypatch.setattr(computation, "WAIT_S", -1.0)
    monkeypatch.setattr(computation, "BRIEF_S", float("inf"))

    async def cell():
        explorer = DescentExplorer(parabola)
        assert explorer.computing and explorer.progress == {} and explorer.paths.iterations < 1000
        await until(lambda: not explorer.computing)
        assert explorer.paths.iterations == 1000

    asyncio.run(cell())


def test_garbage_is_looked_for_again_after_a_first_picture():
    async def cell():
        seen = []
        gc.callbacks.append(lambda phase, info: seen.append(info["generation"]))
        try:
            explorer = DescentExplorer(parabola)
            found = max(seen, default=0)
        finally:
            gc.callbacks.pop()
        assert gc.isenabled() and explorer.paths is not None
        return found

    assert asyncio.run(cell()) <= 1
    gc.disable()
    try:
        with part_by_part.collected_later():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_loss_that_raises_at_some_rates_has_a_picture_soon_and_keeps_what_is_shown(hurried):
    async def cell():
        explorer = DescentExplorer(refuses, 1.0)
        shown, sizes = (explorer.learning_rate, explorer.iterations), []
        explorer.observe(lambda _change: sizes.append(explorer.paths.learning_rates.size), "facts")
        assert 1 <= explorer.paths.learning_rates.size < FEW
        explorer.learning_rate = slid = float(explorer.paths.learning_rates[-1])
        await until(lambda: not explorer.computing)
        assert sizes == sorted(sizes) and sizes[-1] == ALL and explorer.loss_surface.values.shape == (401,)
        assert explorer.learning_rate == slid and explorer.iterations == shown[1]
        assert "too far" in explorer.paths.note and np.isnan(explorer.paths.y[-1, -1])
        ends = np.flatnonzero(np.isfinite(explorer.paths.y[-1]))
        assert differences(explorer.paths, lambda x: x * x, ends[::9]) == [0, 0, 0]

    asyncio.run(cell())


def test_it_is_stopped_and_goes_on_and_a_change_takes_over(hurried):
    async def cell():
        explorer = DescentExplorer(refuses, 1.0)
        explorer.computing = False
        await until(lambda: not explorer._runner._slices)
        before, text = explorer.paths, explorer.text
        await asyncio.sleep(0.1)
        assert explorer.paths is before and "In Python, explorer.finish()" in text and not explorer.computing
        explorer.computing = True
        await until(lambda: explorer.paths.learning_rates.size > before.learning_rates.size)
        explorer.optimizer = "adam"
        await until(lambda: explorer.paths.optimizer == "adam" and not explorer.computing)
        assert explorer.paths.learning_rates.size == ALL

    asyncio.run(cell())


def test_without_an_event_loop_it_says_what_is_there_and_finish_computes_the_rest():
    explorer = DescentExplorer(refuses, 1.0)
    assert explorer.paths.learning_rates.size == FEW and not explorer.computing
    assert explorer.text.endswith(
        "So far there are 6 of 41 learning rates. In Python, explorer.finish() computes the rest here and now."
    )
    assert explorer.figure().axes and "What f prints, counts, or changes is repeated" in explorer.text
    text = explorer.text
    assert DescentExplorer(refuses, 1.0).text == text
    explorer.finish()
    assert explorer.paths.learning_rates.size == ALL and explorer.progress == {}


def test_a_rate_that_would_come_later_comes_now():
    explorer = DescentExplorer(refuses, 1.0)
    rate = float(sorted(set(explorer._job.rates) - set(explorer.paths.learning_rates))[7])
    explorer.learning_rate = rate
    assert rate in explorer.paths.learning_rates and explorer.paths.learning_rates.size <= FEW + 2  # and what had begun
    assert f"Learning rate {rate}, iterations 30" in explorer.text


def test_what_takes_long_in_each_call_is_called_no_more_than_is_needed():
    calls = []

    def slow(x):
        calls.append(float(x))
        time.sleep(0.4)
        return x * x

    async def cell():
        explorer = DescentExplorer(slow, 1.0)
        assert len(calls) <= 4 and explorer.paths.x.shape == (len(calls) - 1, 1)
        assert explorer.paths.x[1, 0] == np.float32(0.8) and explorer.figure().axes
        assert explorer.progress["text"].endswith("of 30 iterations at the first learning rate")
        await until(lambda: explorer.paths.iterations > 3)
        explorer.computing = False
        await until(lambda: not explorer._runner._slices)
        before = len(calls)
        await asyncio.sleep(1)
        assert len(calls) == before
        explorer.iterations = 2  # what is there can be slid
        assert "iterations 2: " in explorer.text and len(calls) == before

    asyncio.run(cell())


def test_a_first_call_that_takes_long_is_no_slow_function():
    calls = []

    def settles(x):
        calls.append(1)
        time.sleep(0.6 if len(calls) == 1 else 0.0)
        return x * x

    explorer = DescentExplorer(settles, 1.0)
    assert explorer.paths.how == "all rates at once" and explorer.paths.learning_rates.size == ALL


class Moody:
    """A function that is interrupted in one of its calls."""

    def __init__(self, fatal=10**9):
        self.calls, self.fatal = 0, fatal

    def __call__(self, x):
        self.calls += 1
        if self.calls >= self.fatal:
            self.fatal = 10**9
            raise KeyboardInterrupt
        return x * x if float(x) < 1e9 else x


@pytest.mark.parametrize("fatal", [1, 3, 40, 200])
def test_an_interrupt_of_the_constructor_leaves_nothing_behind(fatal):
    f = Moody(fatal)
    with pytest.raises(KeyboardInterrupt):
        DescentExplorer(f, 1.0)
    assert DescentExplorer(f, 1.0).paths.learning_rates.size == FEW
    assert DescentExplorer(parabola).paths.learning_rates.size == ALL


@pytest.mark.parametrize("later", [1, 60])
@pytest.mark.parametrize(("name", "value"), [("start", 0.7), ("optimizer", "adam"), ("dtype", "float64")])
def test_an_interrupted_change_changes_nothing_and_the_next_one_works(name, value, later):
    f = Moody()
    explorer = DescentExplorer(f, 1.0)
    before = explorer.text, explorer.facts
    f.fatal = f.calls + later
    with pytest.raises(KeyboardInterrupt):
        setattr(explorer, name, value)
    assert (explorer.text, explorer.facts) == before and getattr(explorer, name) != value
    f.fatal = f.calls + later
    explorer.asked = {name: [str(value), 1]}
    assert explorer.problem == f"Interrupted: {name} stays as it was." and explorer.answered == 1
    assert (explorer.text, explorer.facts) == before
    setattr(explorer, name, value)
    assert getattr(explorer, name) == value and explorer.text != before[0]


def test_an_interrupt_while_the_rest_is_computed_keeps_what_is_there():
    f = Moody()
    explorer = DescentExplorer(f, 1.0)
    f.fatal = f.calls + 400
    with pytest.raises(KeyboardInterrupt):
        explorer.finish()
    assert FEW < explorer.paths.learning_rates.size < ALL and explorer.progress["text"] in explorer.text
    explorer.finish()
    assert explorer.paths.learning_rates.size == ALL
    assert differences(explorer.paths, lambda x: x * x, range(0, 30, 7)) == [0, 0, 0]


def test_a_saved_page_shows_what_is_there_and_nothing_goes_on(tmp_path, hurried):
    async def cell():
        explorer = DescentExplorer(refuses, 1.0)
        assert explorer.computing
        return state_in(explorer.save_html(tmp_path / "descent.html").read_text("utf-8"))

    state = asyncio.run(cell())
    assert state["computing"] is False and "iterations" in state["progress"]["text"] and state["facts"]


@pytest.mark.parametrize(
    ("f", "said"),
    [
        (lambda x: x * x if float(x) < 5 else None, "f returned None"),
        (lambda x: x * x if float(x) < 5 else tf.stack([x, x]), "one number"),
        (lambda x: x * x if float(x) < 5 else tf.constant(1.0), "no gradient"),
    ],
)
def test_a_function_that_is_none_far_away_ends_its_paths_there(f, said):
    explorer = DescentExplorer(f, 1.0)
    assert said in explorer.paths.note and "the path ends with y = nan" in explorer.text
    with pytest.raises(TraitError, match="None|one number"):
        explorer.start = 6.0
    assert explorer.start == 1.0
