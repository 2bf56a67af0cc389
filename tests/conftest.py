"""The order of the tests."""

from pathlib import Path

BROWSER = Path(__file__).with_name("browser")


def pytest_collection_modifyitems(items):
    """Put browser tests last: Playwright leaves an event loop running in this thread, where others start theirs."""
    items.sort(key=lambda item: BROWSER in item.path.parents)
