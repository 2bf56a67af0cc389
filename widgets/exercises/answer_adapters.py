"""How answers of several kinds are run: a widget's trait, a function that returns a matrix, a function that is counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from traitlets import HasTraits

from widgets.exercises.answer_numbers import NotNumeric, parse_number
from widgets.exercises.predicates import all_none


def by_trait(
    trait: str, behavior: Callable[..., Any], initial_value: Callable[[Any], Any] | None = None
) -> Callable[..., Any]:
    """Run an answer that is a widget: what counts is the number that its trait holds.

    Args:
        trait: the name of the trait.
        behavior: what follows from the number at what a question gives.
        initial_value: takes the widget and returns what its trait held when it was made; without it, the trait's default.

    Returns:
        A function for `Exercise.use`: it returns `behavior(number, *given)`. It accepts the number itself in place of
        the widget. A widget that nobody has touched is not an answer yet, so for that it returns `...`.
    """

    def use(answer: object, *given: object) -> object:
        value = _trait_value(answer, trait, initial_value) if _is_widget(answer, trait) else answer
        try:
            number = parse_number(value)
        except NotNumeric:
            return value
        return behavior(number, *given) if math.isfinite(number) else number

    return use


def _is_widget(answer: object, trait: str) -> bool:
    return isinstance(answer, HasTraits) and answer.has_trait(trait)


def _trait_value(widget: Any, trait: str, initial_value: Callable[[Any], Any] | None) -> object:
    """Return what the trait holds, `...` if nobody touched it."""
    value: object = getattr(widget, trait)
    untouched = initial_value(widget) if initial_value else widget.trait_defaults(trait)
    return ... if value == untouched else value


def table_as_row(answer: Callable[..., Any], function: object, point: Sequence[float]) -> object:
    """Run an answer that returns a matrix, and return its numbers row after row in one list; a matrix of None is None."""
    row = _flat(answer(function, list(point)))
    return None if all_none(row) else row


def _flat(value: Any) -> Any:
    """Return rows as one list, whatever they are made of. What has no rows stays as it is."""
    if isinstance(value, list | tuple):
        rows = [_flat(row) for row in value]
        return [number for row in rows for number in (row if isinstance(row, list) else [row])]
    return list(np.reshape(value, -1)) if len(getattr(value, "shape", ())) else value


class CallCounter:
    """A function that counts in `runs` how often Python runs it: once per trace in a `tf.function`, else at every call."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.runs = function, 0

    def __call__(self, *given: Any) -> Any:
        """Count, and run the function."""
        self.runs += 1
        return self.function(*given)


def one_trace_or_all(runs: int, most: int) -> int:
    """Return 1 for `most` runs or fewer, which is how often tracing runs a function, and else their number.

    TensorFlow traces a `tf.function` more than once if it makes Variables of its own
    (https://www.tensorflow.org/guide/function#creating_tfvariables), so more than one run can be right.
    """
    return 1 if 1 <= runs <= most else runs
