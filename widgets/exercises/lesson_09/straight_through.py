"""`straight_through`: rounds on the way forward, and lets the gradient through as if it had not."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_09.slopes import value_and_slope
from widgets.exercises.predicates import returned
from widgets.exercises.seeds import spread


def _questions(rng):
    near = zip((1, 2, -3), spread(rng, -0.35, 0.35), strict=True)
    places = [round(whole + part, 2) for whole, part in near]
    return tuple(_question(x, factor) for x, factor in zip(places, spread(rng, 1.5, 4.0), strict=True))


def _question(x, factor):
    label = _("x = {x}, z = {factor}·y").format(x=x, factor=factor)
    return Question(label, (x, factor), (round(x), factor))


def _asked(answer, x, factor):
    return value_and_slope(answer, lambda y: factor * y, x)


STRAIGHT_THROUGH = Exercise(
    name="straight_through",
    use=_asked,
    columns=("y", "dz/dx"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "NOT_DIFFERENTIABLE",
            returned(lambda returned: isinstance(returned, list) and len(returned) == 2 and returned[1] is None),
            _("None: rounding has no gradient, and x comes in nowhere else. Let x itself be part of the sum."),
        ),
        mistaken(
            "NOTHING_STOPPED",
            lambda x, factor: (round(x), 0.0),
            _(
                "y is right, but the slope is 0: x and -x cancel on the way back, too. Stop the gradient of round(x) - x."
            ),
        ),
        mistaken(
            "WRONG_PART_STOPPED",
            lambda x, factor: (round(x), -factor),
            _(
                "the slope is negative: the gradient goes through -x. Stop round(x) - x, and let the x in front go free."
            ),
        ),
        mistaken(
            "VALUE_NOT_CHANGED",
            lambda x, factor: (x, factor),
            _("the slope is right, but y is x, not rounded. Add what rounding changes: round(x) - x, stopped."),
        ),
        mistaken(
            "UPSTREAM_FORGOTTEN",
            lambda x, factor: (round(x), 1.0),
            _("the slope is 1, whatever comes after y. A pullback must multiply by the upstream gradient it is given."),
        ),
    ),
    hints=(
        _("Forward it should be round(x), backward x. Write round(x) as x plus something."),
        _("round(x) = x + (round(x) - x). Which part should pass its gradient on, and which should not?"),
        _("return x + tf.stop_gradient(tf.round(x) - x)"),
    ),
    right=_(
        "forward the sum is round(x), backward only x is left. Networks with rounded weights are trained like this."
    ),
)
