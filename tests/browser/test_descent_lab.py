"""The descent explorer in a real JupyterLab: a real kernel, a real mouse, real keys."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import check_with_axe, rest, settle

COURSE = "def f(x):\n    return tf.pow(x, 2) - 2.0 * x + 1.0"
BENCH = {
    "imports": "import time\nimport tensorflow as tf\nfrom widgets.descent.widget import DescentExplorer",
    "function": COURSE,
    "explorer": "explorer = DescentExplorer(f, start=0.0)\nexplorer",
    "view": "explorer",
    "where": "print(explorer.learning_rate, explorer.iterations)",
    "run": "print(explorer.text.splitlines()[-2])",
    "settings": "print(explorer.optimizer, explorer.dtype, explorer.start, len(explorer.kept))",
    "move": "explorer.learning_rate, explorer.iterations = 0.25, 5",
    "sleep": "time.sleep(600)",
    "nap": "time.sleep(3)",
}


@pytest.fixture(scope="module")
def bench(open_notebook, lab):
    """Return a notebook with one explorer in two views, run as far as the second."""
    notebook = open_notebook(lab.write("descent.ipynb", *BENCH.values()))
    notebook.views = notebook.panel.locator(".tapedeck > .descent")
    for cell in ("imports", "function", "explorer", "view"):
        run(notebook, cell)
    notebook.views.nth(1).wait_for()
    return notebook


def run(bench, cell):
    """Run one of the cells by its name, once Python knows what was slid, and return its output."""
    rest(bench.page)
    return bench.ran(list(BENCH).index(cell))


def slider(view, name="Learning rate"):
    return view.get_by_role("slider", name=name)


def shown(view):
    settle(view.page)
    return view.locator(".descent-readout").inner_text()


def rate(view):
    settle(view.page)
    return view.locator(".descent-rate .view-range-value").inner_text().split(" ")[0]


def drag(view, name, share):
    """Drag a slider's thumb with the mouse to a share of the way; return what it said on its way."""
    seen = hold(view, name, share)
    view.page.mouse.up()
    return seen


def hold(view, name, share):
    """Drag, and do not let go."""
    slider(view, name).hover()  # waits until nothing moves any more and nothing else lies over it
    box, mouse, seen = slider(view, name).bounding_box(), view.page.mouse, set()
    middle = box["y"] + box["height"] / 2
    mouse.move(box["x"] + 0.5 * box["width"], middle)
    mouse.down()
    for part in np.linspace(0.5, share, 12):
        mouse.move(box["x"] + part * box["width"], middle)
        settle(view.page)
        seen.add(slider(view, name).get_attribute("aria-valuetext"))
    return seen


def press(view, *keys):
    for key in keys:
        view.page.keyboard.press(key)
    settle(view.page)


def test_sliding_with_the_mouse_reaches_python_when_it_rests(bench, picture):
    view = bench.views.first
    assert len(drag(view, "Learning rate", 0.8)) > 5
    assert len(drag(view, "Iterations", 0.2)) > 4
    steps = view.locator(".descent-iterations .view-range-value").inner_text()
    assert run(bench, "where") == [f"{rate(view)} {steps}"]
    assert run(bench, "run") == [f"Learning rate {rate(view)}, iterations {steps}: {shown(view)}"]
    picture(view, "lab-descent.png")


def test_all_numbers_arrive(bench):
    view = bench.views.first
    slider(view, "Iterations").focus()
    press(view, "End")
    expect(view.locator(".descent-iterations .view-range-value")).to_have_text("1000")


def test_keys_move_the_explorer_and_not_the_notebook(bench):
    """In command mode JupyterLab takes arrows, Home, End and letters (D, D deletes a cell) wherever the focus is."""
    bench.page.keyboard.press("Escape")
    view = bench.views.first
    view.scroll_into_view_if_needed()
    view.click(position={"x": 300, "y": 8})
    places = [view, slider(view), slider(view, "Iterations")]
    places += [view.get_by_role("button", name="Keep this run"), view.get_by_label("logarithmic")]
    for place in places:
        place.focus()
        before, top = bench.state(), labs.top(view)
        press(view, "Home", "ArrowRight", "ArrowRight", "ArrowLeft")
        assert labs.top(view) == pytest.approx(top, abs=2)
        press(view, "d", "d", "b")
        assert bench.state() == before and "Mode: Command" in before
    slider(view).focus()
    press(view, "Home")
    assert rate(view) == "0.001"
    press(view, "ArrowRight")
    assert rate(view) != "0.001"


def test_python_moves_the_view(bench):
    run(bench, "move")
    for view in bench.views.all():
        expect(view.locator(".descent-rate .view-range-value")).to_have_text(re.compile(r"^0\.25 "))
        expect(view.locator(".descent-iterations .view-range-value")).to_have_text("5")


def test_two_views_stay_in_step(bench):
    first, second = bench.views.all()
    drag(second, "Learning rate", 0.7)
    assert rate(first) == rate(second) and shown(first) == shown(second)


def test_fields_ask_python_for_new_numbers(bench, picture):
    view = bench.views.first
    view.scroll_into_view_if_needed()
    before = shown(view)
    view.get_by_label("Optimizer").select_option("adam")
    view.get_by_label("Numbers").select_option("float64")
    view.get_by_label("Start").fill("2.5")
    view.get_by_label("Start").press("Enter")
    expect(view.get_by_text("Waiting for Python.")).to_be_hidden(timeout=labs.PATIENCE)
    assert shown(view) != before
    assert run(bench, "settings") == ["adam float64 2.5 0"]
    assert run(bench, "run")[0].endswith(shown(view))
    picture(view, "lab-descent-fields.png")
    view.get_by_label("Start").fill("far away")
    view.get_by_label("Start").press("Enter")
    expect(view.get_by_role("alert")).to_contain_text("start = 'far away' is not understood", timeout=labs.PATIENCE)
    assert view.get_by_label("Start").input_value() == "far away"
    view.get_by_label("Optimizer").select_option("sgd")
    view.get_by_label("Numbers").select_option("float32")
    expect(view.get_by_role("alert")).to_be_empty(timeout=labs.PATIENCE)
    expect(view.get_by_text("Waiting for Python.")).to_be_hidden(timeout=labs.PATIENCE)
    expect(bench.views.nth(1).get_by_label("Start")).to_have_value("2.5")


def test_the_start_is_dragged_on_the_curve(bench):
    view = bench.views.first
    view.scroll_into_view_if_needed()
    box, mouse = view.locator(".descent-start").bounding_box(), bench.page.mouse
    mouse.move(box["x"] + 8, box["y"] + 8)
    mouse.down()
    mouse.move(box["x"] - 40, box["y"] + 60, steps=6)
    mouse.up()
    field = view.get_by_label("Start")
    expect(field).not_to_have_value("2.5", timeout=labs.PATIENCE)
    assert run(bench, "settings") == [f"sgd float32 {field.input_value()} 0"]
    assert run(bench, "run")[0].endswith(shown(view))


def test_runs_kept_in_the_browser_are_in_pythons_text(bench):
    view = bench.views.first
    view.get_by_role("button", name="Keep this run").click()
    expect(bench.views.nth(1).locator(".descent-runs li")).to_have_count(1)
    assert run(bench, "settings")[0].endswith(" 1")
    view.get_by_role("button", name=re.compile("^Forget")).click()
    assert run(bench, "settings")[0].endswith(" 0")


def test_explorer_follows_a_live_switch_of_the_theme(bench, picture):
    view, shades, before = bench.views.first, {}, shown(bench.views.first)
    try:
        for theme in ("Light", "Dark"):
            bench.set_theme(theme)
            view.scroll_into_view_if_needed()
            shades[theme] = view.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]")
            picture(view, f"lab-descent-{theme.lower()}.png")
            check_with_axe(bench.page, ".tapedeck")
    finally:
        bench.set_theme("Light")
    assert shades["Light"] != shades["Dark"] and shown(view) == before


def test_sliding_goes_on_while_the_kernel_is_busy(bench, picture):
    view = bench.views.first
    bench.run(list(BENCH).index("sleep"))
    bench.page.locator("[data-status=busy]").wait_for()
    assert len(drag(view, "Learning rate", 0.9)) > 5
    view.get_by_label("Optimizer").select_option("adam")
    settle(bench.page)
    assert view.get_by_text("Waiting for Python.").is_visible()
    assert len(drag(view, "Learning rate", 0.2)) > 5
    assert rate(view) == rate(bench.views.nth(1)) and view.get_by_label("Optimizer").input_value() == "adam"
    picture(view, "lab-descent-busy.png")
    bench.menu("Kernel", "Interrupt Kernel")
    bench.wait_until_run(list(BENCH).index("sleep"))
    expect(view.get_by_text("Waiting for Python.")).to_be_hidden(timeout=labs.PATIENCE)
    bench.page.locator("[data-status=idle]").wait_for(timeout=labs.PATIENCE)
    assert run(bench, "settings")[0].startswith("adam ")
    assert run(bench, "run")[0].startswith(f"Learning rate {rate(view)}, ")


def test_what_python_hears_late_is_not_taken_back(bench):
    view, nap = bench.views.first, list(BENCH).index("nap")
    bench.run(nap)
    bench.page.locator("[data-status=busy]").wait_for()
    slider(view).focus()
    press(view, "Home")
    rest(bench.page)  # Python is told, and will answer when it wakes up
    hold(view, "Learning rate", 0.7)
    held = rate(view)
    bench.wait_until_run(nap)
    bench.page.locator("[data-status=idle]").wait_for(timeout=labs.PATIENCE)
    rest(bench.page)
    assert rate(view) == held != "0.001"
    bench.page.mouse.up()
    assert run(bench, "run")[0].startswith(f"Learning rate {held}, ")


def test_sliding_goes_on_without_the_kernel(bench, picture):
    """This ends the kernel, so it comes last. A kernel that is killed is the deck's to try."""
    bench.restart()
    view = bench.views.first
    assert len(drag(view, "Learning rate", 0.8)) > 5
    assert shown(view) == shown(bench.views.nth(1))
    slider(view, "Iterations").focus()
    press(view, "End")
    picture(bench.page, "lab-descent-restarted.png")
    assert view.locator(".descent-iterations .view-range-value").inner_text() == "1000"
