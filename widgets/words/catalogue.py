"""The one catalogue that every learner-facing sentence goes through (gettext)."""

import gettext
from pathlib import Path

_translation = gettext.translation("tapedeck", Path(__file__).with_name("locale"), fallback=True)


def _(message: str) -> str:
    """Return `message` in the learner's language, or in English where there is no translation."""
    return _translation.gettext(message)
