"""`make_step`: the step as a tf.function. Judged by where it leads and by how often Python still runs f."""

from widgets.common.catalogue import _
from widgets.exercises.answer_adapters import CallCounter, one_trace_or_all
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_07.valley import Valley
from widgets.exercises.predicates import raised_with, returned
from widgets.exercises.reference_optimizers import momentum, sgd, x_after
from widgets.exercises.seeds import spread

_CALLS = 6
_TRACES = 2  # an optimizer that makes its variables in the first call is traced twice


def _questions(rng):
    (rate, other), (p, q) = spread(rng, 0.05, 0.2, 2), spread(rng, 0.5, 2.0, 2)
    rules, valleys = (sgd(rate), momentum(other, 0.8)), (Valley(0.5, 1.5, p, q), Valley(1.0, 0.25, q, -p))
    places = zip(spread(rng, 2.5, 4.0, 2), spread(rng, -4.0, -2.5, 2), strict=True)
    return tuple(map(_question, rules, valleys, places))


def _question(rule, valley, place):
    label = _("{rule}, calls: {steps}").format(rule=rule.label, steps=_CALLS)
    return Question(label, (rule, valley, place), (*x_after(rule, valley, place, _CALLS), 1))


def _called(answer, rule, valley, place):
    """Return where the step leads when it is called again and again, and how often Python ran f meanwhile."""
    f, variables = valley.over(place)
    counted = CallCounter(f)
    step = answer(rule.make(), counted, variables)
    if not callable(step):
        return step
    for _call in range(_CALLS):
        step()
    return [*map(float, variables), one_trace_or_all(counted.runs, _TRACES)]


def _moved(steps, runs):
    """Return the formula of answers that take so many steps, with f run so often."""
    return lambda rule, valley, place: (*x_after(rule, valley, place, steps), runs)


MAKE_STEP = Exercise(
    name="make_step",
    use=_called,
    columns=("u", "v", _("times Python ran f")),
    questions=_questions,
    misconceptions=(
        Misconception(
            "STEP_NOT_RETURNED",
            returned(lambda returned: returned is None),
            _("what came back is no function. Return the function `step` itself, with no brackets behind it."),
        ),
        Misconception(
            "STEP_WANTS_ARGUMENTS",
            raised_with("missing"),
            _(
                "the step is called with nothing in its brackets: step(). It finds optimizer, f and variables where it was made."
            ),
        ),
        Misconception(
            "GRADIENT_NONE",
            raised_with("No gradients provided"),
            _("the gradients are None: the tape saw nothing of f. Call f() inside the block of the tape."),
        ),
        mistaken(
            "NOT_A_GRAPH",
            _moved(_CALLS, _CALLS),
            _(
                "the steps are right, but Python runs f at each of them: this is no tf.function. Put @tf.function above `def step`."
            ),
        ),
        mistaken(
            "ONE_STEP",
            _moved(1, 1),
            _("only one step is made, however often step() is called. The step belongs inside the function."),
        ),
        mistaken(
            "NOT_MOVED",
            lambda rule, valley, place: (*place, 0),
            _("the Variables are where they were, and f was never run. What happens inside `step`?"),
        ),
    ),
    hints=(
        _("Inside make_step define a function that takes nothing and calls your minimize. Then return it."),
        _("`@tf.function` goes on the line above `def step():`. What is returned is `step`, not `step()`."),
        _("@tf.function     # then:  def step(): minimize(optimizer, f, variables)     and at the end:  return step"),
    ),
    right=_(
        "Python ran f to make the graph, and never again. Each call is now one graph that TensorFlow runs by itself."
    ),
)
