"""The order of the tests, and what they run in."""

import gc
from pathlib import Path

from tests import surroundings

BROWSER = Path(__file__).with_name("browser")
surroundings.enter()


def pytest_collection_modifyitems(items):
    """Put browser tests last: Playwright leaves an event loop running in this thread, where others start theirs."""
    items.sort(key=lambda item: BROWSER in item.path.parents)


def pytest_collection_finish():
    """Spare the garbage collector what is here to stay: it went through all of TensorFlow again and again."""
    gc.freeze()
