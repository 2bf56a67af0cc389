"""`at_two`, with a DerivativeExplorer: put the point at x = 2. To meet widgets as answers."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Misconception, Question

_THERE, _NEAR = 2.0, 0.05
"""Where the point belongs, and how near a point is that was put there by hand."""


def _where(at):
    """Return where the point is; what is as near as the eye can tell counts as there."""
    return _THERE if abs(at - _THERE) <= _NEAR else at


def _place(evidence):
    return _THERE if evidence.numbers is None else evidence.numbers[0, 0]


AT_TWO = Exercise(
    name="at_two",
    takes="widget",
    use=by_trait("at", _where, initial_value=lambda explorer: explorer.exploration.start()),
    columns=("x =",),
    questions=lambda rng: (Question("", (), (_THERE,)),),
    misconceptions=(
        Misconception(
            "LEFT_OF_PLACE",
            lambda evidence: _place(evidence) < _THERE,
            _("the point stands left of 2. Move it to the right."),
        ),
        Misconception(
            "RIGHT_OF_PLACE",
            lambda evidence: _place(evidence) > _THERE,
            _("the point stands right of 2. Move it to the left."),
        ),
    ),
    hints=(
        _("Drag the point, or click on the slider and use the arrow keys."),
        _("Under the slider stands where the point is. Stop at 2."),
        _("point.at = 2.0"),
    ),
    right=_("moving a widget is an answer like any other."),
)
