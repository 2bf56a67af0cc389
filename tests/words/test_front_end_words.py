"""The front end speaks only words of the catalogue."""

import pathlib
import re

import pytest

import widgets
from widgets.words import curves_twin, deck, explorer, microscope, ordering, predicting, racing

FRONT_END = pathlib.Path(widgets.__file__).parent / "live" / "front_end"
WORDS = {
    "deck": deck.WORDS,
    "derivatives": curves_twin.WORDS,
    "descent": explorer.WORDS,
    "lines": ordering.WORDS,
    "microscope": microscope.WORDS,
    "prediction": predicting.WORDS,
    "race": racing.WORDS,
}
UNSEEN = {"central difference, h = {h}"}  # Python's own


def sources(view):
    """The scripts that a view is bundled from: those of its folder, and the shared ones that they import."""
    own = [path.read_text("utf-8") for path in (FRONT_END / view).glob("*.js")]
    shared = {name for text in own for name in re.findall(r'"\.\./shared/(\w+\.js)"', text)}
    return "".join([*own, *((FRONT_END / "shared" / name).read_text("utf-8") for name in sorted(shared))])


def test_every_view_has_its_words():
    assert set(WORDS) == {path.parent.name for path in FRONT_END.glob("*/*.css")} - {"shared"}


@pytest.mark.parametrize("view", WORDS)
def test_every_word_that_the_front_end_asks_for_is_there(view):
    asked = set(re.findall(r'word\(\s*"([^"]+)"', sources(view)))
    assert len(asked) > 5
    assert asked <= set(WORDS[view])


@pytest.mark.parametrize("view", WORDS)
def test_every_word_of_a_view_is_asked_for(view):
    assert [word for word in WORDS[view] if f'"{word}"' not in sources(view)] in ([], *([word] for word in UNSEEN))
