"""How a deck is moved, by keys, buttons, a slider, and Python: no Jupyter, no kernel, no network."""

import pytest

from tests.browser import hand_made as facts
from tests.browser.deck_page import go, opener, position
from tests.browser.pages import press, rest, settle

SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('position')); }"


@pytest.fixture
def show(tmp_path, page):
    return opener(tmp_path, page)


def test_keys_step_wherever_the_focus_is_in_the_deck(show):
    page = show(facts.fan_out())
    for focus in (".deck", ".view-slider", ".deck-tape-scroll", ".view-button.view-forward"):
        page.locator(focus).focus()
        press(page, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
        assert position(page) == 2, focus
    press(page, "End")
    assert position(page) == len(facts.fan_out()["steps"])
    press(page, "ArrowRight", "Home", "ArrowLeft")
    assert position(page) == 0


def test_keys_with_a_modifier_and_keys_in_a_text_field_are_left_alone(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    page.locator(".deck").focus()
    press(page, "Control+ArrowRight", "Alt+ArrowRight", "Shift+End")
    page.get_by_label("x =").focus()
    press(page, "End", "ArrowLeft", "Space", "Home")
    assert position(page) == 0
    assert page.get_by_label("x =").input_value() == "2. 0"


def test_each_element_that_takes_the_focus_keeps_its_keys_from_jupyterlab(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    lost = ".deck:not([data-lm-suppress-shortcuts=true]), .deck :is(button, input, select, [tabindex])"
    assert page.locator(f"{lost}:not([data-lm-suppress-shortcuts=true])").count() == 0


def test_buttons_step(show):
    page = show(facts.fan_out())
    for name, expected in [("Forward", 1), ("Forward", 2), ("Back", 1), ("Last", 11), ("First", 0)]:
        page.get_by_role("button", name=name, exact=True).click()
        assert position(page) == expected


def test_slider_steps_and_says_the_sentence(show):
    page = show(facts.fan_out())
    slider = page.get_by_role("slider", name="Position")
    slider.fill("5")
    settle(page)
    assert position(page) == 5
    assert slider.get_attribute("aria-valuetext") == "Step 5 of 11. Entry 2 ran."
    assert page.locator(".view-says-seen").text_content() == "Entry 2 ran."


def test_status_speaks_only_when_the_deck_rests(show):
    page = show(facts.fan_out())
    status = page.get_by_role("status")
    page.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
    page.locator(".deck").focus()
    press(page, *["ArrowRight"] * 5)
    assert "Nothing has run yet" in status.text_content()
    page.wait_for_function("document.querySelector('[role=status]').textContent === 'Entry 2 ran.'")


def test_python_is_told_when_the_deck_rests_and_not_before(show):
    page = show(facts.fan_out())
    page.evaluate(SPY)
    page.locator(".deck").focus()
    page.keyboard.down("ArrowRight")
    page.keyboard.down("ArrowRight")
    rest(page)
    assert page.evaluate("saved") == []
    page.keyboard.up("ArrowRight")
    rest(page)
    assert page.evaluate("saved") == [2]
    page.get_by_role("slider").evaluate("s => { s.value = 4; s.dispatchEvent(new Event('input')); }")
    rest(page)
    assert page.evaluate("saved") == [2]
    page.get_by_role("slider").evaluate("s => s.dispatchEvent(new Event('change'))")
    rest(page)
    assert page.evaluate("saved") == [2, 4]


def test_goes_on_when_there_is_no_kernel(show):
    page = show(facts.fan_out(), arguments={"x": "2.0"})
    page.evaluate("() => { tapedeck.model.save_changes = () => { throw new Error('no kernel'); }; }")
    page.get_by_role("button", name="Last").click()
    page.get_by_label("x =").fill("3.0")
    page.get_by_label("x =").press("Enter")
    page.locator(".view-slider").focus()
    press(page, "ArrowLeft")
    assert position(page) == 10
    assert page.locator(".view-says-seen").text_content() == "Entry 0 was played back."


def test_play_pause_and_speed(show):
    page = show(facts.chain(100))
    page.get_by_label("Speed").select_option("20")
    page.locator(".deck").focus()
    press(page, "Space")
    page.get_by_role("button", name="Pause").wait_for()
    page.wait_for_function("tapedeck.model.get('position') >= 3")
    press(page, "Space")
    stopped = position(page)
    page.wait_for_timeout(200)
    assert position(page) == stopped
    last = int(page.locator(".view-slider").get_attribute("max"))
    go(page, last - 5)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("last => tapedeck.model.get('position') === last", arg=last)
    page.get_by_role("button", name="Play").wait_for()


def test_playing_stops_when_somebody_else_moves_the_deck(show):
    page = show(facts.chain(100))
    page.get_by_label("Speed").select_option("20")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("tapedeck.model.get('position') >= 2")
    go(page, 50)
    page.get_by_role("button", name="Play").wait_for()
    page.wait_for_timeout(200)
    assert position(page) == 50


def test_two_views_of_one_deck_stay_in_step(show):
    page = show(facts.fan_out())
    page.evaluate(
        "() => { const el = document.querySelector('main').appendChild(document.createElement('div'));"
        " globalThis.close2 = tapedeck.view.render({model: tapedeck.model, el}); }"
    )
    page.locator(".deck").nth(1).focus()
    press(page, "ArrowRight", "ArrowRight")
    assert page.locator(".view-says-seen").all_text_contents() == ["tape watches x."] * 2
    assert page.locator(".view-slider").evaluate_all("sliders => sliders.map((s) => s.value)") == ["2", "2"]
    page.evaluate("close2()")
    go(page, 4)
    assert page.locator(".deck").count() == 1


def test_new_facts_are_shown_and_the_position_is_kept_within_them(show):
    page = show(facts.fan_out(), position=11)
    page.evaluate("text => tapedeck.model.set('facts', text)", facts.sent(facts.reasons()))
    settle(page)
    assert page.locator(".deck-count").text_content() == "7 / 7"
    assert page.locator(".deck-notes-first").text_content() == "Only the forward half is shown."
    assert page.locator(".deck-sources").is_hidden()


def test_no_facts_and_no_steps_are_an_empty_deck(show):
    page = show({})
    press(page, "ArrowRight")
    assert page.locator(".deck-count").text_content() == "0 / 0"
    assert page.get_by_role("slider").get_attribute("max") == "0"
