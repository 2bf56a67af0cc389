"""`divide_back`: the pullback of a quotient."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, mistaken
from widgets.exercises.lesson_12.boxes import by_unboxing
from widgets.exercises.seeds import spread


def _questions(rng):
    asked = zip(spread(rng, -2.0, 2.0), spread(rng, 0.5, 3.0), spread(rng, 1.3, 3.5), strict=True)
    return tuple(_question(*given) for given in asked)


def _question(upstream, a, b):
    label = _("upstream {upstream}, a = {a}, b = {b}")
    return Question(label.format(upstream=upstream, a=a, b=b), (upstream, a, b), (upstream / b, -upstream * a / b**2))


DIVIDE_BACK = Exercise(
    name="divide_back",
    use=by_unboxing,
    columns=("to a", "to b"),
    questions=_questions,
    misconceptions=(
        mistaken(
            "DIVISOR_SIGN",
            lambda upstream, a, b: [upstream / b, upstream * a / b**2],
            _("what b gets has the wrong sign: when the divisor grows, the quotient shrinks."),
        ),
        mistaken(
            "DIVISOR_NOT_SQUARED",
            lambda upstream, a, b: [upstream / b, -upstream * a / b],
            _("what b gets is divided by b only once. The derivative of 1/b is -1/b²."),
        ),
        mistaken(
            "LIKE_A_PRODUCT",
            lambda upstream, a, b: [upstream * b, upstream * a],
            _("this is the pullback of a·b. For a/b hold one of the two still, and take the derivative to the other."),
        ),
        mistaken(
            "LIKE_A_PRODUCT",
            lambda upstream, a, b: [upstream / b, upstream / a],
            _(
                "each gets the upstream gradient over the other one, by analogy with a product. To b it is -a/b² times that."
            ),
        ),
        mistaken(
            "UPSTREAM_FORGOTTEN",
            lambda upstream, a, b: [1 / b, -a / b**2],
            _("these are the derivatives of a/b alone. Multiply each by the upstream gradient."),
        ),
        mistaken(
            "SWAPPED",
            lambda upstream, a, b: [-upstream * a / b**2, upstream / b],
            _("both are right, and they are the wrong way round: what a gets comes first."),
        ),
    ),
    hints=(
        _("With b held still, a/b is a times a constant. With a held still, it is a constant times 1/b."),
        _("To a goes upstream · 1/b, to b goes upstream · (-a/b²)."),
        _("return upstream / b, upstream * a * -1.0 / (b * b)"),
    ),
    right=_("one line of calculus, and your tape divides."),
)
