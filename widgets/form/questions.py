"""The fifteen questions, in order: a record each, from which the form, the key and the tables are made."""

from __future__ import annotations

from collections.abc import Iterator

from widgets.form import derivative_questions as derivatives
from widgets.form import descent_questions as descent
from widgets.form import tensorflow_questions as tensorflow
from widgets.form.model import Part, Posed, Question, part_names

QUESTIONS: tuple[Question, ...] = (
    derivatives.SLOPE,
    derivatives.CHAIN,
    tensorflow.UNWATCHED,
    tensorflow.NO_INFLUENCE,
    tensorflow.REASSIGNED,
    derivatives.SEVERAL_TARGETS,
    derivatives.CENTRAL_DIFFERENCE,
    derivatives.CURVATURE,
    descent.RATES,
    descent.STALL,
    descent.VANISHING,
    tensorflow.TRACES,
    tensorflow.TWO_COSTS,
    derivatives.MATRICES,
    descent.EQUAL_WEIGHTS,
)


def posed_questions(form: str) -> Iterator[tuple[int, Posed, dict[str, Part]]]:
    """Yield each question of a form: its number, the question, and its parts by their names."""
    for number, question in enumerate(QUESTIONS, 1):
        posed = question.posed(form)
        yield number, posed, dict(zip(part_names(number, len(posed.parts)), posed.parts, strict=True))


def parts_of(form: str) -> dict[str, Part]:
    """Return all that a form asks for, by name."""
    return {name: part for _number, _posed, parts in posed_questions(form) for name, part in parts.items()}
