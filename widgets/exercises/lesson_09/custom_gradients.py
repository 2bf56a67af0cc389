"""Lesson 09: a straight-through estimator and a gradient reversal layer."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, MisconceptionKind, Question, wrong_behavior, wrong_formula
from widgets.exercises.lesson_09.safe_gradients import value_and_slope
from widgets.exercises.predicates import raised_with, returned
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import UPSTREAM_FORGOTTEN


def _straight_through_questions(rng):
    near = zip((1, 2, -3), spread(rng, -0.35, 0.35), strict=True)
    places = [round(whole + part, 2) for whole, part in near]
    return tuple(_straight_through_question(x, factor) for x, factor in zip(places, spread(rng, 1.5, 4.0), strict=True))


def _straight_through_question(x, factor):
    label = _("x = {x}, z = {factor}·y").format(x=x, factor=factor)
    return Question(label, (x, factor), (round(x), factor))


def _call_straight_through(answer, x, factor):
    return value_and_slope(answer, lambda y: factor * y, x)


STRAIGHT_THROUGH = Exercise(
    name="straight_through",
    use=_call_straight_through,
    columns=("y", "dz/dx"),
    questions=_straight_through_questions,
    misconceptions=(
        wrong_behavior(
            "NOT_DIFFERENTIABLE",
            returned(lambda returned: isinstance(returned, list) and len(returned) == 2 and returned[1] is None),
            _("None: rounding has no gradient, and x comes in nowhere else. Let x itself be part of the sum."),
        ),
        wrong_formula(
            "NOTHING_STOPPED",
            lambda x, factor: (round(x), 0.0),
            _(
                "y is right, but the slope is 0: x and -x cancel on the way back, too. Stop the gradient of round(x) - x."
            ),
            cause=_("x was added and taken away again, and the two cancel on the way back as well."),
            repair=_("Put `tf.stop_gradient` round the part whose gradient should not pass."),
        ),
        wrong_formula(
            "WRONG_PART_STOPPED",
            lambda x, factor: (round(x), -factor),
            _(
                "the slope is negative: the gradient goes through -x. Stop round(x) - x, and let the x in front go free."
            ),
            cause=_("The gradient was stopped in the part that should let it through."),
            repair=_("Stop the correction, and let the x in front of it go free."),
        ),
        wrong_formula(
            "VALUE_NOT_CHANGED",
            lambda x, factor: (x, factor),
            _("the slope is right, but y is x, not rounded. Add what rounding changes: round(x) - x, stopped."),
            cause=_("The gradient is as wanted, but the value is still x."),
            repair=_("Add what the value is to change by, inside `tf.stop_gradient`."),
        ),
        wrong_formula(
            UPSTREAM_FORGOTTEN,
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
"""`straight_through`: rounds on the way forward, and lets the gradient through as if it had not."""


_VALUE_REVERSED = MisconceptionKind(
    "VALUE_REVERSED",
    cause=_("The value was given a minus, where only the gradient should have one."),
    repair=_("Return x as it is; the minus belongs into the pullback."),
)


def _reverse_questions(rng):
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_reverse_question(*given) for given in zip(spread(rng, 1.2, 1.7), curves, strict=True))


def _reverse_question(x, curve):
    formula = curve.label.replace("x", "y").replace("eyp", "exp")
    label = _("x = {x}, z = {formula}").format(x=x, formula=formula)
    return Question(label, (x, curve), (x, -curve.derivative(1, x)))


def _call_reverse(answer, x, curve):
    return value_and_slope(answer, curve, x)


REVERSE = Exercise(
    name="reverse",
    use=_call_reverse,
    columns=("y", "dz/dx"),
    questions=_reverse_questions,
    misconceptions=(
        wrong_behavior(
            "DECORATOR_FORGOTTEN",
            returned(lambda returned: isinstance(returned, list | tuple) and any(map(callable, returned))),
            _(
                "the pullback itself came back. With @tf.custom_gradient above the def, TensorFlow takes it and keeps it."
            ),
            cause=_(
                "A function with a pullback of its own lacks `@tf.custom_gradient`, so the pullback itself is returned."
            ),
            repair=_("Put `@tf.custom_gradient` on the line above `def`."),
        ),
        wrong_behavior(
            "PULLBACK_NOT_A_FUNCTION",
            raised_with("callable"),
            _("the second thing to return is a function: def pullback(upstream). TensorFlow calls it on the way back."),
            cause=_("A gradient was returned where TensorFlow wants a function that works it out."),
            repair=_("Define `def pullback(upstream)` inside, and return it beside the value."),
        ),
        wrong_formula(
            UPSTREAM_FORGOTTEN,
            lambda x, curve: (x, -1.0),
            _(
                "the slope is -1, whatever comes after y. A pullback must multiply by the upstream gradient it is given."
            ),
        ),
        wrong_formula(
            "NOT_REVERSED",
            lambda x, curve: (x, curve.derivative(1, x)),
            _("the gradient goes through as it came. Return -upstream."),
            cause=_("The gradient passes as it came."),
            repair=_("Return `-upstream` from the pullback."),
        ),
        wrong_formula(
            _VALUE_REVERSED,
            lambda x, curve: (-x, -curve.derivative(1, -x)),
            _("the value is turned round as well. Forward nothing should happen: return x first."),
        ),
        wrong_formula(
            _VALUE_REVERSED,
            lambda x, curve: (-x, curve.derivative(1, -x)),
            _(
                "the value is turned round, and so is the gradient's sign once more. Forward nothing should happen: return x."
            ),
        ),
    ),
    hints=(
        _("Two things are returned: the value, and a function that turns upstream into what is handed to x."),
        _("@tf.custom_gradient above the def; inside, def pullback(upstream); return x and pullback, with a comma."),
        _("def pullback(upstream): return -upstream     # then:  return tf.identity(x), pullback"),
    ),
    right=_(
        "whatever minimises z after it, maximises it before. Two networks can be set against each other like that."
    ),
)
"""`reverse`: hands on its x as it is, and turns the gradient round. A first pullback of one's own."""
