"""The front end speaks only words of the catalogue."""

import pathlib
import re

import pytest

import widgets
from widgets.deck import control_words as deck
from widgets.derivatives import text as curves_twin
from widgets.descent import view_words as explorer
from widgets.exercises import ordering_widget as ordering
from widgets.exercises import predict_widget as predicting
from widgets.form import widget as form
from widgets.race import text as racing
from widgets.rounding import text as microscope

PACKAGE = pathlib.Path(widgets.__file__).parent
WORDS = {
    "deck": deck.CONTROLS,
    "derivatives": curves_twin.WORDS,
    "descent": explorer.WORDS,
    "form": form.WORDS,
    "lines": ordering.WORDS,
    "microscope": microscope.CONTROLS,
    "prediction": predicting.WORDS,
    "race": racing.CONTROLS,
}
UNSEEN = {"central difference, h = {h}"}  # Python's own


def sources(view):
    """The scripts that a view is bundled from: its own, and all that they import."""
    (entry,) = PACKAGE.glob(f"*/view/{view}.js")
    found, left = {}, [entry.resolve()]
    while left:
        path = left.pop()
        found[path] = path.read_text("utf-8")
        imported = ((path.parent / name).resolve() for name in re.findall(r'from "(\.[^"]+\.js)"', found[path]))
        left += [path for path in imported if path not in found]
    return "".join(found.values())


def asked_for(view):
    """The words in a view's bundle: of a shared script, only what the view uses is bundled."""
    bundle = (PACKAGE / f"static/{view}.js").read_text("utf-8")
    return {word for word in re.findall(r'word\(\s*"([^"]+)"', sources(view)) if f'"{word}"' in bundle}


def test_every_view_has_its_words():
    views = {path.stem for path in PACKAGE.glob("*/view/*.css") if path.with_suffix(".js").exists()}
    assert set(WORDS) == {view for view in views if asked_for(view)}, "give a new view a row in WORDS above"


@pytest.mark.parametrize("view", WORDS)
def test_every_word_that_the_front_end_asks_for_is_there(view):
    assert asked_for(view) <= set(WORDS[view])


@pytest.mark.parametrize("view", WORDS)
def test_every_word_of_a_view_is_asked_for(view):
    assert [word for word in WORDS[view] if f'"{word}"' not in sources(view)] in ([], *([word] for word in UNSEEN))
