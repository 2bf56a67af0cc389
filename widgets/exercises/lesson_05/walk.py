"""`walk`: gradient descent by hand, any number of steps on any function."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.reference_functions import cosine, parabola, x_exp_minus_x
from widgets.exercises.reference_optimizers import sgd, x_after
from widgets.exercises.seeds import spread


def _questions(rng):
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0), x_exp_minus_x())
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1), *spread(rng, 1.3, 2.0, 1))
    asked = zip(curves, places, spread(rng, 0.1, 0.35), (1, 7, 12), strict=True)
    return tuple(_question(*given) for given in asked)


def _question(curve, x, rate, iterations):
    label = _("{curve} from {x}, rate {rate}, steps: {steps}")
    due = (x_after(sgd(rate), curve, x, iterations),)
    return Question(
        label.format(curve=curve.label, x=x, rate=rate, steps=iterations), (curve, x, rate, iterations), due
    )


def _gave_none(outcome):
    return outcome.fault is not None and "None" in outcome.fault.message


def _none_from_the_second_step(evidence):
    """Whether the question with one step went well, and those with more met a gradient that is None."""
    first, *others = evidence.outcomes
    return first.numbers is not None and all(map(_gave_none, others))


def _none_at_once(evidence):
    return all(map(_gave_none, evidence.outcomes))


WALK = Exercise(
    name="walk",
    columns=("x",),
    questions=_questions,
    misconceptions=(
        Misconception(
            "REASSIGNED_VARIABLE",
            _none_from_the_second_step,
            _(
                "one step works, the next meets a gradient that is None: `x = x - ...` makes x an ordinary tensor, and no tape "
                "watches that. Keep the Variable and change its value: x.assign_sub(...)."
            ),
        ),
        Misconception(
            "GRADIENT_NONE",
            _none_at_once,
            _(
                "the gradient is None at the first step. Is x a tf.Variable, and is function(x) worked out inside the block?"
            ),
        ),
        mistaken(
            "UPHILL",
            lambda curve, x, rate, n: x_after(sgd(-rate), curve, x, n),
            _("this climbs: the step goes along the gradient. Downhill is against it, so subtract."),
        ),
        mistaken(
            "RATE_FORGOTTEN",
            lambda curve, x, rate, n: x_after(sgd(1.0), curve, x, n),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        mistaken(
            "SAME_GRADIENT",
            lambda curve, x, rate, n: x - n * rate * curve.derivative(1, x),
            _(
                "every step uses the gradient of the start. Each place has its own: record and ask again in every iteration."
            ),
        ),
        mistaken(
            "NOT_MOVED",
            lambda curve, x, rate, n: x,
            _("this is still the start. Working out a new x does not change the Variable; x.assign_sub does."),
        ),
        mistaken(
            "ONE_STEP",
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, 1),
            _("this is where the first step arrives, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        mistaken(
            "ONE_TOO_MANY",
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, n + 1),
            _("this is one step too many."),
        ),
        mistaken(
            "ONE_TOO_FEW",
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, n - 1),
            _("this is one step too few: range(iterations) counts them all."),
        ),
        mistaken(
            "VALUE_NOT_PLACE",
            lambda curve, x, rate, n: curve.derivative(0, x_after(sgd(rate), curve, x, n)),
            _("this is y at the end. Wanted is x, the place."),
        ),
        mistaken(
            "VALUE_NOT_PLACE",
            lambda curve, x, rate, n: curve.derivative(0, x_after(sgd(rate), curve, x, n - 1)),
            _("this is y before the last step. Wanted is x, the place, after it."),
        ),
    ),
    hints=(
        _("It is the loop from above, with `function` for f, and the rate and the number of steps handed in."),
        _("Make the Variable before the loop; in the loop record, ask, and assign; return x after the loop."),
        _("x.assign_sub(learning_rate * tape.gradient(y, x))     # in the loop, after the block of the tape"),
    ),
    right=_("record, ask, scale, assign: that is gradient descent, and all of it."),
)
