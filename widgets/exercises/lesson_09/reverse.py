"""`reverse`: hands on its x as it is, and turns the gradient round. A first pullback of one's own."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_09.slopes import value_and_slope
from widgets.exercises.predicates import raised_with, returned
from widgets.exercises.reference_functions import cosine, cubic, x_exp_minus_x
from widgets.exercises.seeds import spread


def _questions(rng):
    curves = (cubic(*spread(rng, 0.5, 1.5, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x())
    return tuple(_question(*given) for given in zip(spread(rng, 1.2, 1.7), curves, strict=True))


def _question(x, curve):
    formula = curve.label.replace("x", "y").replace("eyp", "exp")
    label = _("x = {x}, z = {formula}").format(x=x, formula=formula)
    return Question(label, (x, curve), (x, -curve.derivative(1, x)))


def _asked(answer, x, curve):
    return value_and_slope(answer, curve, x)


REVERSE = Exercise(
    name="reverse",
    use=_asked,
    columns=("y", "dz/dx"),
    questions=_questions,
    misconceptions=(
        Misconception(
            "DECORATOR_FORGOTTEN",
            returned(lambda returned: isinstance(returned, list | tuple) and any(map(callable, returned))),
            _(
                "the pullback itself came back. With @tf.custom_gradient above the def, TensorFlow takes it and keeps it."
            ),
        ),
        Misconception(
            "PULLBACK_NOT_A_FUNCTION",
            raised_with("callable"),
            _("the second thing to return is a function: def pullback(upstream). TensorFlow calls it on the way back."),
        ),
        mistaken(
            "UPSTREAM_FORGOTTEN",
            lambda x, curve: (x, -1.0),
            _(
                "the slope is -1, whatever comes after y. A pullback must multiply by the upstream gradient it is given."
            ),
        ),
        mistaken(
            "NOT_REVERSED",
            lambda x, curve: (x, curve.derivative(1, x)),
            _("the gradient goes through as it came. Return -upstream."),
        ),
        mistaken(
            "VALUE_REVERSED",
            lambda x, curve: (-x, -curve.derivative(1, -x)),
            _("the value is turned round as well. Forward nothing should happen: return x first."),
        ),
        mistaken(
            "VALUE_REVERSED",
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
