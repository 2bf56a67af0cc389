"""The page about a class in a real browser: it loads nothing, and all can read it, on a screen and on paper."""

import datetime
import itertools

import pytest

from tests.browser.pages import OUTSIDE, check_with_axe, settle
from tests.browser.test_feedback_page import opened
from tests.class_report import thirty
from widgets.class_report.class_page import class_page

WIDTHS = (350, 640, 1100)


@pytest.fixture(scope="module")
def content():
    return class_page(thirty.facts(missing=("Noether, Emmy",), unlisted=("somebody",)), datetime.date(2026, 11, 30))


def test_it_is_readable_in_light_and_dark_narrow_and_wide(new_page, tmp_path, content, screenshots):
    page = new_page(bypass_csp=True, alone=True)  # axe is a script
    assert opened(page, tmp_path, content) == []
    for width, scheme in itertools.product(WIDTHS, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        page.screenshot(path=screenshots / f"class-{scheme}-{width}.png", full_page=True)
        assert page.evaluate(OUTSIDE, page.query_selector("main")) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == max(WIDTHS):
            check_with_axe(page)


def test_bars_differ_without_color_and_paper_has_them_too(new_page, tmp_path, content, screenshots):
    page = new_page(color_scheme="dark", alone=True)
    opened(page, tmp_path, content)
    fills = "kind => getComputedStyle(document.querySelector(`table.bars rect.${kind}`)).fill"
    assert "#hatch" in page.evaluate(fills, "wrong") and page.evaluate(fills, "right").startswith("rgb")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.patterns .ground')).fill") == "rgb(255, 255, 255)"
    page.emulate_media(media="screen", forced_colors="active")
    settle(page)
    page.screenshot(path=screenshots / "class-forced-colors.png")
    assert page.evaluate(fills, "right") != page.evaluate(fills, "none")
