"""Runs to compare with in the descent explorer, kept and asked for, in a bare page."""

import json
import re

import pytest

from tests.browser.descent_page import button, course, explorer_of, get, openings, put
from tests.browser.pages import press, settle
from widgets.common.numbers import printed
from widgets.descent import first_difference
from widgets.descent.widget import DescentExplorer


@pytest.fixture
def show(tmp_path, page):
    yield from openings(tmp_path, page)


# Runs to compare with


def test_kept_runs_hold_their_numbers_and_part_where_python_says(show):
    page, paths = show(learning_rate=0.01), explorer_of("course").paths
    button(page, "Keep this run").click()
    rates = paths.learning_rates.tolist()
    kept = page.evaluate("""() => tapedeck.model.get('kept').map((run) => ({
        ...run,
        ...Object.fromEntries(["x", "y", "gradient"].map((one) => [one, Array.from(new Uint8Array(run[one].buffer))])),
    }))""")[0]
    assert bytes(kept["x"]) == paths.x[:, rates.index(0.01)].tobytes()
    assert bytes(kept["y"]) == paths.y[:, rates.index(0.01)].tobytes()
    row = page.locator(".descent-runs li")
    value = f"y = {printed(paths.y[30, rates.index(0.01)])}"
    seen = ["0.01, SGD, float32, from 0.0", value, "the same as the run shown"]
    assert row.locator("span").all_text_contents() == seen
    put(page, iterations=7)
    assert row.locator(".descent-value").text_content() == f"y = {printed(paths.y[7, rates.index(0.01)])}"
    for rate in (0.1, 0.5, 4.0, rates[3]):
        put(page, learning_rate=rate)
        step = first_difference(paths.x[:, rates.index(0.01)], paths.x[:, rates.index(rate)])
        assert row.locator(".descent-parting").text_content() == f"first differs from the run shown at step {step}"


def test_a_run_that_the_browser_kept_is_one_that_python_takes(show):
    page = show("valley", learning_rate=0.5)
    button(page, "Keep this run").click()
    names = ["x", "y", "gradient", "scheduled"]
    kept = page.evaluate(
        """names => tapedeck.model.get('kept').map((run) => ({
        ...run,
        ...Object.fromEntries(names.map((one) => [one, Array.from(new Uint8Array(run[one].buffer))])),
    }))""",
        names,
    )
    explorer = DescentExplorer(course, function="narrow valley", learning_rate=0.5)
    explorer.keep()
    assert [run | {name: bytes(run[name]) for name in names} for run in kept] == explorer.kept


def test_six_runs_are_kept_and_the_focus_is_never_lost(show):
    page = show()
    keep = button(page, "Keep this run")
    for count, rate in enumerate((0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0), 1):
        put(page, learning_rate=rate)
        keep.click(force=True)  # also when it says that it will not
        settle(page)
        assert page.locator(".descent-runs li").count() == min(count, 6)
    assert keep.get_attribute("aria-disabled") == "true"
    strokes = page.locator(".descent-curve .descent-kept").evaluate_all(
        "all => all.map((e) => getComputedStyle(e).strokeDasharray)"
    )
    assert len(set(strokes)) == 6
    for left in (5, 4, 3, 2, 1, 0):
        page.get_by_role("button", name=re.compile("^Forget")).last.focus()
        press(page, "Enter")
        assert page.locator(".descent-runs li").count() == left
        assert page.evaluate("document.activeElement.closest('.descent') !== null")
    assert keep.evaluate("e => e === document.activeElement")


# What if


def what_if_buttons(page):
    return page.get_by_role("group", name="What if").get_by_role("button")


def test_what_if_buttons_ask_python_and_its_answer_is_read_out(show):
    page = show(alive=True)
    labels = ["momentum", "Adam", "cosine schedule", "exponential schedule", "best rate"]
    assert what_if_buttons(page).all_text_contents() == labels
    button(page, "Adam").focus()
    press(page, "Enter")
    assert get(page, "asked") == {"what_if": [["adam"], 1]} and page.get_by_text("Waiting for Python.").is_visible()
    button(page, "cosine schedule").focus()
    press(page, "Space")
    button(page, "Adam").click()  # a second time, while it waits
    assert get(page, "asked") == {"what_if": [["adam", "cosine"], 2]}
    assert get(page, "iterations") == 30  # Space pressed the button, and played nothing
    put(page, answered=2, compared="After 30 gradient evaluations, Adam is lower.")
    assert page.get_by_role("log").text_content() == "After 30 gradient evaluations, Adam is lower."
    button(page, "momentum").click()
    assert get(page, "asked") == {"what_if": [["momentum"], 3]}


def test_what_if_buttons_say_why_they_do_nothing(show):
    page = show()
    check_idle(page, "This needs a running notebook.")
    page = show(alive=True)
    for rate in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        put(page, learning_rate=rate)
        button(page, "Keep this run").click()
    settle(page)
    check_idle(page, "Six runs are kept. Forget one, then this one can be added.")


def check_idle(page, why):
    for one in what_if_buttons(page).all():
        assert one.get_attribute("aria-disabled") == "true" and one.get_attribute("title") == why
        one.click(force=True)
    assert get(page, "asked") == {}


def test_features_are_scaled_by_a_box_and_runs_over_others_have_no_place_in_the_picture(show):
    page = show("data", alive=True)
    button(page, "Keep this run").click()
    drawn = page.locator(".descent-curve .descent-kept")
    assert drawn.get_attribute("d") != "" and page.get_by_label("Batch").input_value() == ""
    page.get_by_label("scale the features").check()
    assert get(page, "asked") == {"scaled": [True, 1]}
    put(page, iterations=12)
    assert page.get_by_label("scale the features").is_checked()  # until Python answers
    put(page, answered=1, problem="No.")
    assert not page.get_by_label("scale the features").is_checked()
    page.evaluate("""() => {
        const facts = JSON.parse(tapedeck.model.get("facts"));
        tapedeck.model.set("facts", JSON.stringify({ ...facts, scaled: true, scaling: "From 161 to 1." }));
    }""")
    put(page, scaled=True)
    assert page.get_by_text("From 161 to 1.").is_visible() and page.get_by_text("input, scaled").is_visible()
    assert drawn.get_attribute("d") == ""
    assert page.locator(".descent-parting").text_content() == "its parameters belong to other features"
    assert page.locator(".descent-values .descent-kept").get_attribute("d") != ""
    page.get_by_label("Batch").select_option("8")
    assert get(page, "asked")["batch_size"][0] == "8"


def test_what_cannot_be_scaled_has_no_box(show):
    page = show()
    assert page.get_by_label("scale the features").is_hidden()
    page = show("data")
    assert page.get_by_label("scale the features").is_disabled()


def test_the_focus_stays_when_what_can_be_tried_changes(show):
    page = show(alive=True)
    button(page, "Adam").focus()
    facts = json.loads(explorer_of("course").facts)
    facts["whatIfs"] = [["sgd", "SGD"], ["momentum", "momentum"]]
    put(page, facts=json.dumps(facts))
    assert page.evaluate("document.activeElement.textContent") == "momentum"
