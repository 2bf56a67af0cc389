"""The fields of the descent explorer in a bare page, and what it asks Python for."""

import json

import numpy as np
import pytest

from tests.browser.descent_page import SPY, button, explorer_of, get, openings, put
from tests.browser.pages import settle


@pytest.fixture
def show(tmp_path, page):
    yield from openings(tmp_path, page)


def test_a_saved_page_cannot_ask_python_and_says_so(show):
    page = show()
    fields = page.locator(".view-fields :is(select, input)")
    assert (
        fields.count() == 7 and page.get_by_label("Decay steps").is_hidden() and page.get_by_label("Batch").is_hidden()
    )
    for field in fields.all():
        assert field.is_disabled() and field.get_attribute("title") == "This needs a running notebook."
    handle = page.locator(".descent-start")
    assert "view-handle" not in handle.get_attribute("class")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 8)
    page.mouse.up()
    assert get(page, "asked") == {}


def test_a_schedule_that_falls_within_some_steps_has_a_field_for_them(show):
    facts = json.loads(explorer_of("course").facts) | {"decays": True}
    page = show(alive=True, schedule="cosine", decay_steps=30, facts=json.dumps(facts))
    assert page.get_by_label("Schedule").input_value() == "cosine"
    field = page.get_by_label("Decay steps")
    assert field.input_value() == "30"
    field.fill("80")
    field.press("Enter")
    page.get_by_label("Schedule").select_option("linear")
    assert get(page, "asked") == {"decay_steps": ["80", 1], "schedule": ["linear", 2]}
    put(page, schedule="linear", decay_steps=80, answered=2)
    assert field.input_value() == "80" and page.get_by_label("Schedule").input_value() == "linear"


@pytest.mark.parametrize("name", ["course", "valley"])
def test_a_dragged_start_asks_for_a_place_on_the_grid(show, name):
    page = show(name, alive=True)
    page.evaluate(SPY)
    box = page.locator(".descent-start").bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 70, box["y"] + 40, steps=5)
    settle(page)
    assert page.evaluate("saved") == []
    held = page.locator(".descent-start").bounding_box()
    page.mouse.up()
    (asked,) = page.evaluate("saved")
    start = np.atleast_1d(json.loads(asked["start"][0]))
    for place, axis in zip(start, explorer_of(name).loss_surface.axes, strict=True):
        assert np.abs(axis - place).min() < 1e-3 * np.ptp(axis)
    settle(page)
    assert page.locator(".descent-start").bounding_box() == held != box  # until Python answers
    put(page, answered=1)
    assert page.locator(".descent-start").bounding_box() == box  # it said no


def test_a_typed_start_stays_until_python_answers(show):
    page = show(alive=True)
    field = page.get_by_label("Start")
    field.fill("two")
    field.press("Enter")
    assert get(page, "asked") == {"start": ["two", 1]}
    put(page, iterations=12)  # a redraw in between
    assert field.input_value() == "two" and page.get_by_text("Waiting for Python.").is_visible()
    put(page, problem="start = 'two' is not understood.", answered=1)
    assert field.input_value() == "two" and field.get_attribute("aria-invalid") == "true"
    assert page.get_by_role("alert").text_content() == "start = 'two' is not understood."
    field.fill("0")
    field.press("Tab")
    assert get(page, "asked") == {"start": ["0", 2]}
    put(page, problem="", answered=2)
    assert field.input_value() == "0.0" and field.get_attribute("aria-invalid") == "false"


def test_what_is_asked_while_python_is_busy_adds_up(show):
    page = show(alive=True)
    page.get_by_label("Optimizer").select_option("adam")
    page.get_by_label("Numbers").select_option("float64")
    page.get_by_label("Start").fill("1.5")
    page.get_by_label("Start").press("Enter")
    assert get(page, "asked") == {"optimizer": ["adam", 1], "dtype": ["float64", 2], "start": ["1.5", 3]}
    put(page, learning_rate=0.5)
    assert page.get_by_label("Optimizer").input_value() == "adam"
    put(page, answered=1, problem="no")  # there is no such optimizer, say; the other two are still to come
    assert page.get_by_label("Optimizer").input_value() == "sgd"
    assert page.get_by_label("Numbers").input_value() == "float64" and page.get_by_text("Waiting").is_visible()
    page.get_by_label("Optimizer").select_option("rmsprop")
    assert get(page, "asked") == {"dtype": ["float64", 2], "start": ["1.5", 3], "optimizer": ["rmsprop", 4]}
    put(page, answered=4)
    assert page.get_by_text("Waiting for Python.").is_hidden()


def test_enter_commits_where_the_notebook_takes_its_default_away(show):
    page = show(alive=True)
    page.evaluate("() => { document.addEventListener('keydown', (event) => event.preventDefault(), true); }")
    page.get_by_label("Start").evaluate("input => { input.value = '2.5'; }")
    page.get_by_label("Start").press("Enter")
    assert get(page, "asked") == {"start": ["2.5", 1]}


def test_copy_as_code(show, new_page):
    page = show(on=new_page(permissions=["clipboard-read", "clipboard-write"]), learning_rate=0.5, iterations=7)
    button(page, "Copy as code").click()
    page.get_by_text("Copied.").wait_for()
    explorer = explorer_of("course")
    code = page.evaluate("navigator.clipboard.readText()")
    assert code == explorer.code.replace("learning_rate=0.1", "learning_rate=0.5").replace("range(30)", "range(7)")
    page.evaluate("() => { navigator.clipboard.writeText = () => { throw new Error('no'); }; }")
    button(page, "Copy as code").click()
    page.get_by_text("print(explorer.code)").wait_for()
