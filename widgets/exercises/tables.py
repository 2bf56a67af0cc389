"""Exercises that are answered with a table of numbers: it is laid out in one row, and tested as a table."""

import numpy as np

from widgets.exercises.faults import is_nothing
from widgets.exercises.reading import Unreadable, close, read


def row_by_row(answer, function, place):
    """Put an answer to use, and lay the table that comes back out in one row. A table of None is None."""
    row = _flat(answer(function, list(place)))
    return None if is_nothing(row) else row


def sums_of_columns(shape):
    """Return a test: whether all that came back are the sums of the columns of each table due, which has this shape."""
    return lambda evidence: all(_is_sums(outcome, shape) for outcome in evidence.outcomes)


def _flat(returned):
    """Lay out rows in one list, whatever they are made of. What has no rows stays as it is."""
    if isinstance(returned, list | tuple):
        rows = [_flat(row) for row in returned]
        return [number for row in rows for number in (row if isinstance(row, list) else [row])]
    return list(np.reshape(returned, -1)) if len(getattr(returned, "shape", ())) else returned


def _is_sums(outcome, shape):
    try:
        numbers = read(outcome.returned, shape[1])
    except Unreadable:
        return False
    return bool(close(numbers, np.reshape(outcome.question.due, shape).sum(axis=0)).all())
