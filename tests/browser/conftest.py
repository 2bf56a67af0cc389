"""Pages in a real Chromium. Found by TAPEDECK_CHROMIUM, on the PATH, or Playwright's own; without one, tests skip."""

import os
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from tests.browser import lab as labs

NAMES = ("chromium", "chromium-browser", "google-chrome")
SHELL = "chromium-headless-shell"  # the same without its window, if it is there: it opens pages faster
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
MEDIA = {"color_scheme", "forced_colors", "reduced_motion"}  # what a page can change by itself
MISSING = "no Chromium: `apt install chromium`, or `playwright install chromium`, or set TAPEDECK_CHROMIUM to one"

expect.set_options(timeout=labs.PATIENCE)  # a busy machine takes longer than the 5 s that are usual


@pytest.fixture(scope="session")
def browser():
    """Return a Chromium. On CI a missing one fails: there, a skipped test would be a test that nobody runs."""
    path = os.environ.get("TAPEDECK_CHROMIUM") or next(filter(None, map(shutil.which, (SHELL, *NAMES))), None)
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        except Error:
            pytest.fail(MISSING) if os.environ.get("CI") == "true" else pytest.skip(MISSING)
        yield found
        found.close()


@pytest.fixture(scope="session")
def idle():
    """Return pages that no test has now, by their options: a new one costs more than most tests."""
    return defaultdict(list)


@pytest.fixture
def new_page(browser, idle):
    """Return a function that opens an empty page; its options are those of a Playwright context.

    No context has two pages: the first would be a tab in the background, where nothing is drawn. A test that changes
    more of its page than what is on it and its media says that it is `alone`, and no other test gets that page.
    """
    opened, errors = [], []

    def listen(error):
        errors.append(str(error))

    def open_page(width=1400, height=900, alone=False, **options):
        media = {option: options.pop(option) for option in MEDIA & options.keys()}
        free = None if alone else idle[repr(sorted(options.items()))]
        page = free.pop() if free else browser.new_context(**options).new_page()
        page.set_default_timeout(labs.PATIENCE)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**media)
        page.on("pageerror", listen)
        opened.append((page, free))
        return page

    yield open_page
    for page, free in opened:
        page.remove_listener("pageerror", listen)
        page.context.close() if free is None else free.append(_emptied(page))
    assert errors == [], "the page's scripts failed"


def _emptied(page):
    page.mouse.move(0, 0)
    page.emulate_media(**dict.fromkeys(MEDIA, "null"))
    page.goto("about:blank")
    return page


@pytest.fixture
def page(new_page):
    """Return an empty page, 1400 pixels wide."""
    return new_page()


@pytest.fixture(scope="session")
def screenshots():
    """Return the folder for pictures that people look at; it is not committed."""
    folder = Path(__file__).parent / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def picture(pytestconfig, screenshots):
    """Return a function that takes a picture of a page or a part of it on the way, where they are asked for."""

    def take(what, name):
        if pytestconfig.getoption("pictures"):
            what.screenshot(path=screenshots / name)

    return take


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """Return a real JupyterLab, one for all tests."""
    with labs.running(tmp_path_factory.mktemp("lab")) as found:
        yield found


@pytest.fixture(scope="module")
def open_notebook(browser, lab):
    """Return a function that opens a notebook in a tab of its own; the scripts of no page may fail."""
    contexts, errors = [], []

    def open_one(name):
        contexts.append(browser.new_context(viewport={"width": 1400, "height": 900}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(f"{name}: {error}"))
        return labs.Notebook(page, lab, name)

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []
