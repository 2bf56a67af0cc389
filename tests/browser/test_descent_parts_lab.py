"""A descent that takes long, in a real JupyterLab: how far it is, cancel, going on, an interrupt, and no kernel."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import check_with_axe, rest, settle

BENCH = {
    "imports": "import time\nimport tensorflow as tf\nfrom widgets.descent.widget import DescentExplorer",
    "function": "def f(x):\n    time.sleep(0.05)\n    return x * x if float(x) < 9 else x",
    "explorer": "explorer = DescentExplorer(f, start=1.0)\nexplorer",
    "view": "explorer",
    "where": "print(explorer.computing, explorer.learning_rate, explorer.iterations)",
    "finish": "explorer.finish()",
}
AT_WORK, STOPPED = re.compile("^Computing: "), re.compile("^Stopped at .*What is there can be used.$")


@pytest.fixture(scope="module")
def bench(open_notebook, lab):
    notebook = open_notebook(lab.write("parts.ipynb", *BENCH.values()))
    notebook.views = notebook.panel.locator(".tapedeck > .descent")
    for cell in ("imports", "function", "explorer", "view"):
        notebook.ran(list(BENCH).index(cell))
    notebook.views.nth(1).wait_for()
    return notebook


def said(view):
    return view.locator(".descent-so-far")


def button(view, name):
    return view.get_by_role("button", name=name, exact=True)


def where(bench):
    rest(bench.page)
    return bench.ran(list(BENCH).index("where"))[0].split()


def test_it_is_seen_how_far_it_is_and_what_is_there_slides_and_cells_run_meanwhile(bench, picture):
    for view in bench.views.all():
        expect(said(view)).to_have_text(AT_WORK)
        expect(view.get_by_role("progressbar")).to_be_visible()
    view = bench.views.first
    before = said(view).inner_text()
    expect(said(view)).not_to_have_text(before, timeout=labs.PATIENCE)
    iterations = view.get_by_role("slider", name="Iterations")
    iterations.focus()
    bench.page.keyboard.press("Home")
    bench.page.keyboard.press("ArrowRight")
    settle(bench.page)
    computing, _rate, steps = where(bench)
    assert (computing, steps) == ("True", "1")
    expect(said(view)).to_have_text(re.compile("learning rates"), timeout=labs.PATIENCE)
    assert iterations.get_attribute("aria-valuetext").startswith("1: ")
    picture(view, "lab-descent-parts.png")
    check_with_axe(bench.page, ".tapedeck")


def test_cancel_stops_it_in_both_views_and_go_on_goes_on(bench, picture):
    first, second = bench.views.all()
    button(first, "Cancel").click()
    for view in (first, second):
        expect(said(view)).to_have_text(STOPPED, timeout=labs.PATIENCE)
        expect(view.get_by_role("progressbar")).to_be_hidden()
    assert where(bench)[0] == "False"
    stopped = said(first).inner_text()
    bench.page.wait_for_timeout(700)
    assert said(first).inner_text() == stopped
    picture(first, "lab-descent-stopped.png")
    button(second, "Go on").focus()
    bench.page.keyboard.press("Enter")
    expect(said(first)).to_have_text(AT_WORK, timeout=labs.PATIENCE)
    expect(said(first)).not_to_have_text(stopped.replace("Stopped at", "Computing:"), timeout=labs.PATIENCE)


def test_an_interrupt_stops_it(bench):
    bench.menu("Kernel", "Interrupt Kernel")
    for view in bench.views.all():
        expect(said(view)).to_have_text(STOPPED, timeout=labs.PATIENCE)
    finish = list(BENCH).index("finish")
    bench.run(finish)
    bench.page.locator("[data-status=busy]").wait_for()
    bench.page.wait_for_timeout(500)
    bench.menu("Kernel", "Interrupt Kernel")
    bench.wait_until_run(finish)
    expect(said(bench.views.first)).to_have_text(STOPPED, timeout=labs.PATIENCE)
    button(bench.views.first, "Go on").click()
    expect(said(bench.views.first)).to_have_text(AT_WORK, timeout=labs.PATIENCE)
    assert where(bench)[0] == "True"


def test_without_a_kernel_nothing_seems_to_go_on(bench, picture):
    """This ends the kernel, so it comes last."""
    bench.restart()
    view = bench.views.first
    expect(said(view)).to_have_text(re.compile("^The kernel has stopped at .* What is there can be used.$"))
    expect(view.get_by_role("progressbar")).to_be_hidden()
    assert not button(view, "Cancel").is_visible() and not button(view, "Go on").is_visible()
    view.get_by_role("slider", name="Iterations").focus()
    bench.page.keyboard.press("End")
    settle(bench.page)
    assert view.locator(".descent-iterations .view-range-value").inner_text() == "30"
    picture(view, "lab-descent-parts-gone.png")
