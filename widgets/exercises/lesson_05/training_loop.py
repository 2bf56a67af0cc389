"""Lesson 05: gradient descent by hand, and with any Keras optimizer."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.reference_functions import cosine, parabola, x_exp_minus_x
from widgets.exercises.reference_optimizers import adam, momentum, sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    GRADIENT_NONE,
    NO_MINIMIZE,
    NOT_MOVED,
    NOT_PAIRS,
    ONE_STEP,
    ONE_TOO_FEW,
    ONE_TOO_MANY,
    OPTIMIZER_IGNORED,
    RATE_FORGOTTEN,
    SAME_GRADIENT,
    UPHILL,
    VALUE_NOT_PLACE,
)


def _walk_questions(rng):
    curves = (parabola(*spread(rng, 1.2, 2.4, 2)), cosine(1.0), x_exp_minus_x())
    places = (*spread(rng, 2.5, 4.0, 1), *spread(rng, 1.5, 2.5, 1), *spread(rng, 1.3, 2.0, 1))
    asked = zip(curves, places, spread(rng, 0.1, 0.35), (1, 7, 12), strict=True)
    return tuple(_walk_question(*given) for given in asked)


def _walk_question(curve, x, rate, iterations):
    label = _("{curve} from {x}, rate {rate}, steps: {steps}")
    due = (x_after(sgd(rate), curve, x, iterations),)
    return Question(
        label.format(curve=curve.label, x=x, rate=rate, steps=iterations), (curve, x, rate, iterations), due
    )


def _gradient_was_none(outcome):
    return outcome.fault is not None and "None" in outcome.fault.message


def _none_after_one_step(evidence):
    """Whether the question with one step went well, and those with more met a gradient that is None."""
    first, *others = evidence.outcomes
    return first.numbers is not None and all(map(_gradient_was_none, others))


def _none_at_once(evidence):
    return all(map(_gradient_was_none, evidence.outcomes))


WALK = Exercise(
    name="walk",
    columns=("x",),
    questions=_walk_questions,
    misconceptions=(
        wrong_behavior(
            "REASSIGNED_VARIABLE",
            _none_after_one_step,
            _(
                "one step works, the next meets a gradient that is None: `x = x - ...` makes x an ordinary tensor, and no tape "
                "watches that. Keep the Variable and change its value: x.assign_sub(...)."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            _none_at_once,
            _(
                "the gradient is None at the first step. Is x a tf.Variable, and is function(x) worked out inside the block?"
            ),
        ),
        wrong_formula(
            UPHILL,
            lambda curve, x, rate, n: x_after(sgd(-rate), curve, x, n),
            _("this climbs: the step goes along the gradient. Downhill is against it, so subtract."),
        ),
        wrong_formula(
            RATE_FORGOTTEN,
            lambda curve, x, rate, n: x_after(sgd(1.0), curve, x, n),
            _("each step is the whole gradient. Multiply it by the learning rate."),
        ),
        wrong_formula(
            SAME_GRADIENT,
            lambda curve, x, rate, n: x - n * rate * curve.derivative(1, x),
            _(
                "every step uses the gradient of the start. Each place has its own: record and ask again in every iteration."
            ),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda curve, x, rate, n: x,
            _("this is still the start. Working out a new x does not change the Variable; x.assign_sub does."),
        ),
        wrong_formula(
            ONE_STEP,
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, 1),
            _("this is where the first step arrives, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(
            ONE_TOO_MANY,
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, n + 1),
            _("this is one step too many."),
        ),
        wrong_formula(
            ONE_TOO_FEW,
            lambda curve, x, rate, n: x_after(sgd(rate), curve, x, n - 1),
            _("this is one step too few: range(iterations) counts them all."),
        ),
        wrong_formula(
            VALUE_NOT_PLACE,
            lambda curve, x, rate, n: curve.derivative(0, x_after(sgd(rate), curve, x, n)),
            _("this is y at the end. Wanted is x, the place."),
        ),
        wrong_formula(
            VALUE_NOT_PLACE,
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
"""`walk`: gradient descent by hand, any number of steps on any function."""


def _train_questions(rng):
    rates, (curvature, floor) = spread(rng, 0.05, 0.2), spread(rng, 1.2, 2.4, 2)
    rules = (sgd(rates[0]), momentum(rates[1], 0.8), adam(rates[2]))
    curves = (parabola(curvature, floor), cosine(1.0), parabola(floor, curvature))
    asked = zip(rules, curves, spread(rng, 2.5, 4.0), (6, 9, 12), strict=True)
    return tuple(_train_question(*given) for given in asked)


def _train_question(rule, curve, x, iterations):
    label = _("{rule} on {curve} from {x}, steps: {steps}")
    due = (x_after(rule, curve, x, iterations),)
    return Question(
        label.format(rule=rule.label, curve=curve.label, x=x, steps=iterations), (rule, curve, x, iterations), due
    )


def _call_with_new_optimizer(answer, rule, curve, x, iterations):
    """Hand over an optimizer that has never seen a Variable: a used one remembers its own."""
    return answer(rule.make(), curve, x, iterations)


def _stopped_with(words, code=""):
    """Return a test: did every question stop with these words, in a line with this code?"""
    return lambda evidence: all(
        outcome.fault is not None and words in outcome.fault.message and code in outcome.fault.code
        for outcome in evidence.outcomes
    )


def _plain_sgd(rate):
    """Return the formula of an answer that makes plain steps with one rate, whatever optimizer it is given."""
    return lambda rule, curve, x, n: x_after(sgd(rate), curve, x, n)


TRAIN = Exercise(
    name="train",
    use=_call_with_new_optimizer,
    columns=("x",),
    questions=_train_questions,
    misconceptions=(
        wrong_behavior(
            NO_MINIMIZE,
            _stopped_with("minimize"),
            _(
                "an optimizer of Keras 3 has no `minimize`. Take the gradient with a tape, and hand it to apply_gradients."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            _stopped_with("No gradients provided"),
            _("the gradient is None. Is x a tf.Variable, and is function(x) worked out inside the block of the tape?"),
        ),
        wrong_behavior(
            NOT_PAIRS,
            _stopped_with("", "apply_gradients"),
            _(
                "apply_gradients stopped. It takes a list of pairs, the gradient first: "
                "optimizer.apply_gradients([(gradient, x)])."
            ),
        ),
        *(
            wrong_formula(
                OPTIMIZER_IGNORED,
                _plain_sgd(rate),
                _(
                    "every answer is plain SGD with rate {rate}. Let the optimizer that is handed in take the step."
                ).format(rate=rate),
            )
            for rate in (0.01, 0.1)
        ),
        wrong_formula(
            NOT_MOVED,
            lambda rule, curve, x, n: x,
            _("this is still the start. Only optimizer.apply_gradients changes x."),
        ),
        wrong_formula(
            ONE_STEP,
            lambda rule, curve, x, n: x_after(rule, curve, x, 1),
            _("this is where the first step arrives, whatever `iterations` is. Is `return` inside the loop?"),
        ),
        wrong_formula(
            ONE_TOO_MANY,
            lambda rule, curve, x, n: x_after(rule, curve, x, n + 1),
            _("this is one step too many."),
        ),
        wrong_formula(
            ONE_TOO_FEW,
            lambda rule, curve, x, n: x_after(rule, curve, x, n - 1),
            _("this is one step too few: range(iterations) counts them all."),
        ),
        wrong_formula(
            VALUE_NOT_PLACE,
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
"""`train`: the loop with any optimizer of Keras. Asked with three whose rules differ."""
