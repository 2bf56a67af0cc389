"""Views in one page: no view's style may change another's, whichever was opened first."""

import pytest
import tensorflow as tf

from tests.browser.pages import settle
from widgets.common.widget import STATIC
from widgets.deck.widget import TapeDeck
from widgets.derivatives.widget import DerivativeExplorer
from widgets.descent.widget import DescentExplorer
from widgets.exercises.ordering_widget import LineOrder
from widgets.race.widget import ExecutionRace
from widgets.rounding.widget import PrecisionMicroscope

LOOKS = """() => [...document.querySelectorAll(".tapedeck, .tapedeck *")].map((e) => {
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const phase = ["--phase", "--phase-ink"].map((name) => style.getPropertyValue(name));
    const parts = ["color", "backgroundColor", "borderTopWidth", "padding", "margin", "font", "fill", "accentColor"];
    const looks = [...phase, ...parts.map((name) => style[name]), box.width, box.height];
    return [e.tagName, e.className.baseVal ?? e.className, ...looks].join();
})"""
SHEETS = sorted(STATIC.glob("*.css"))


def slope(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    return tape.gradient(y, x)


def bowl(x):
    return tf.pow(x, 2) - 2.0 * x


MADE = {
    "deck": lambda: TapeDeck(slope, x=3.0),
    "derivatives": lambda: DerivativeExplorer(bowl),
    "descent": lambda: DescentExplorer(bowl),
    "lines": lambda: LineOrder("loop_order"),
    "race": lambda: ExecutionRace(bowl),
    "microscope": lambda: PrecisionMicroscope(bowl, iterations=100),
}


@pytest.mark.parametrize("name", MADE)
def test_a_view_looks_as_it_does_alone_when_the_others_come_later(name, tmp_path, new_page):
    page = new_page(reduced_motion="reduce")
    page.goto(MADE[name]().save_html(tmp_path / "page.html").as_uri())
    page.locator(".tapedeck .view").first.wait_for()
    positions = (0, 2, 5) if name == "deck" else (0,)
    alone, together = [], []
    for looks in (alone, together):
        for position in positions:
            page.evaluate("at => { tapedeck.model.set('position', at); }", position)
            settle(page)
            looks.append(page.evaluate(LOOKS))
        for sheet in SHEETS:
            page.add_style_tag(path=sheet)
    for one, other in zip(alone, together, strict=True):
        assert one == other
    if name == "deck":
        phases = {look.split(",")[2] for looks in alone for look in looks if look.split(",")[1].startswith("view deck")}
        assert len(phases) == 3, "not recording, recording and playing back have a color each"
