"""The levels of a recording in the page: one control, keys, crumbs, and the way into a layer; the place stays."""

import json
import re

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
    page.locator(".deck-row").first.wait_for()
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


def test_enter_opens_a_box_of_the_graph_and_closes_it_and_the_focus_stays(saved, new_page):
    page = new_page(reduced_motion="reduce")
    page.goto(saved)
    page.locator(".deck").press("End")
    page.locator(".deck-node[aria-expanded=false]").first.focus()
    focused = "document.activeElement.getAttribute('aria-label').split(':')[0]"
    name = page.evaluate(focused)
    for key, level, is_open in (("Enter", "operations", "true"), ("Enter", "layers", "false")):
        page.keyboard.press(key)
        settle(page)
        assert pressed(page) == level
        assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == is_open
        assert page.evaluate(focused).startswith(name) or is_open == "true"
    check_with_axe(page)
    page.keyboard.press("Enter")
    settle(page)
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Escape")
    settle(page)
    assert pressed(page) == "layers" and page.evaluate("document.activeElement.matches('.deck-node')")


def test_the_way_of_a_lost_gradient_leads_to_its_steps(new_page, tmp_path):
    def not_watched():
        x = tf.constant(3.0)
        with tf.GradientTape() as tape:
            y = x * x
        return tape.gradient(y, x)

    page = new_page(forced_colors="active")
    page.goto(TapeDeck(not_watched).save_html(tmp_path / "deck.html").as_uri())
    page.locator(".deck").press("End")
    chain = page.get_by_role("list", name="From y back to x")
    assert [text.split() for text in chain.locator("li").all_inner_texts()][::2] == [["y", "Mul", "1.0"], ["x", "None"]]
    assert page.locator(".deck-box").first.evaluate("box => getComputedStyle(box).fill") != ""
    chain.get_by_role("button").first.click()
    settle(page)
    assert place(page) < 5 and chain.is_visible()
    check_with_axe(page)
    assert page.locator(".deck-curve").is_hidden()


def test_the_tangent_comes_with_the_gradient_and_nothing_moves(new_page, tmp_path):
    def parabola(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x**2 - 2.0 * x + 1.0
        return tape.gradient(y, x)

    deck = TapeDeck(parabola, x=3.0)
    page = new_page()
    page.goto(deck.save_html(tmp_path / "deck.html").as_uri())
    page.locator(".deck").wait_for()
    boxes = set()
    for position in range(len(deck.recording.steps) + 1):
        page.evaluate("to => tapedeck.model.set('position', to)", position)
        settle(page)
        is_seen = page.locator(".deck-tangent").evaluate("line => getComputedStyle(line).visibility") == "visible"
        assert is_seen == (position == len(deck.recording.steps))
        boxes.add(str([page.locator(part).bounding_box() for part in (".deck", ".deck-curve-plot", ".deck-code")]))
    assert len(boxes) == 1 and page.locator(".deck").bounding_box()["height"] <= 420
    assert page.locator(".deck-curve-plot").get_attribute("aria-label") == "y = 4.0 at x = 3.0 slope 4.0"


def test_two_fingers_pinch_the_graph_and_one_drags_it(saved, new_page):
    page = new_page(reduced_motion="reduce", has_touch=True)
    page.goto(saved)
    page.locator(".deck").press("End")
    settle(page)
    box = page.locator(".deck-graph-view").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind, *fingers):
        points = [{"x": x + right, "y": y + down, "id": number} for number, (right, down) in enumerate(fingers)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        settle(page)

    def view():
        transform = page.locator(".deck-world").get_attribute("transform")
        return [float(number) for number in re.findall(r"-?[\d.]+", transform)]

    before, scrolled = view(), page.evaluate("scrollY")
    touch("touchStart", (0, -20), (0, 20))
    for spread in range(20, 41, 5):
        touch("touchMove", (0, -spread), (0, spread))
    touch("touchEnd")
    pinched = view()
    assert pinched[2] == pytest.approx(2 * before[2], rel=0.05)
    touch("touchStart", (0, 0))
    for right in range(10, 61, 10):
        touch("touchMove", (right, 0))
    touch("touchEnd")
    assert view()[0] > pinched[0] + 30 and view()[2] == pinched[2]
    assert page.evaluate("scrollY") == scrolled
