"""What the learner predicted, answered and asked hints for. It outlives the kernel: `keeping` has it in a file."""

import math
from collections.abc import MutableMapping

from widgets.exercises import progress_schema as kept
from widgets.exercises import progress_store as keeping
from widgets.exercises.answer_numbers import NotNumeric, format_number, parse_numbers

_LONGEST, _MOST = 200, 500


class _Predictions(MutableMapping):
    """What was predicted, by name; `...` if nothing yet. What this kernel was not told, earlier ones may have kept."""

    def __init__(self):
        self._here = {}  # as it was given, which may be more than a file can hold

    def __getitem__(self, name):
        if self._here.get(name, ...) is not ...:
            return self._here[name]
        earlier = keeping.load().predictions
        return earlier[name] if name in earlier else self._here[name]

    def __setitem__(self, name, value):
        self._here[name] = value
        if value is not ...:
            keeping.update(kept.predicting(str(name), keepable(value)))

    def __delitem__(self, name):
        del self._here[name]  # what is in the file stays: nothing is taken away

    def __iter__(self):
        return iter({**keeping.load().predictions, **self._here})

    def __len__(self):
        return len(list(iter(self)))

    def clear(self):
        """Forget what this kernel was told, as its end would."""
        self._here.clear()


predictions = _Predictions()


def keep_answer(name, status, code):
    """Keep how an answer was judged."""
    keeping.update(kept.answering(name, status, code))


def ask_hint(name):
    """Count one more question for a hint, and return which it is, from 1."""
    return keeping.update(kept.hinting(name)).hints[name]


def keepable(value):
    """Return a prediction as what JSON can hold: a number, a text, or a list of such."""
    if isinstance(value, list | tuple) and len(value) <= _MOST:
        return [keepable(part) for part in value]
    try:
        number = float(parse_numbers(value, 1)[0])
    except NotNumeric:
        return _text(value)
    return number if math.isfinite(number) else format_number(number)


def _text(value):
    try:
        return str(value)[:_LONGEST]
    except Exception:  # a learner's own object may do anything when asked for its text
        return type(value).__name__
