"""Real recordings in the page: what the graph and the table show is what `tape.gradient` returned and the twin says."""

import json

import pytest

from tests.browser.pages import at_each
from tests.tape import programs
from widgets import TapeDeck
from widgets.common.numbers import text_of

SAID = "() => document.querySelector('.view-slider').getAttribute('aria-valuetext')"


def assert_every_step_is_said(page, story, backward_passes):
    """Step through one level of a recording; of a long one, only to its end."""
    steps, stops = story["steps"], story["stops"]
    if len(steps) > 60:
        page.evaluate("to => tapedeck.model.set('position', to)", stops[-1])
        return
    spoken = at_each(page, [{"position": stop} for stop in stops], SAID)
    for number, (step, said) in enumerate(zip(steps, spoken, strict=True), 1):
        backward_pass = backward_passes[step["backward_pass"]] if "backward_pass" in step else None
        is_shown = backward_pass is None or backward_pass["reconciled"]
        assert (step["text"] if is_shown else backward_pass["note"]) in said, f"step {number}"
        assert f"Step {number} of {len(steps)}." in said


@pytest.mark.parametrize("program", programs.HEALTHY + programs.FAILING, ids=lambda program: program.__name__)
def test_a_saved_page_plays_every_step_without_a_kernel(program, new_page, tmp_path):
    deck, page = TapeDeck(program), new_page(offline=True)
    facts = json.loads(deck.facts)
    page.goto(deck.save_html(tmp_path / "deck.html").as_uri())
    page.locator(".tapedeck > .deck").wait_for()
    for number, level in enumerate(facts["levels"], 1):
        if level["key"] == "all":
            page.locator(".deck-plumbing input").check()
        elif page.locator(".deck-level").count():
            page.locator(".tapedeck > .deck").press(str(number))
        assert_every_step_is_said(page, level, facts["backward_passes"])
    for tab in page.get_by_role("tab", name="Gradients").all():
        tab.click()
    shown = " ".join(page.locator(".deck-sources td").evaluate_all("cells => cells.map((cell) => cell.title)"))
    for source in [s for s in facts["sources"] if facts["backward_passes"][s["backward_pass"]]["reconciled"]][-1:]:
        assert source["gradient"] in shown and source["value"] in shown


def test_joins_show_the_running_sum_and_the_returned_gradient(page, tmp_path):
    deck = TapeDeck(programs.fan_out)
    deck.position = len(deck.recording.steps)
    page.goto(deck.save_html(tmp_path / "deck.html").as_uri())
    node = page.locator(".deck-node", has=page.locator(".deck-name", has_text="x")).first
    node.locator(".deck-gradient", has_text=str(deck.recording.result.numpy())).wait_for()
    assert " ".join(node.locator(".deck-sum").all_text_contents()).endswith("= -3.4667816")


def test_a_loop_has_one_lane_and_a_variable_the_value_that_its_gradient_was_taken_at(page, tmp_path):
    deck = TapeDeck(programs.descent_by_hand)
    deck.position = len(deck.recording.steps)
    page.goto(deck.save_html(tmp_path / "deck.html").as_uri())
    page.locator(".deck-node").first.wait_for()
    assert page.locator(".deck-lane").count() == 1
    node = page.locator(".deck-node", has=page.locator(".deck-name", has_text="x")).first
    assert node.locator(".deck-value").text_content() == text_of(deck.recording.sources[-1].value)
