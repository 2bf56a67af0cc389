"""`minimize`: one step of any optimizer on a function of nothing. Asked with three whose rules differ."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_07.valley import Valley
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_optimizers import adam, momentum, sgd, x_after
from widgets.exercises.seeds import spread


def questions(rng):
    """Return three questions: each has a rule, a valley, a place and a number of steps."""
    rates, (p, q) = spread(rng, 0.05, 0.2), spread(rng, 0.5, 2.0, 2)
    rules = (sgd(rates[0]), momentum(rates[1], 0.8), adam(rates[2]))
    valleys = (Valley(0.5, 1.5, p, q), Valley(1.0, 0.25, q, -p), Valley(2.0, 0.5, -p, q))
    places = zip(spread(rng, 2.5, 4.0), spread(rng, -4.0, -2.5), strict=True)
    return tuple(map(_question, rules, valleys, places, (1, 5, 8)))


def _question(rule, valley, place, steps):
    label = _("{rule}, calls: {steps}").format(rule=rule.label, steps=steps)
    return Question(label, (rule, valley, place, steps), tuple(x_after(rule, valley, place, steps)))


def _called(answer, rule, valley, place, steps):
    """Return where the Variables are after so many calls with a fresh optimizer."""
    f, variables = valley.over(place)
    optimizer = rule.make()
    for _call in range(steps):
        if answer(optimizer, f, variables) is ...:
            return ...
    return [float(variable) for variable in variables]


def _only_the_first(rule, valley, place, steps):
    return x_after(rule, valley, place, steps)[0], place[1]


MINIMIZE = Exercise(
    name="minimize",
    use=_called,
    columns=("u", "v"),
    questions=questions,
    misconceptions=(
        Misconception(
            "NO_MINIMIZE",
            raised_with("'minimize'"),
            _(
                "an optimizer of Keras 3 has no `minimize`: that is why you write it. Use your `gradients`, then apply_gradients."
            ),
        ),
        Misconception(
            "F_TAKES_NOTHING",
            raised_with("takes 0 positional", "f("),
            _(
                "f was called with something in its brackets. It takes nothing: it knows its Variables already. Write f()."
            ),
        ),
        Misconception(
            "GRADIENT_NONE",
            raised_with("No gradients provided"),
            _("the gradients are None: the tape saw nothing of f. Call f() inside the block of the tape."),
        ),
        Misconception(
            "NOT_PAIRS",
            raised_with("", "apply_gradients"),
            _("apply_gradients stopped. It takes pairs, the gradient first: zip(gradients, variables)."),
        ),
        mistaken(
            "NOT_MOVED",
            lambda rule, valley, place, steps: place,
            _("the Variables are where they were. Only optimizer.apply_gradients changes them."),
        ),
        mistaken(
            "ONE_VARIABLE",
            _only_the_first,
            _("u moves, v never does. Pair every gradient with its Variable: zip(gradients, variables)."),
        ),
        mistaken(
            "OPTIMIZER_IGNORED",
            lambda rule, valley, place, steps: x_after(sgd(0.01), valley, place, steps),
            _("every answer is plain SGD with rate 0.01. Let the optimizer that is handed in take the step."),
        ),
        mistaken(
            "STEPS_IN_A_CALL",
            lambda rule, valley, place, steps: x_after(rule, valley, place, 2 * steps),
            _("each call makes two steps. One call, one tape, one apply_gradients."),
        ),
        mistaken(
            "UPHILL",
            lambda rule, valley, place, steps: x_after(rule, _upside_down(valley), place, steps),
            _("this climbs. The optimizer itself goes against the gradient: hand it over as the tape gave it."),
        ),
    ),
    hints=(
        _("Two halves: the gradients, and what the optimizer does with them. You have the first already."),
        _("Hand pairs to optimizer.apply_gradients. `zip(gradients, variables)` makes them out of two lists."),
        _("optimizer.apply_gradients(zip(gradients(f, variables), variables))"),
    ),
    right=_("that is all that `minimize` was. Now it works with every optimizer, and you know what is in it."),
)


def _upside_down(valley):
    return Valley(-valley.a, -valley.b, valley.p, valley.q)
