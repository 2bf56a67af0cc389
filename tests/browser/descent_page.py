"""A page with a descent explorer, as it is saved or with other traits, and what tests do with it."""

import functools

import numpy as np
import tensorflow as tf

from tests.browser.pages import settle
from widgets.common.widget import STATIC, write_page
from widgets.descent.text import readout
from widgets.descent.widget import DescentExplorer

SPY = "() => { globalThis.saved = []; tapedeck.model.save_changes = () => saved.push(tapedeck.model.get('asked')); }"
"""Has a page remember what it tells Python."""

INPUTS = np.linspace(0, 4, 20, dtype=np.float32)
TARGETS = 1.2 * INPUTS + 1 + np.float32(0.5) * np.sin(7 * INPUTS)


def course(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def with_a_rather_long_name_that_somebody_chose_because_it_explains_everything_there_is(x):
    return x * x


def line(w, inputs, targets):
    return tf.reduce_mean(tf.square(w[0] * inputs + w[1] - targets))


_EXPLORERS = {
    "course": lambda: DescentExplorer(course),
    "valley": lambda: DescentExplorer(course, function="narrow valley"),
    "saddle": lambda: DescentExplorer(course, function="saddle", dtype="float64", optimizer="momentum"),
    "pole": lambda: DescentExplorer(lambda x: 1 / x + 0.0 * x, 1.0),
    "long": lambda: DescentExplorer(
        with_a_rather_long_name_that_somebody_chose_because_it_explains_everything_there_is, 1 / 3, dtype="float64"
    ),
    "entropy": lambda: DescentExplorer(lambda x: x * tf.math.log(x), 1.5),
    "hinge": lambda: DescentExplorer(lambda w: tf.nn.relu(1.0 - 2.0 * w) + 0.25 * w, -1.0),
    "line": lambda: DescentExplorer(lambda p: tf.reduce_mean((p[0] * INPUTS + p[1] - TARGETS) ** 2), [0.0, 0.0]),
    "data": lambda: DescentExplorer(line, [0.0, 0.0], data=(INPUTS, TARGETS)),
    "compared": lambda: DescentExplorer(line, [0.0, 0.0], data=(INPUTS, TARGETS), scaled=True, schedule="cosine"),
    "longer": lambda: DescentExplorer(lambda x: x * x, 1.0, iterations=3000),
}


@functools.cache
def explorer_of(name):
    """Return one of the explorers that are shown; no test changes it."""
    explorer = _EXPLORERS[name]()
    explorer.finish()  # on Playwright's event loop the rest would only follow
    if name == "saddle":
        explorer.keep()
    for run in ("adam", "constant") if name == "compared" else ():
        explorer.what_if(run)
    return explorer


def openings(tmp_path, page):
    """Yield a function that opens a page with an explorer, by default in the ordinary page. No script may complain."""
    complaints = []

    def open_explorer(name="course", *, on=page, **state):
        on.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        explorer = explorer_of(name)
        path = tmp_path / "descent.html" if state else tmp_path.parent / f"descent_{name}.html"
        if state or not path.exists():
            write_page(path, explorer.title, STATIC / "descent", explorer._page_state() | state)
        on.goto(path.as_uri())
        on.wait_for_selector(".descent .view-plot .view-frame", state="attached")
        settle(on)
        return on

    yield open_explorer
    assert complaints == []


def get(page, trait):
    return page.evaluate("name => tapedeck.model.get(name)", trait)


def put(page, **traits):
    """Set traits as Python does, and wait until that is drawn."""
    page.evaluate(
        "all => { for (const [name, value] of Object.entries(all)) tapedeck.model.set(name, value); }", traits
    )
    settle(page)


def rate_slider(page):
    return page.get_by_role("slider", name="Learning rate").first


def step_slider(page):
    return page.get_by_role("slider", name="Iterations").first


def shown(page):
    return page.locator(".descent-readout").first.text_content()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def said_by_python(explorer, rate, step):
    at = explorer.paths.learning_rates.tolist().index(rate)
    return readout(explorer.paths.y[step, at], explorer.paths.x[step, at])
