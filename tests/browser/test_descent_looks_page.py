"""The descent explorer for everyone: words, focus, contrast, room, and pictures to look at, in a bare page."""

import json
import re

import pytest

from tests.browser.descent_page import button, explorer_of, openings, put
from tests.browser.pages import check_schemes_with_axe, check_with_axe

OVERFLOWING = """all => {
    const box = (e) => e.getBoundingClientRect();
    const view = box(document.querySelector(".descent"));
    const sticksOut = (e) => box(e).right > view.right + 1 || box(e).left < view.left;
    const isShown = (e) => e.checkVisibility();
    return all.filter((e) => isShown(e) && (e.scrollWidth > e.clientWidth + 1 || sticksOut(e))).map((e) => e.className);
}"""
PARTS = "descent-head, descent-readout, descent-moment, view-fields, view-range, view-panel"
BOXES = f".descent, .descent :is(li, .{PARTS.replace(', ', ', .')})"


@pytest.fixture
def show(tmp_path, page):
    yield from openings(tmp_path, page)


def test_words_come_with_the_facts(show):
    facts = json.loads(explorer_of("course").facts)
    facts["words"] |= {"Play": "播放", "Learning rate": "学习率"}
    page = show(facts=json.dumps(facts))
    page.get_by_role("button", name="播放").wait_for()
    page.get_by_role("slider", name="学习率").wait_for()


def test_each_element_that_takes_the_focus_keeps_its_keys_and_shows_it(show):
    page = show("saddle", alive=True)
    lost = ".descent:not([data-lm-suppress-shortcuts=true]), .descent :is(button, input, select, [tabindex])"
    assert page.locator(f"{lost}:not([data-lm-suppress-shortcuts=true])").count() == 0
    names = []
    for _ in range(13):
        page.keyboard.press("Tab")
        read = "() => { const e = document.activeElement; return [e.className, getComputedStyle(e).outlineStyle]; }"
        name, outline = page.evaluate(read)
        assert outline != "none", name
        names.append(name)
    assert names[0].startswith("view descent") and names.index("view-text") < names.index("view-slider")


@pytest.mark.parametrize("name", ["course", "saddle", "data"])
def test_axe_finds_no_violation(show, name):
    page = show(name, alive=True, opened=True, problem="No.")
    page.get_by_label("Optimizer").select_option("adam")
    button(page, "Keep this run").click()
    for scheme, rate in (("light", 0.01), ("dark", 1.0)):
        page.emulate_media(color_scheme=scheme)
        put(page, learning_rate=rate)
        check_with_axe(page)


def test_axe_finds_no_violation_in_a_saved_page(show):
    page = show()
    check_schemes_with_axe(page)


@pytest.mark.parametrize(("name", "zoom"), [("course", 1), ("saddle", 1), ("long", 1), ("long", 2), ("compared", 1)])
def test_nothing_is_clipped(show, new_page, name, zoom):
    page = show(name, on=new_page(device_scale_factor=zoom), opened=True)
    for width in (350, 500, 700, 1000, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        for step in (0, 7, 1000):
            put(page, iterations=step)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, step)
            assert page.locator(BOXES).evaluate_all(OVERFLOWING) == [], (width, step)


def test_nothing_moves_while_sliding(show):
    page = show(iterations=7)
    boxes = set()
    for rate in explorer_of("course").paths.learning_rates[::24].tolist():
        put(page, learning_rate=rate)
        read = "all => all.map((e) => Object.values(e.getBoundingClientRect().toJSON()).map(Math.round).join())"
        boxes.add(tuple(page.locator(".view-panel, .view-slider, .descent-actions").evaluate_all(read)))
    assert len(boxes) == 1


def test_every_class_is_the_views_own(show):
    page = show("saddle", opened=True)
    used = page.locator(".tapedeck, .tapedeck *").evaluate_all(
        "all => [...new Set(all.flatMap((e) => [...e.classList]))]"
    )
    assert [name for name in used if not re.fullmatch(r"tapedeck|(descent|view)(-.+)?|(is|has)-.+", name)] == []


def test_pictures_to_look_at(show, new_page, screenshots):
    looks = {
        "light": ("course", {"width": 1400}, {"learning_rate": 0.9}),
        "dark": ("course", {"width": 1000, "color_scheme": "dark"}, {"opened": True, "logarithmic": True}),
        "narrow": ("course", {"width": 500}, {"learning_rate": 1.0, "opened": True}),
        "valley": ("valley", {"width": 1000}, {"learning_rate": 0.97}),
        "saddle": ("saddle", {"width": 1000, "color_scheme": "dark"}, {"opened": True}),
        "long": ("long", {"width": 700}, {"opened": True}),
        "overflows": ("course", {"width": 1000}, {"learning_rate": 1.3, "iterations": 1000}),
        "compared": ("compared", {"width": 1100}, {}),
        "compared-narrow": ("compared", {"width": 640, "color_scheme": "dark"}, {"opened": True}),
        "forced": ("course", {"width": 1000, "forced_colors": "active"}, {"opened": True}),
    }
    for name, (which, options, state) in looks.items():
        page = show(which, on=new_page(reduced_motion="reduce", **options), alive=True, **state)
        button(page, "Keep this run").click()
        put(page, learning_rate=0.3)
        page.screenshot(path=screenshots / f"descent-{name}.png", full_page=True)
        assert page.locator(".descent-runs li").count() >= 1
