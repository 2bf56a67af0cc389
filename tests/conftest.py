"""The order of the tests, and what they run in."""

import gc
from pathlib import Path

import pytest

from tests import surroundings

BROWSER = Path(__file__).with_name("browser")
PICTURES = "test_pictures_to_look_at"
surroundings.enter()


def pytest_addoption(parser):
    parser.addoption("--pictures", action="store_true", help="take the pictures of the views that only people judge")


def pytest_collection_modifyitems(config, items):
    """Put browser tests last: Playwright leaves an event loop running in this thread, where others start theirs."""
    items.sort(key=lambda item: BROWSER in item.path.parents)
    if not config.getoption("pictures"):
        config.hook.pytest_deselected(items=[item for item in items if item.name == PICTURES])
        items[:] = [item for item in items if item.name != PICTURES]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Spare the garbage collector what is here to stay, TensorFlow itself and what earlier files have left.

    It went through all of it again and again: Keras collects garbage at each `clear_session`.
    """
    if item.path != getattr(item.session, "collected_at", None):
        item.session.collected_at = item.path
        gc.collect()
        gc.freeze()
