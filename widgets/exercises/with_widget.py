"""Exercises that are answered with a widget: the learner moves a slider, and the check reads where it stands."""

import math

from traitlets import HasTraits

from widgets.exercises.reading import Unreadable, read


def by_trait(trait, behaviour, as_made=None):
    """Return how such an answer is put to use: `behaviour(number, *given)`, with the number that the trait holds.

    The number itself is an answer too. A widget that is as it was made is none yet, and that is `...`: its trait still
    has the default, or what `as_made(widget)` gives.
    """

    def use(answer, *given):
        value = _held(answer, trait, as_made) if _is_widget(answer, trait) else answer
        try:
            number = float(read(value, 1)[0])
        except Unreadable:
            return value
        return behaviour(number, *given) if math.isfinite(number) else number

    return use


def _is_widget(answer, trait):
    return isinstance(answer, HasTraits) and answer.has_trait(trait)


def _held(widget, trait, as_made):
    """Return what the trait holds, `...` if nobody touched it."""
    value = getattr(widget, trait)
    return ... if value == (as_made(widget) if as_made else widget.trait_defaults(trait)) else value
