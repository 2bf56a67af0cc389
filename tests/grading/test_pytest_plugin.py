"""How long the pytest_plugin of a run may take: each by itself, and all together."""

import types

import pytest

from widgets.grading import pytest_plugin
from widgets.grading.model import Limits

LIMITS = Limits(seconds_per_cell=60, startup=120)


@pytest.fixture
def clock(monkeypatch):
    """What the clock shows, in seconds, to be set."""
    shown = types.SimpleNamespace(now=1000.0)
    monkeypatch.setattr(pytest_plugin, "time", types.SimpleNamespace(monotonic=lambda: shown.now))
    return shown


@pytest.fixture
def seconds_for():
    """Ask a run of two answers how long a cell may take."""
    job = {"answers": ["wave", "both"]}
    kernel = types.SimpleNamespace(limits=LIMITS)
    run = types.SimpleNamespace(is_trusted=True, _deadline=None, kernel=kernel, job=job)
    return lambda name: pytest_plugin.GradedFile.seconds_for(run, name)


def test_until_the_first_answer_it_takes_what_time_it_takes(clock, seconds_for):
    assert seconds_for("setup") == LIMITS.startup
    clock.now += 1000
    assert [seconds_for(name) for name in ("setup", "wave", "setup")] == [LIMITS.startup, 60, 60]


def test_an_answer_that_makes_every_cell_slow_does_not_have_a_minute_for_each(clock, seconds_for):
    allowed = []
    for name in ("wave", "check-wave", *map("cell-{}".format, range(28))):
        allowed.append(seconds_for(name))
        clock.now += allowed[-1] * 0.9
    assert allowed[:4] == [60] * 4 and sum(allowed) * 0.9 < 4 * 60 + 1 and min(allowed) >= 0
