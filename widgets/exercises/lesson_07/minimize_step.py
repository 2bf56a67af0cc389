"""Lesson 07: one step of `minimize`, by hand, on functions of two Variables."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Question, wrong_behavior, wrong_formula
from widgets.exercises.predicates import all_none, raised_with, returned
from widgets.exercises.reference_optimizers import adam, momentum, sgd, x_after
from widgets.exercises.seeds import spread
from widgets.exercises.shared_misconceptions import (
    F_TAKES_NOTHING,
    GRADIENT_NONE,
    NO_MINIMIZE,
    NOT_MOVED,
    NOT_PAIRS,
    OPTIMIZER_IGNORED,
    SWAPPED,
    UPHILL,
)


@dataclass(frozen=True)
class Valley:
    """y = a·(u - p)² + b·(v - q)²: two parameters, so that a gradient can go to the wrong one."""

    a: float
    b: float
    p: float
    q: float

    @property
    def label(self):
        """The formula, to be read."""
        return f"{_square_label(self.a, 'u', self.p)} + {_square_label(self.b, 'v', self.q)}"

    def __call__(self, u, v):
        """Run the function on what TensorFlow can calculate with."""
        return self.a * (u - self.p) ** 2 + self.b * (v - self.q) ** 2

    def derivative(self, order, place):
        """Return y (order 0) or the two slopes (order 1) at a place (u, v), in float64."""
        scale, gap = np.array([self.a, self.b]), np.asarray(place, float) - [self.p, self.q]
        return (scale * gap**2).sum() if order == 0 else 2 * scale * gap

    def over(self, place):
        """Return (f, variables): two fresh Variables at this place, and y as a function of nothing."""
        u, v = variables = [tf.Variable(float(number)) for number in place]
        return (lambda: self(u, v)), variables


def _square_label(scale, name, floor):
    return f"{scale}·({name} {'-' if floor >= 0 else '+'} {abs(floor)})²"


def _questions(rng):
    a, b, p, q = (spread(rng, low, high) for low, high in ((0.5, 1.5), (2.0, 3.0), (-2.0, -0.5), (0.5, 2.0)))
    places = zip(spread(rng, 0.3, 3.0), spread(rng, -3.0, -0.3), strict=True)
    return tuple(
        _gradients_question(Valley(*made), place)
        for made, place in zip(zip(a, b, p, q, strict=True), places, strict=True)
    )


def _gradients_question(valley, place):
    u, v = place
    label = _("y = {formula} at u = {u}, v = {v}").format(formula=valley.label, u=u, v=v)
    return Question(label, (valley, place), tuple(valley.derivative(1, place)))


def _call_at_place(answer, valley, place):
    return answer(*valley.over(place))


GRADIENTS = Exercise(
    name="gradients",
    use=_call_at_place,
    columns=("dy/du", "dy/dv"),
    questions=_questions,
    misconceptions=(
        wrong_behavior(
            F_TAKES_NOTHING,
            raised_with("takes 0 positional", "f("),
            _(
                "f was called with something in its brackets. It takes nothing: it knows its Variables already. Write f()."
            ),
        ),
        wrong_behavior(
            "FUNCTION_NOT_VALUE",
            raised_with("function", "gradient("),
            _("the tape was asked about the function f. Ask about the value that f() gave inside the block."),
            cause=_("The tape was asked about a function, and not about the value that it gave."),
            repair=_("Work out `y = f()` inside the block, and ask the tape about y."),
        ),
        wrong_behavior(
            "TAPE_ALREADY_USED",
            raised_with("non-persistent GradientTape"),
            _("the tape was asked twice. Ask once, with the list: tape.gradient(y, variables)."),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            returned(all_none),
            _("the gradients are None: the tape saw nothing of f. Call f() inside the block of the tape."),
        ),
        wrong_formula(
            SWAPPED,
            lambda valley, place: valley.derivative(1, place)[::-1],
            _("the two gradients have changed places. Give them in the order of `variables`."),
        ),
    ),
    hints=(
        _("The block of the tape is where y is worked out. Who works it out here?"),
        _("Inside the block call f, with nothing in its brackets; after it, ask the tape about y and the whole list."),
        _("return tape.gradient(y, variables)     # after:  with tf.GradientTape() as tape: y = f()"),
    ),
    right=_("one tape, one question, one gradient for each Variable, however many there are."),
)
"""`gradients`: the first half of minimize, a tape around a function that takes nothing."""


def _minimize_questions(rng):
    """Return three questions: each has a rule, a valley, a place and a number of steps."""
    rates, (p, q) = spread(rng, 0.05, 0.2), spread(rng, 0.5, 2.0, 2)
    rules = (sgd(rates[0]), momentum(rates[1], 0.8), adam(rates[2]))
    valleys = (Valley(0.5, 1.5, p, q), Valley(1.0, 0.25, q, -p), Valley(2.0, 0.5, -p, q))
    places = zip(spread(rng, 2.5, 4.0), spread(rng, -4.0, -2.5), strict=True)
    return tuple(map(_minimize_question, rules, valleys, places, (1, 5, 8)))


def _minimize_question(rule, valley, place, steps):
    label = _("{rule}, calls: {steps}").format(rule=rule.label, steps=steps)
    return Question(label, (rule, valley, place, steps), tuple(x_after(rule, valley, place, steps)))


def _call_minimize(answer, rule, valley, place, steps):
    """Return where the Variables are after so many calls with a fresh optimizer."""
    f, variables = valley.over(place)
    optimizer = rule.make()
    for _call in range(steps):
        if answer(optimizer, f, variables) is ...:
            return ...
    return [float(variable) for variable in variables]


def _only_first_moves(rule, valley, place, steps):
    return x_after(rule, valley, place, steps)[0], place[1]


MINIMIZE = Exercise(
    name="minimize",
    use=_call_minimize,
    columns=("u", "v"),
    questions=_minimize_questions,
    misconceptions=(
        wrong_behavior(
            NO_MINIMIZE,
            raised_with("'minimize'"),
            _(
                "an optimizer of Keras 3 has no `minimize`: that is why you write it. Use your `gradients`, then apply_gradients."
            ),
        ),
        wrong_behavior(
            F_TAKES_NOTHING,
            raised_with("takes 0 positional", "f("),
            _(
                "f was called with something in its brackets. It takes nothing: it knows its Variables already. Write f()."
            ),
        ),
        wrong_behavior(
            GRADIENT_NONE,
            raised_with("No gradients provided"),
            _("the gradients are None: the tape saw nothing of f. Call f() inside the block of the tape."),
        ),
        wrong_behavior(
            NOT_PAIRS,
            raised_with("", "apply_gradients"),
            _("apply_gradients stopped. It takes pairs, the gradient first: zip(gradients, variables)."),
        ),
        wrong_formula(
            NOT_MOVED,
            lambda rule, valley, place, steps: place,
            _("the Variables are where they were. Only optimizer.apply_gradients changes them."),
        ),
        wrong_formula(
            "ONE_VARIABLE",
            _only_first_moves,
            _("u moves, v never does. Pair every gradient with its Variable: zip(gradients, variables)."),
            cause=_("Only the first of several Variables gets a step."),
            repair=_("Pair every gradient with its Variable: `zip(gradients, variables)`."),
        ),
        wrong_formula(
            OPTIMIZER_IGNORED,
            lambda rule, valley, place, steps: x_after(sgd(0.01), valley, place, steps),
            _("every answer is plain SGD with rate 0.01. Let the optimizer that is handed in take the step."),
        ),
        wrong_formula(
            "STEPS_IN_A_CALL",
            lambda rule, valley, place, steps: x_after(rule, valley, place, 2 * steps),
            _("each call makes two steps. One call, one tape, one apply_gradients."),
            cause=_("One call makes more than one step."),
            repair=_("Let one call open one tape and call `apply_gradients` once; the loop belongs outside."),
        ),
        wrong_formula(
            UPHILL,
            lambda rule, valley, place, steps: x_after(rule, _inverted(valley), place, steps),
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


def _inverted(valley):
    return Valley(-valley.a, -valley.b, valley.p, valley.q)


"""`minimize`: one step of any optimizer on a function of nothing. Asked with three whose rules differ."""
