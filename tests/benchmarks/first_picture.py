"""From running `DescentExplorer(f, start=0.0)` to its first picture, in a kernel that has only imported TensorFlow."""

import statistics

from tests.benchmarks.eye import Eye
from tests.benchmarks.trace import Trace
from tests.browser import lab as labs

IMPORTS = """import time
import tensorflow as tf
from widgets import DescentExplorer

def f(x):
    return x * x - 2.0 * x + 1.0"""
EXPLORER = """begin = time.perf_counter()
explorer = DescentExplorer(f, start=0.0)
seconds = time.perf_counter() - begin
explorer"""
DRAWN = ".tapedeck .descent-path[d]"


def first_picture(browser, lab, times):
    """Return a sentence: the constructor's own time with all tracing, and from Shift+Enter to changed pixels."""
    made, seen = zip(*(_once(browser, lab) for _ in range(times)), strict=True)
    return (
        f"First picture of the explorer, TensorFlow loaded, in {times} fresh kernels: constructor {_summary(made)}, "
        f"from Shift+Enter to pixels {_summary(seen)}."
    )


def _summary(values):
    return f"{statistics.median(values):.0f} ms (at most {max(values):.0f})"


def _once(browser, lab):
    page = browser.new_page()
    notebook = labs.Notebook(page, lab, lab.write("first.ipynb", IMPORTS, EXPLORER, "print(seconds)"))
    notebook.run(0)
    notebook.wait_until_run(0)
    notebook.cells.nth(1).locator(".cm-content").click()
    eye = Eye(page)
    eye.awaits(DRAWN)
    Trace.start(browser.chromium, page)
    page.keyboard.press("Shift+Enter")
    page.locator(DRAWN).first.wait_for(state="attached", timeout=labs.PATIENCE)
    eye.settle()
    trace = Trace(browser.chromium)
    notebook.run(2)
    notebook.wait_until_run(2)
    seconds = float(notebook.output(2)[0])
    page.context.close()
    return 1000 * seconds, trace.presented(trace.times("change")[0]) - trace.times("keydown")[-1]
