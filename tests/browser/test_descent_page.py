"""The descent explorer's front end in a bare page, with no kernel and no network: its numbers and its sliders."""

import base64
import json

import numpy as np
import pytest

from tests.browser.descent_page import (
    SPY,
    button,
    explorer_of,
    get,
    openings,
    put,
    rate_slider,
    said_by_python,
    shown,
    step_slider,
)
from tests.browser.pages import at_each, press, rest, settle


@pytest.fixture
def show(tmp_path, page):
    yield from openings(tmp_path, page)


# Numbers


@pytest.mark.parametrize("name", ["course", "valley", "saddle", "longer"])
def test_readout_is_pythons_at_many_positions(show, name):
    page, explorer = show(name), explorer_of(name)
    facts = json.loads(explorer.facts)
    steps = [*facts["steps"][:3], *facts["steps"][100::173], facts["steps"][-1]]
    positions = [{"learning_rate": rate, "iterations": step} for rate in facts["rates"][::60] + [0.5] for step in steps]
    seen = at_each(page, positions, "() => document.querySelector('.descent-readout').textContent")
    for position, text in zip(positions, seen, strict=True):
        assert text == said_by_python(explorer, *position.values()), position


def test_the_course_says_what_the_course_says(show):
    page = show(learning_rate=0.01, iterations=1000)
    assert shown(page) == "y = 0 ; x = 0.999998569"
    assert (
        page.locator(".view-says-seen")
        .text_content()
        .startswith("Over 1000 iterations the path stalls at x = 0.999998569 from step 660")
    )


# Sliding


def test_keys_on_the_sliders(show):
    page = show()
    rates = explorer_of("course").paths.learning_rates.tolist()
    rate_slider(page).focus()
    press(page, "ArrowRight")
    assert get(page, "learning_rate") == rates[rates.index(0.1) + 1]
    press(page, "Home")
    assert get(page, "learning_rate") == rates[0]
    press(page, "End")
    assert get(page, "learning_rate") == rates[-1]
    assert (
        rate_slider(page)
        .get_attribute("aria-valuetext")
        .startswith(f"{rates[-1]}: Over 1000 iterations the path overflows")
    )
    step_slider(page).focus()
    press(page, "ArrowRight", "ArrowRight", "ArrowLeft")
    assert get(page, "iterations") == 31
    press(page, "End")
    assert get(page, "iterations") == 1000
    assert step_slider(page).get_attribute("aria-valuetext") == f"1000: {shown(page)}"


def test_keys_elsewhere_in_the_view_change_the_iterations(show):
    page = show(iterations=3)
    for focus in (".descent", ".view-play", ".descent-actions button"):
        page.locator(focus).first.focus()
        press(page, "Home", "ArrowRight", "ArrowRight", "ArrowLeft")
        assert get(page, "iterations") == 1, focus
    page.get_by_label("logarithmic").focus()
    press(page, "Space", "ArrowRight")
    assert get(page, "logarithmic") is True and get(page, "iterations") == 2


@pytest.mark.parametrize("slider", [rate_slider, step_slider])
def test_dragging_is_told_to_python_when_it_rests(show, slider):
    page = show()
    page.evaluate(SPY)
    box = slider(page).bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    page.mouse.down()
    seen = set()
    for part in np.linspace(0.3, 0.8, 20):
        page.mouse.move(box["x"] + part * box["width"], middle)
        settle(page)
        seen.add(slider(page).get_attribute("aria-valuetext"))
    assert page.evaluate("saved.length") == 0 and len(seen) > 15
    page.mouse.up()
    page.wait_for_function("saved.length > 0")
    rest(page)
    assert page.evaluate("saved.length") == 1


def test_play_and_pause(show):
    page = show(iterations=0)
    page.locator(".descent").focus()
    press(page, "Space")
    button(page, "Pause").wait_for()
    page.wait_for_function("tapedeck.model.get('iterations') >= 3")
    put(page, learning_rate=0.5)  # another rate may be chosen meanwhile
    page.wait_for_function("tapedeck.model.get('iterations') >= 5")
    button(page, "Pause").click()
    stopped = get(page, "iterations")
    page.wait_for_timeout(200)
    assert get(page, "iterations") == stopped
    button(page, "Play").click()
    page.wait_for_function("before => tapedeck.model.get('iterations') > before", arg=stopped)
    put(page, iterations=500)  # somebody else moves it
    button(page, "Play").wait_for()
    assert get(page, "iterations") == 500


def test_the_button_knows_that_it_plays_when_more_numbers_arrive(show):
    page = show(iterations=0, rest={"base64": ""}, wants_rest=False)
    button(page, "Play").click()
    rest = base64.b64encode(explorer_of("course")._rest).decode()
    page.evaluate(
        """text => {
        const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        tapedeck.model.set("rest", new DataView(raw.buffer));
    }""",
        rest,
    )
    settle(page)
    button(page, "Pause").click()
    assert step_slider(page).get_attribute("max") > "200"


def test_before_the_rest_arrives_the_first_steps_are_there(show):
    page = show(iterations=1000, learning_rate=0.01, rest={"base64": ""}, wants_rest=False)
    assert get(page, "wants_rest") is True
    assert shown(page) == said_by_python(explorer_of("course"), 0.01, 200)
    assert page.locator(".descent-iterations .view-range-value").text_content() == "200"


def test_two_views_stay_in_step_and_one_may_go(show):
    page = show()
    page.evaluate(
        "() => { const el = document.querySelector('main').appendChild(document.createElement('div'));"
        " globalThis.close2 = tapedeck.view.render({model: tapedeck.model, el}); }"
    )
    page.get_by_role("slider", name="Learning rate").nth(1).focus()
    press(page, "End", "ArrowLeft")
    page.get_by_role("button", name="Open the step").nth(1).click()
    settle(page)
    assert len(set(page.locator(".descent-readout").all_text_contents())) == 1
    assert page.locator(".descent-moments:visible").count() == 2
    page.evaluate("close2()")
    put(page, learning_rate=0.5)
    assert page.locator(".descent").count() == 1


def test_goes_on_when_there_is_no_kernel(show):
    page = show(alive=True)
    page.evaluate("() => { tapedeck.model.save_changes = () => { throw new Error('no kernel'); }; }")
    rate_slider(page).focus()
    press(page, "End", "ArrowLeft")
    button(page, "Keep this run").click()
    page.get_by_label("Optimizer").select_option("adam")
    settle(page)
    assert page.get_by_text("Waiting for Python.").is_visible()
    before = shown(page)
    rate_slider(page).focus()
    press(page, "ArrowLeft")
    assert shown(page) != before


def test_status_speaks_once_when_the_view_rests(show):
    page = show()
    status = page.get_by_role("status")
    page.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
    said_at_once = """rate => {
        tapedeck.model.set("learning_rate", rate);
        return document.querySelector("[role=status]").textContent;
    }"""
    fastest = explorer_of("course").paths.learning_rates.tolist()[-1]
    assert not page.evaluate(said_at_once, fastest).startswith("Over 1000 iterations the path overflows")
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.startsWith('Over 1000 iterations the path overflows')"
    )
    assert status.count() == 1 and page.locator("output").count() == 0
