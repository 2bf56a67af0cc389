"""What one cause of a diagnosis is: a code, what is said of it, and the lesson that treats it."""

from __future__ import annotations

from dataclasses import dataclass

from widgets.common import catalogue


def deferred(message: str) -> str:
    """Mark a sentence for the catalogue; it is translated when it is read.

    See https://docs.python.org/3/library/gettext.html#deferred-translations.
    """
    return message


class _Translated:
    """A field that holds an English sentence, and reads as the learner's language has it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, instance: object | None, owner: type) -> str:
        return "" if instance is None else catalogue._(getattr(instance, self._name))

    def __set__(self, instance: object, sentence: str) -> None:
        object.__setattr__(instance, self._name, sentence)


@dataclass(frozen=True, eq=False)
class Cause:
    """A cause of a missing or wrong gradient, of an error or of a surprise.

    Attributes:
        code: its stable name, such as "NO_PATH"; "" for what is said where no code fits.
        cause: what happened, one sentence in the learner's language; "" if nothing can be said.
        repair: what to do, one sentence; "" if nothing is known to help.
        lesson: the number of the lesson that explains it, such as "02"; "" without a code.
        exercise: the name of the exercise that practices it; "" without a code.
    """

    code: str = ""
    cause: _Translated = _Translated()
    repair: _Translated = _Translated()
    lesson: str = ""
    exercise: str = ""
