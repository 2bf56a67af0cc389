"""The front end speaks only words of the catalogue."""

import pathlib
import re

import widgets
from widgets.words.deck import WORDS

FRONT_END = pathlib.Path(widgets.__file__).parent / "live" / "front_end"


def test_every_word_that_the_front_end_asks_for_is_there():
    sources = "".join(path.read_text("utf-8") for path in FRONT_END.glob("*.js"))
    asked = set(re.findall(r'word\(\s*"([^"]+)"', sources))
    assert len(asked) > 20
    assert asked <= set(WORDS)


def test_every_word_of_the_deck_is_asked_for():
    sources = "".join(path.read_text("utf-8") for path in FRONT_END.glob("*.js"))
    unused = [word for word in WORDS if f'"{word}"' not in sources]
    assert unused == ["central difference, h = {h}"]  # Python's own
