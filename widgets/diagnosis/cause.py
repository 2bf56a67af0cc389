"""One row of the table of misconceptions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A misconception: a stable `code`, its `cause` and its `repair`, each one sentence in the learner's language.

    `lesson` is the number of the lesson that treats it ("02"), `exercise` the name of the one that practises it.
    """

    code: str
    cause: str
    repair: str
    lesson: str
    exercise: str
