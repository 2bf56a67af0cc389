"""The levels of a recording in the page: one control, keys, crumbs, and the way into a layer; the place stays."""

import json

import pytest
import tensorflow as tf

from tests.browser.pages import check_with_axe, settle
from tests.view.make_payloads import step
from widgets import TapeDeck
from widgets.tape.model import Recording

X = tf.constant([[1.0, 2.0], [3.0, -1.0], [0.5, 0.0]])


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a saved page of the deck of a step of two layers."""
    deck = TapeDeck(step, x=X)
    assert isinstance(deck.recording, Recording)
    return deck.save_html(tmp_path_factory.mktemp("pages") / "deck.html").as_uri()


def pressed(page):
    return page.locator(".deck-level[aria-pressed=true]").inner_text()


def place(page):
    return page.evaluate("tapedeck.model.get('position')")


def test_the_place_stays_from_level_to_level_and_a_layer_opens(saved, new_page):
    page = new_page()
    page.set_viewport_size({"width": 1100, "height": 900})
    page.goto(saved)
    deck = page.locator(".tapedeck > .deck")
    assert pressed(page) == "layers" and page.locator(".deck-plumbing").is_hidden()
    check_with_axe(page)
    for _ in range(2):
        deck.press("ArrowRight")
    settle(page)
    assert [part.strip() for part in page.locator(".deck-crumb").all_inner_texts()][2:] == ["model", "hidden"]
    before = place(page)
    for key, name, rows in (("1", "lines of code", 2), ("3", "operations", 7), ("2", "layers", 3)):
        deck.press(key)
        settle(page)
        assert (pressed(page), place(page)) == (name, before)
        assert page.locator(".deck-row").first.get_attribute("aria-setsize") == str(rows)
    page.get_by_role("button", name="5 operations").or_(page.get_by_role("button", name="3 operations")).first.click()
    settle(page)
    assert pressed(page) == "operations" and place(page) == before  # it was the current one: all of it has run
    page.get_by_role("button", name="hidden", exact=True).click()
    settle(page)
    assert pressed(page) == "layers"
    page.locator(".deck-row").nth(1).dblclick()
    settle(page)
    assert pressed(page) == "operations" and place(page) > before
    assert page.locator("[aria-current=step] .deck-op, [aria-current=step] .deck-label").first.inner_text()
    page.locator(".deck-plumbing input").check()
    settle(page)
    assert pressed(page) == "operations"
    assert page.locator(".deck-row").first.get_attribute("aria-setsize") == "11"
    check_with_axe(page)


def test_a_level_that_was_not_sent_is_asked_for(saved, new_page):
    page = new_page()
    page.goto(saved)
    facts = page.evaluate("tapedeck.model.get('facts')")
    told = json.loads(facts)
    told["levels"] = [{"key": one["key"], "waits": True} if one["key"] == "ops" else one for one in told["levels"]]
    answer = "facts => tapedeck.model.set('facts', facts)"
    page.evaluate(answer, json.dumps(told))
    page.locator(".deck").press("3")
    assert page.evaluate("tapedeck.model.get('asked_level')") == "ops"
    assert pressed(page) == "layers" and page.locator(".deck[aria-busy=true]").count() == 1
    page.evaluate(answer, facts)
    settle(page)
    assert pressed(page) == "operations" and page.locator(".deck[aria-busy=true]").count() == 0


def test_zooming_beyond_the_end_goes_to_the_next_level(saved, new_page):
    page = new_page(reduced_motion="reduce")
    page.set_viewport_size({"width": 1100, "height": 900})
    page.goto(saved)
    page.locator(".deck").press("End")
    node = page.locator(".deck-node", has_text="hidden").last.bounding_box()
    turn = """([x, y, turned]) => document.querySelector(".deck-graph-view").dispatchEvent(
        new WheelEvent("wheel", { deltaY: turned, ctrlKey: true, cancelable: true, clientX: x, clientY: y }))"""
    at = [node["x"] + node["width"] / 2, node["y"] + node["height"] / 2]
    for turned, level in ((-200, "operations"), (200, "layers"), (200, "lines of code")):
        assert pressed(page) != level
        for _ in range(12):
            if pressed(page) == level:
                break
            page.evaluate(turn, [*at, turned])
            settle(page)
        assert pressed(page) == level


@pytest.mark.parametrize("width", [1100, 640, 420])
def test_nothing_is_cut_off_at_any_width(saved, new_page, width):
    page = new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(saved)
    for key in "123":
        page.locator(".tapedeck > .deck").press(key)
        page.locator(".tapedeck > .deck").press("End")
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        control = page.locator(".deck-levels").bounding_box()
        assert control["x"] >= 0 and control["x"] + control["width"] <= width
