"""`bend`, with a DerivativeExplorer: where does an S-shaped curve stop bending upward?"""

import math

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Misconception, Question

_HERE, _NEAR = 1.0, 0.05
"""Where f″ of sigmoid(2x - 2) is 0, by symmetry, and how near a point is that was put there by eye."""

_FLAT = 2.0
"""So far from there the curve is nearly level, and f″ nearly 0, without ever being it."""


def _where(at):
    """Return where the point is; what is as near as the eye can tell counts as there."""
    return _HERE if abs(at - _HERE) <= _NEAR else at


def _distance(evidence):
    return 0.0 if evidence.numbers is None else evidence.numbers[0, 0] - _HERE


BEND = Exercise(
    name="bend",
    takes="widget",
    use=by_trait("at", _where, initial_value=lambda explorer: explorer.exploration.start()),
    columns=("x =",),
    questions=lambda rng: (Question("", (), (_HERE,)),),
    misconceptions=(
        Misconception(
            "NEARLY_LEVEL",
            lambda evidence: _FLAT <= abs(_distance(evidence)) < math.inf,
            _(
                "out here the curve is nearly level, so f″ is small, but on both sides of the point it has the same sign. "
                "Look for the place where it changes its sign."
            ),
        ),
        Misconception(
            "BENDS_UPWARD",
            lambda evidence: -_FLAT < _distance(evidence) < 0,
            _("here f″ is positive: the curve still bends upward. Go further to the right."),
        ),
        Misconception(
            "BENDS_DOWNWARD",
            lambda evidence: 0 < _distance(evidence) < _FLAT,
            _("here f″ is negative: the curve already bends downward. Go further to the left."),
        ),
    ),
    hints=(
        _(
            "Watch the parabola that touches the curve. To the left of the place it opens upward, to the right downward."
        ),
        _("f″ is 0 where f′ is largest: where the curve is steepest."),
        _("explorer.at = 1.0"),
    ),
    right=_("where f″ changes its sign the slope is at its largest, and the touching parabola is a straight line."),
)
