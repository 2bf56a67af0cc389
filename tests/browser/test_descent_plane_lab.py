"""The plane of more than two parameters in a real JupyterLab: it turns to the slider's path, and takes a new start."""

import ast
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import lab as labs
from tests.browser.pages import rest

CELLS = (
    "import tensorflow as tf\nfrom widgets import DescentExplorer",
    "def f(p):\n    return tf.reduce_sum(tf.constant([1.0, 4.0, 16.0, 64.0]) * tf.square(p - 1.0))",
    "explorer = DescentExplorer(f, [3.0, 2.5, -2.0, 2.0])\nexplorer",
    "print(explorer.start)\nprint(explorer.loss_surface.plane.distance(explorer.paths.start))",
)


@pytest.fixture(scope="module")
def notebook(open_notebook, lab):
    """Return a notebook that shows an explorer of four parameters."""
    notebook = open_notebook(lab.write("plane.ipynb", *CELLS))
    for cell in range(3):
        notebook.ran(cell)
    notebook.panel.locator(".tapedeck > .descent").wait_for()
    return notebook


def test_the_plane_turns_when_the_slider_rests_and_takes_a_dragged_start(notebook):
    view, mouse = notebook.panel.locator(".tapedeck > .descent"), notebook.page.mouse
    slider = view.get_by_role("slider", name="Learning rate")
    slider.scroll_into_view_if_needed()
    slider.focus()
    notebook.page.keyboard.press("End")
    expect(view.locator(".descent-rate .view-range-value")).to_contain_text("diverges")
    holds_most = re.compile("This plane holds (all|9.*%) of this path's variance")
    expect(view.locator(".descent-plane")).to_have_text(holds_most, timeout=labs.PATIENCE)
    field = view.get_by_label("Start")
    before = field.input_value()
    handle = view.locator(".descent-start")
    expect(handle).to_have_count(1)  # the plane before has faded
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    mouse.move(box["x"] + 8, box["y"] + 8)
    mouse.down()
    mouse.move(box["x"] + 38, box["y"] + 48, steps=6)
    mouse.up()
    expect(field).not_to_have_value(before, timeout=labs.PATIENCE)
    rest(notebook.page)
    start, distance = notebook.ran(3)[0].splitlines()
    assert ast.literal_eval(start) == pytest.approx(ast.literal_eval(field.input_value()), rel=1e-6)
    assert float(distance) < 0.02 * np.linalg.norm(ast.literal_eval(start))
