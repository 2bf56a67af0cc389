"""Lesson 00, start here: three small exercises that introduce the three kinds of answers."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.exercises import shared_misconceptions as shared
from widgets.exercises.exercise import Exercise, Question, at, spread
from widgets.exercises.misconceptions import gave_numbers, wrong_behavior, wrong_formula

CAME_BACK = Exercise(
    name="came_back",
    takes="number",
    use="take",
    columns=("to x",),
    questions=lambda rng: (Question("", (), (2.0,)),),
    misconceptions=(
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda: 7.0,
            _("7 is y, the result of the *forward* pass. Go on to the very last step."),
        ),
        wrong_formula(
            shared.VALUE_NOT_DERIVATIVE,
            lambda: 6.0,
            _("6 is 2 * x, from the *forward* pass. Go on to the very last step."),
        ),
        wrong_formula(
            "PLACE_NOT_SLOPE",
            lambda: 3.0,
            _("3 is x itself, where the forward pass starts. Go on to the very last step."),
            cause=_("The answer is x itself, but the exercise asks for the slope at x."),
            repair=_("Read the number that arrives at x when the tape is played backward."),
        ),
        wrong_formula(
            "SEED_NOT_GRADIENT",
            lambda: 1.0,
            _("1 is the seed: the backward pass starts with it at y. Go on until the gradient reaches x."),
            cause=_("The answer is the 1 that every backward pass starts with, not the gradient."),
            repair=_("Follow the backward pass to its end: the gradient is the number that arrives at the source."),
        ),
    ),
    hints=(
        _("Click on the deck and press End. What does the sentence under it say?"),
        _("The last step is `tape.gradient(y, x)`. It returns one number for x."),
        _("came_back = 2.0"),
    ),
    right=_("when x grows by 1, y = 2x + 1 grows by 2. Such a number is called a gradient."),
)
"""Asks which gradient reaches x = 3 from y = 2x + 1, to be read in a deck's last step: dy/dx = 2."""


DOUBLE = Exercise(
    name="double",
    columns=(_("double"),),
    questions=lambda rng: tuple(at(x, 2 * x) for x in spread(rng, 2.5, 6.0)),
    misconceptions=(
        wrong_formula(
            "SQUARE_NOT_DOUBLE",
            lambda x: x * x,
            _("this is x times x. The exercise asks for two times x."),
            cause=_("The number was multiplied by itself, not by 2."),
            repair=_("Write `2 * x`; `x * x` is the square."),
        ),
        wrong_formula(
            "TWO_ADDED",
            lambda x: x + 2,
            _("this is x plus 2. The exercise asks for two times x."),
            cause=_("The 2 was added instead of multiplied."),
            repair=_("Write `2 * x`, with an asterisk."),
        ),
        wrong_formula(
            "UNCHANGED",
            lambda x: x,
            _("this is x, unchanged."),
            cause=_("The argument was returned unchanged."),
            repair=_("Compute the number that the exercise asks for, and return it."),
        ),
    ),
    hints=(
        _("A first hint is a nudge: one line is enough, and it begins with `return`."),
        _("A second hint says more: multiply x by 2."),
        _("return 2 * x     # a third hint is the line itself"),
    ),
    right=_("and the check used values of x of its own, not 1, 2, and 3."),
)
"""Asks for a function that doubles a number, to meet functions as answers: 2x."""


_TARGET_X, _TOLERANCE = 2.0, 0.05
"""Where the point belongs, and how near is near enough for a point that was dragged there."""


def _snap_to_target(at: float) -> float:
    """Return x, or where it belongs if it is as near as the eye can tell."""
    return _TARGET_X if abs(at - _TARGET_X) <= _TOLERANCE else at


AT_TWO = Exercise(
    name="at_two",
    takes="widget",
    use="trait at",
    follows=_snap_to_target,
    columns=("x =",),
    questions=lambda rng: (Question("", (), (_TARGET_X,)),),
    misconceptions=(
        wrong_behavior(
            "LEFT_OF_PLACE",
            gave_numbers(lambda numbers, due: (numbers < due).all()),
            _("the point is left of 2. Move it to the right."),
            cause=_("The point is too far to the left."),
            repair=_("Move it to the right, by dragging or with the arrow keys."),
        ),
        wrong_behavior(
            "RIGHT_OF_PLACE",
            gave_numbers(lambda numbers, due: (numbers > due).all()),
            _("the point is right of 2. Move it to the left."),
            cause=_("The point is too far to the right."),
            repair=_("Move it to the left, by dragging or with the arrow keys."),
        ),
    ),
    hints=(
        _("Drag the point, or click the slider and use the arrow keys."),
        _("The text under the slider says where the point is. Stop at 2."),
        _("point.at = 2.0"),
    ),
    right=_("moving a widget is an answer too."),
)
"""Asks to put the point of a DerivativeExplorer at x = 2, to meet widgets as answers."""

EXERCISES = (CAME_BACK, DOUBLE, AT_TWO)
