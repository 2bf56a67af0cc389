"""The one catalogue that every learner-facing sentence goes through (gettext). English is the key."""

from __future__ import annotations

import contextlib
import contextvars
import gettext
import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

LOCALES = Path(__file__).with_name("locale")
DOMAIN = "tapedeck"

_ASKED_BY = ("TAPEDECK_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_CHINESE = {"zh": "zh_CN", "zh_SG": "zh_CN", "zh_Hans": "zh_CN"}


def languages(environment: Mapping[str, str]) -> list[str]:
    """Return the languages asked for, best first: by TAPEDECK_LANG, else as gettext is told. After English, none."""
    asked = next(filter(None, map(environment.get, _ASKED_BY)), "").split(":")
    names = itertools.takewhile(lambda name: not name.startswith("en"), asked)
    return [_CHINESE.get(name.partition(".")[0], name) for name in names]


_ENGLISH = gettext.NullTranslations()
_chosen = gettext.translation(DOMAIN, LOCALES, languages(os.environ), fallback=True)
LANGUAGE = _chosen.info().get("language", "en")
"""What the learner reads: "en", or the language of a catalogue, such as "zh_CN"."""

_spoken: contextvars.ContextVar[gettext.NullTranslations] = contextvars.ContextVar("spoken", default=_chosen)


def _(message: str) -> str:
    """Return `message` in the learner's language, or in English where there is no translation."""
    return _spoken.get().gettext(message)


def listed(parts: Iterable[str]) -> str:
    """Return parts of one thing as a list, without those that are empty: "SGD, float32"; in Chinese "SGD，float32"."""
    return _(", ").join(filter(None, parts))


def clauses(parts: Iterable[str]) -> str:
    """Return parts of one sentence beside each other, without those that are empty: "y = 1; the same as before"."""
    return _("; ").join(filter(None, parts))


@contextlib.contextmanager
def in_english() -> Iterator[None]:
    """Say everything inside in English: for figures that cannot draw the learner's letters."""
    before = _spoken.set(_ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(before)


def words(say: Callable[[Callable[[str], str]], tuple[str, ...]]) -> dict[str, str]:
    """Return what a front end says, keyed by its English: `words(lambda _: (_("Play"), _("Pause")))`."""
    return dict(zip(say(str), say(_), strict=True))


class Spoken(Mapping[str, str]):
    """Texts by key in the language of the moment: `Spoken(lambda: {EAGER: _("eager")})`."""

    def __init__(self, say: Callable[[], dict[str, str]]) -> None:
        self._say = say

    def __getitem__(self, key: str) -> str:
        return self._say()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._say())

    def __len__(self) -> int:
        return len(self._say())
