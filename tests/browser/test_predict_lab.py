"""Predictions, locked decks and lines in order in a real JupyterLab: a real kernel, a real mouse, real keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import OUTSIDE, check_with_axe, rest, settle

BENCH = {
    "imports": "import tensorflow as tf\nfrom widgets import TapeDeck, check, order_lines, predict",
    "function": "def slope(x):\n    with tf.GradientTape() as tape:\n        tape.watch(x)\n        y = x * x\n"
    "    return tape.gradient(y, x)",
    "number": 'predict("slope in the lab", ...)',
    "deck": "deck = TapeDeck(slope, x=3.0)\ndeck",
    "outcome": 'check("slope in the lab", slope(tf.constant(3.0)))',
    "choice": 'predict("side in the lab", ..., choices=("above", "below", "on it"))',
    "again": "deck",
    "side": 'check("side in the lab", "below")',
    "sketch": 'predict("curve in the lab", ..., sketch=(0, 2))',
    "curve": 'check("curve in the lab", lambda x: (x - 1) ** 2)',
    "lines": 'loop = order_lines("loop_order", ...)',
    "order": 'print(loop.order)\ncheck("loop_order", loop)',
}


@pytest.fixture(scope="module")
def bench(open_notebook, lab):
    notebook = open_notebook(lab.write("predict.ipynb", *BENCH.values()))
    for cell in ("imports", "function"):
        run(notebook, cell)
    return notebook


def run(bench, cell):
    """Run one of the cells by its name, once Python knows what was moved, and return its output."""
    rest(bench.page)
    return bench.ran(list(BENCH).index(cell))


def at(bench, cell, kind):
    """Return the view of a kind under a cell, in sight."""
    view = bench.cells.nth(list(BENCH).index(cell)).locator(f".tapedeck > .{kind}")
    view.wait_for(timeout=labs.PATIENCE)
    view.scroll_into_view_if_needed()
    return view


def test_a_deck_is_locked_until_the_prediction_is_committed_by_keys(bench, picture):
    run(bench, "number")
    run(bench, "deck")
    panel = at(bench, "deck", "view-locked")
    assert panel.locator(".view-lock-link").inner_text() == "First predict: slope in the lab"
    picture(bench.page, "lab-predict-locked.png")
    form = at(bench, "number", "prediction")
    form.get_by_label("Your prediction").focus()
    before = bench.state()
    bench.page.keyboard.type("-6")
    bench.page.keyboard.press("Enter")
    deck = at(bench, "deck", "deck")
    expect(panel).to_be_hidden()
    expect(deck.get_by_role("slider", name="Position")).to_be_visible()
    assert bench.state()[0] == before[0] and form.locator(".prediction-yours").inner_text() == "You predict\n-6.0"
    picture(bench.page, "lab-predict-opened.png")


def test_the_outcome_stands_beside_it(bench, picture):
    assert run(bench, "outcome") == [
        "slope in the lab: you predicted -6.0, and it is 6.0. Not what you predicted. Can you explain why?"
    ]
    form = at(bench, "number", "prediction")
    expect(form.locator(".prediction-outcome")).to_have_text("It is6.0")
    expect(form.locator(".prediction-verdict")).to_have_text("Not what you predicted. Can you explain why?")
    name, value = (form.locator(f".prediction-outcome {tag}").bounding_box() for tag in ("dt", "dd"))
    assert name["x"] == value["x"] and name["y"] < value["y"]
    picture(form, "lab-predict-beside.png")


def test_arrow_keys_choose_and_move_neither_cell_nor_notebook(bench):
    run(bench, "choice")
    run(bench, "again")
    at(bench, "again", "view-locked")
    bench.page.keyboard.press("Escape")
    form = at(bench, "choice", "prediction")
    form.get_by_label("above").focus()
    before = bench.state()
    bench.page.keyboard.press("ArrowDown")
    assert form.get_by_label("below").is_checked() and bench.state()[:2] == before[:2]
    bench.page.keyboard.press("Enter")
    at(bench, "again", "deck")
    assert run(bench, "side") == [
        "side in the lab: you predicted below, and it is below. You predicted that correctly."
    ]


def test_a_curve_is_drawn_and_stands_in_one_plot_with_the_true_one(bench, picture):
    run(bench, "sketch")
    form = at(bench, "sketch", "prediction")
    box, mouse = form.locator(".prediction-canvas").bounding_box(), bench.page.mouse
    mouse.move(box["x"] + 2, box["y"] + 0.25 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"], steps=6)
    mouse.move(box["x"] + box["width"] - 2, box["y"] + 0.25 * box["height"], steps=6)
    mouse.up()
    form.get_by_role("button", name="Commit").click()
    expect(form.get_by_role("button", name="Commit")).to_be_hidden(timeout=labs.PATIENCE)
    assert any("curve in the lab: your curve beside the true one." in text for text in run(bench, "curve"))
    compared = at(bench, "curve", "prediction")
    for view in (form, compared):
        expect(view.locator(".prediction-truth")).to_have_attribute("d", re.compile("^M.*L"))
    picture(compared, "lab-predict-curve.png")


def test_lines_are_put_in_order_by_keys_and_checked(bench, picture):
    run(bench, "lines")
    view = at(bench, "lines", "lines")
    bench.page.keyboard.press("Escape")
    view.get_by_role("listbox", name="Lines to choose from").focus()
    before = bench.state()
    for presses in (2, 5, 6, 7, 6, 3):  # lines 3, 7, 9, 11, 10 and 5, among those that are left
        for key in ("Home", *["ArrowDown"] * presses, "Enter"):
            bench.page.keyboard.press(key)
    settle(bench.page)
    assert bench.state() == before
    picture(view, "lab-lines.png")
    (said,) = run(bench, "order")
    assert said.startswith("[3, 7, 9, 11, 10, 5]\n") and "Right: " in said


def test_everything_is_accessible_and_fits_in_both_themes(bench, picture):
    try:
        for theme in ("Light", "Dark"):
            bench.set_theme(theme)
            for cell, kind in (("number", "prediction"), ("curve", "prediction"), ("lines", "lines")):
                view = at(bench, cell, kind)
                picture(view, f"lab-{cell}-{theme.lower()}.png")
                assert view.evaluate(OUTSIDE) == []
            check_with_axe(bench.page, ".tapedeck")
    finally:
        bench.set_theme("Light")
