"""`train`: the loop with any optimizer of Keras. Asked with three whose rules differ."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.reference_functions import cosine, parabola
from widgets.exercises.reference_optimizers import adam, momentum, sgd, x_after
from widgets.exercises.seeds import spread


def _questions(rng):
    rates, (curvature, floor) = spread(rng, 0.05, 0.2), spread(rng, 1.2, 2.4, 2)
    rules = (sgd(rates[0]), momentum(rates[1], 0.8), adam(rates[2]))
    curves = (parabola(curvature, floor), cosine(1.0), parabola(floor, curvature))
    asked = zip(rules, curves, spread(rng, 2.5, 4.0), (6, 9, 12), strict=True)
    return tuple(_question(*given) for given in asked)


def _question(rule, curve, x, iterations):
    label = _("{rule} on {curve} from {x}, steps: {steps}")
    due = (x_after(rule, curve, x, iterations),)
    return Question(
        label.format(rule=rule.label, curve=curve.label, x=x, steps=iterations), (rule, curve, x, iterations), due
    )


def _with_a_fresh_optimizer(answer, rule, curve, x, iterations):
    """Hand over an optimizer that has never seen a Variable: a used one remembers its own."""
    return answer(rule.make(), curve, x, iterations)


def _stopped_with(words, code=""):
    """Return a test: did every question stop with these words, in a line with this code?"""
    return lambda evidence: all(
        outcome.fault is not None and words in outcome.fault.message and code in outcome.fault.code
        for outcome in evidence.outcomes
    )


def _plainly(rate):
    """Return the formula of an answer that makes plain steps with one rate, whatever optimizer it is given."""
    return lambda rule, curve, x, n: x_after(sgd(rate), curve, x, n)


TRAIN = Exercise(
    name="train",
    use=_with_a_fresh_optimizer,
    columns=("x",),
    questions=_questions,
    misconceptions=(
        Misconception(
            "NO_MINIMIZE",
            _stopped_with("minimize"),
            _(
                "an optimizer of Keras 3 has no `minimize`. Take the gradient with a tape, and hand it to apply_gradients."
            ),
        ),
        Misconception(
            "GRADIENT_NONE",
            _stopped_with("No gradients provided"),
            _("the gradient is None. Is x a tf.Variable, and is function(x) worked out inside the block of the tape?"),
        ),
        Misconception(
            "NOT_PAIRS",
            _stopped_with("", "apply_gradients"),
            _(
                "apply_gradients stopped. It takes a list of pairs, the gradient first: "
                "optimizer.apply_gradients([(gradient, x)])."
            ),
        ),
        *(
            mistaken(
                "OPTIMIZER_IGNORED",
                _plainly(rate),
                _(
                    "every answer is plain SGD with rate {rate}. Let the optimizer that is handed in take the step."
                ).format(rate=rate),
            )
            for rate in (0.01, 0.1)
        ),
        mistaken(
            "NOT_MOVED",
            lambda rule, curve, x, n: x,
            _("this is still the start. Only optimizer.apply_gradients changes x."),
        ),
        mistaken(
            "ONE_STEP",
            lambda rule, curve, x, n: x_after(rule, curve, x, 1),
            _("this is where the first step arrives, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        mistaken(
            "ONE_TOO_MANY",
            lambda rule, curve, x, n: x_after(rule, curve, x, n + 1),
            _("this is one step too many."),
        ),
        mistaken(
            "ONE_TOO_FEW",
            lambda rule, curve, x, n: x_after(rule, curve, x, n - 1),
            _("this is one step too few: range(iterations) counts them all."),
        ),
        mistaken(
            "VALUE_NOT_PLACE",
            lambda rule, curve, x, n: curve.derivative(0, x_after(rule, curve, x, n)),
            _("this is y at the end. Wanted is x, the place."),
        ),
    ),
    hints=(
        _("It is your `walk`; only the last line of the loop changes."),
        _("Record and ask as before. Then hand the gradient and x, as one pair in a list, to the optimizer."),
        _("optimizer.apply_gradients([(tape.gradient(y, x), x)])     # the last line of the loop"),
    ),
    right=_("your loop does not care how an optimizer turns gradients into steps. Any of them will do."),
)
