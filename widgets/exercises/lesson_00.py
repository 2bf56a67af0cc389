"""Lesson 00, start here: three small exercises that introduce the three kinds of answers."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import by_trait
from widgets.exercises.exercise import Exercise, Question, at, wrong_behavior, wrong_formula
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import VALUE_NOT_DERIVATIVE

CAME_BACK = Exercise(
    name="came_back",
    takes="number",
    use=lambda answer: answer,
    columns=("to x",),
    questions=lambda rng: (Question("", (), (2.0,)),),
    misconceptions=(
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda: 7.0,
            _("7 is y, the last number of the way *forward*. Go on to the very last step."),
        ),
        wrong_formula(
            VALUE_NOT_DERIVATIVE,
            lambda: 6.0,
            _("6 is 2 * x, from the way *forward*. Go on to the very last step."),
        ),
        wrong_formula(
            "PLACE_NOT_SLOPE",
            lambda: 3.0,
            _("3 is x itself, with which all begins. Go on to the very last step."),
            cause=_("The number x itself was given, where the slope at x was asked for."),
            repair=_("Read off what comes back to x when the tape is played backward."),
        ),
        wrong_formula(
            "SEED_NOT_GRADIENT",
            lambda: 1.0,
            _("1 is what the way back starts with, at y. Go on until it has come to x."),
            cause=_("The 1 with which every way back starts was taken for the gradient."),
            repair=_("Follow the way back to its end: the gradient is what arrives at the source."),
        ),
    ),
    hints=(
        _("Click on the deck and press End. What does the sentence under it say?"),
        _("The last step is `tape.gradient(y, x)`. It returns one number for x."),
        _("came_back = 2.0"),
    ),
    right=_("when x grows by 1, y = 2x + 1 grows by 2. Such a number is called a gradient."),
)
"""`came_back`, with a deck: which number comes back to x = 3 from y = 2x + 1? It stands in the last step."""


DOUBLE = Exercise(
    name="double",
    columns=(_("double"),),
    questions=lambda rng: tuple(at(x, 2 * x) for x in spread(rng, 2.5, 6.0)),
    misconceptions=(
        wrong_formula(
            "SQUARE_NOT_DOUBLE",
            lambda x: x * x,
            _("this is x times x. Wanted is two times x."),
            cause=_("The number was multiplied by itself, not by 2."),
            repair=_("Write `2 * x`; `x * x` is the square."),
        ),
        wrong_formula(
            "TWO_ADDED",
            lambda x: x + 2,
            _("this is x plus 2. Wanted is two times x."),
            cause=_("The 2 was added, where it should multiply."),
            repair=_("Write `2 * x`, with a star."),
        ),
        wrong_formula(
            "UNCHANGED",
            lambda x: x,
            _("this is x as it came in."),
            cause=_("What came in was given back as it was."),
            repair=_("Work out what is asked for, and return that."),
        ),
    ),
    hints=(
        _("A first hint is a nudge: one line is enough, and it begins with `return`."),
        _("A second hint says more: multiply x by 2."),
        _("return 2 * x     # a third hint is the line itself"),
    ),
    right=_("and the numbers were not the same as for x = 1, 2, 3: a check tries places of its own."),
)
"""`double`: twice a number, to meet functions as answers."""


_TARGET_X, _TOLERANCE = 2.0, 0.05
"""Where the point belongs, and how near a point is that was put there by hand."""


def _snap_to_target(at):
    """Return where the point is; what is as near as the eye can tell counts as there."""
    return _TARGET_X if abs(at - _TARGET_X) <= _TOLERANCE else at


def _position(evidence):
    return _TARGET_X if evidence.numbers is None else evidence.numbers[0, 0]


AT_TWO = Exercise(
    name="at_two",
    takes="widget",
    use=by_trait("at", _snap_to_target, initial_value=lambda explorer: explorer.exploration.start()),
    columns=("x =",),
    questions=lambda rng: (Question("", (), (_TARGET_X,)),),
    misconceptions=(
        wrong_behavior(
            "LEFT_OF_PLACE",
            lambda evidence: _position(evidence) < _TARGET_X,
            _("the point stands left of 2. Move it to the right."),
            cause=_("The point stands left of where it belongs."),
            repair=_("Move it to the right, by drag or with the arrow keys."),
        ),
        wrong_behavior(
            "RIGHT_OF_PLACE",
            lambda evidence: _position(evidence) > _TARGET_X,
            _("the point stands right of 2. Move it to the left."),
            cause=_("The point stands right of where it belongs."),
            repair=_("Move it to the left, by drag or with the arrow keys."),
        ),
    ),
    hints=(
        _("Drag the point, or click on the slider and use the arrow keys."),
        _("Under the slider stands where the point is. Stop at 2."),
        _("point.at = 2.0"),
    ),
    right=_("moving a widget is an answer like any other."),
)
"""`at_two`, with a DerivativeExplorer: put the point at x = 2. To meet widgets as answers."""

EXERCISES = (CAME_BACK, DOUBLE, AT_TWO)
