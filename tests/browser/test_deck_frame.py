"""The deck's frame in a bare page: what stays in place, what opens, and what waits for its moment."""

import pytest

from tests.browser import hand_made as facts
from tests.browser.pages import at_each, check_with_axe, settle
from widgets.common.widget import STATIC, write_page

PARTS = [
    ".deck",
    ".deck-top",
    ".deck-top *",
    ".deck-sentence",
    ".view-says",
    ".deck-phase",
    ".deck-body",
    ".deck-body > *",
]
PARTS += [".deck-tablist", ".deck-foot", ".deck-handle"]
BOXES = f"""() => [...document.querySelectorAll("{", ".join(PARTS)}")].filter((e) => !e.closest("svg")).map((e) => {{
    const box = e.getBoundingClientRect();
    return [e.className, box.x, box.y, box.width, box.height].join();
}})"""
HEIGHT = "document.querySelector('.deck').getBoundingClientRect().height"

CARD = {
    "at": 11,
    "is_error": False,
    "seen": "tape.gradient(y, x) returns None for x.",
    "cause": "Nothing watched `x`.",
    "repair": "Call `tape.watch(x)`.",
    "place": [0, 3, 8, 13],
    "fix": [[" ", "with tf.GradientTape() as tape:"], ["+", "    tape.watch(x)"]],
    "lesson": {"title": "02 What the tape watches", "path": "lessons/02_what_the_tape_watches.ipynb"},
}
ARRAY = {"shape": [2, 2], "dtype": "float32", "range": ["-2.0", "3.0"], "is_grid": True, "seed": None}


@pytest.fixture
def show(tmp_path, page):
    """Return a function that opens a page with a deck on some facts."""

    def open_deck(shown, *, width=1100, **state):
        page.set_viewport_size({"width": width, "height": 900})
        path = write_page(tmp_path / "deck.html", "A deck", STATIC / "deck", facts.state(shown, **state))
        page.goto(path.as_uri())
        page.wait_for_selector(".deck .view-says-seen:not(:empty)", state="attached")
        return page

    return open_deck


def go(page, to):
    page.evaluate("to => { tapedeck.model.set('position', to); }", to)
    settle(page)


def long_story():
    """Return facts with long names, numbers and sentences, a diagnosis at the end, and notes."""
    shown = facts.fan_out()
    for step in shown["steps"]:
        step["text"] = f"{step['text']} {'It says more than fits into a line, ' * (len(step['text']) % 7)}and ends."
    shown["tensors"][0]["value"] = "[0.1234567, 0.2345678, …] (1000,)"
    shown["sources"] *= 12
    shown["listings"][0]["lines"] = [*facts.CODE, *[f"    # {n} {'long ' * 30}" for n in range(40)]]
    return shown | {"diagnoses": [CARD], "notes": ["One note. " * 30, "Another note."]}


@pytest.mark.parametrize("made", [facts.fan_out, facts.nested, long_story])
@pytest.mark.parametrize("width", [1100, 640, 420])
def test_nothing_moves_or_changes_size_from_step_to_step(show, made, width):
    shown = made()
    page = show(shown, width=width, arguments={"x": "2.0"})
    seen = at_each(page, [{"position": at} for at in range(len(shown["steps"]) + 1)], BOXES)
    still = [[box for box in boxes if not box.startswith("view-panel deck-why")] for boxes in seen]
    for boxes in still:
        assert boxes == still[0]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_heights_are_those_of_the_design(show):
    assert show(facts.fan_out()).evaluate(HEIGHT) <= 420
    assert 500 < show(facts.chain(200)).evaluate(HEIGHT) <= 600


def test_the_transport_is_the_first_row_and_stays_in_sight(show):
    page = show(facts.fan_out(), stretch=900)
    page.set_viewport_size({"width": 1100, "height": 500})
    page.evaluate("scrollTo(0, 400)")
    settle(page)
    bar = page.locator(".deck-top").bounding_box()
    assert bar["y"] == 0 and page.get_by_role("button", name="Play").bounding_box()["y"] > 0


def test_the_handle_makes_the_deck_taller_by_mouse_and_by_keys(show):
    page = show(facts.fan_out())
    before = page.evaluate(HEIGHT)
    handle = page.get_by_role("separator", name="Height")
    handle.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(HEIGHT) == before + 80 == before + page.evaluate("tapedeck.model.get('stretch')")
    assert handle.get_attribute("aria-valuenow") == "80" and page.evaluate("tapedeck.model.get('position')") == 0
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 105)
    page.mouse.up()
    assert page.evaluate(HEIGHT) == before + 180
    handle.dblclick()
    assert page.evaluate(HEIGHT) == before


def test_a_card_waits_for_the_symptom_and_can_be_shut_and_asked_for(show):
    page = show(facts.fan_out() | {"diagnoses": [CARD]})
    card, ask = page.locator(".deck-why"), page.get_by_role("button", name="Why?")
    for at in (0, 5, 10):
        go(page, at)
        assert card.is_hidden() and ask.is_hidden() and page.locator(".has-fault").count() == 0
    go(page, 11)
    assert card.is_visible() and "`" not in card.inner_text()
    assert card.locator(".deck-fix").inner_text().split("\n")[-1] == "    tape.watch(x)"
    assert page.locator(".has-fault .deck-fault").all_text_contents() == ["y = x"]
    check_with_axe(page)
    page.get_by_role("button", name="close").click()
    assert card.is_hidden() and page.locator(".has-fault").count() == 0
    ask.click()
    assert card.is_visible()


def test_an_exception_can_be_asked_about_from_the_beginning(show):
    page = show(facts.fan_out() | {"diagnoses": [CARD | {"is_error": True}]})
    assert page.locator(".deck-why").is_hidden()
    page.get_by_role("button", name="Why?").click()
    assert page.locator(".deck-why").is_visible()


def test_a_quiet_card_is_offered_and_does_not_push_itself_forward(show):
    page = show(facts.fan_out() | {"diagnoses": [CARD | {"is_quiet": True}]}, position=10)
    ask = page.get_by_role("button", name="Why 0?")
    assert ask.count() == 0 or not ask.is_visible()
    go(page, 11)
    assert ask.is_visible() and page.locator(".deck-why").is_hidden()
    ask.click()
    assert page.locator(".deck-why").is_visible()


def test_a_lesson_is_a_link_where_a_jupyter_is_around(show):
    page = show(facts.fan_out() | {"diagnoses": [CARD]}, position=11)
    assert page.get_by_text("More in 02").is_visible() and page.get_by_role("link").count() == 0
    page.evaluate("""() => {
        const config = document.createElement("script");
        [config.id, config.type] = ["jupyter-config-data", "application/json"];
        config.textContent = JSON.stringify({ baseUrl: "/user/me/", appUrl: "/lab" });
        document.body.append(config);
        tapedeck.model.set("facts", tapedeck.model.get("facts") + " ");
    }""")
    settle(page)
    link = page.get_by_role("link", name="More in 02")
    assert link.get_attribute("href") == "/user/me/lab/tree/lessons/02_what_the_tape_watches.ipynb"


def test_notes_are_a_line_that_opens(show):
    page = show(facts.fan_out() | {"notes": ["Put `%%tape` on it.", "And this."]})
    before = page.evaluate(HEIGHT)
    page.locator(".deck-notes-first").click()
    assert page.locator(".deck-notes-all li").all_inner_texts() == ["Put %%tape on it.", "And this."]
    assert page.evaluate(HEIGHT) == before


def test_a_tape_is_offered_and_asked_for(show):
    page = show(facts.fan_out(), can_be_taped=True, taped=False)
    page.get_by_role("button", name="Wrap it in a tape for me").click()
    assert page.evaluate("tapedeck.model.get('taped')") is True
    page.evaluate("() => { tapedeck.model.set('taped', true); }")
    settle(page)
    page.evaluate("() => { tapedeck.model.set('can_be_taped', false); }")
    assert page.locator(".deck-offer").is_hidden()


def test_an_array_has_a_grid_of_fields_and_new_random_numbers(show):
    shown = {"arguments": {"w": "[[1.0, -2.0], [0.5, 3.0]]"}, "arrays": {"w": ARRAY}}
    page = show(facts.fan_out(), **shown)
    before = page.evaluate(HEIGHT)
    opener = page.get_by_role("button", name="w: 2×2 · -2.0 … 3.0")
    opener.click()
    fields = page.locator(".deck-array-grid input")
    assert [field.input_value() for field in fields.all()] == ["1.0", "-2.0", "0.5", "3.0"]
    check_with_axe(page)
    fields.nth(2).fill("7")
    fields.nth(2).press("Enter")
    assert page.evaluate("tapedeck.model.get('arguments')") == {"w": "[[1.0, -2.0], [7, 3.0]]"}
    page.get_by_role("button", name="New random numbers").click()
    assert page.evaluate("tapedeck.model.get('arguments')") == {"w": "random 0"}
    page.evaluate("array => { tapedeck.model.set('arrays', { w: array }); }", ARRAY | {"seed": 0})
    assert page.get_by_text("seed 0").is_visible() and page.evaluate(HEIGHT) == before
    page.keyboard.press("Escape")
    assert page.locator(".deck-array-editor").is_hidden()


def test_a_source_without_a_difference_has_no_column_for_one(show):
    shown = facts.nested()
    page = show(shown)
    assert page.locator(".deck-sources thead th").all_text_contents() == ["source", "value", "gradient"]
    page.evaluate("text => { tapedeck.model.set('facts', text); }", facts.sent(facts.fan_out()))
    assert page.locator(".deck-sources thead th").count() == 4
