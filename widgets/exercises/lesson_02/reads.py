"""`reads`: how many Variables a tape watches by itself while a function runs."""

import tensorflow as tf

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken


def _questions(rng):
    several, again, frozen = (int(n) for n in rng.permutation([2, 3, 4]))
    return (
        Question(_("{count} Variables").format(count=several), (_reading(several), several), (float(several),)),
        Question(
            _("{count} Variables, each read twice").format(count=again),
            (_reading(again, twice=True), again),
            (float(again),),
        ),
        Question(
            _("{count} Variables, one of them not trainable").format(count=frozen),
            (_reading(frozen, frozen=1), frozen),
            (frozen - 1.0,),
        ),
    )


def _reading(count, frozen=0, twice=False):
    """Return a function of no arguments that reads `count` Variables, the first `frozen` of which are not trainable."""

    def function():
        return sum(variable * variable if twice else variable * 2.0 for variable in variables)

    variables = [tf.Variable(1.0 + number, trainable=number >= frozen) for number in range(count)]
    return function


def _hand_over_the_function(answer, function, count):
    return answer(function)


def _uncounted(evidence):
    """Whether what came back each time is the right number of Variables, rather than the number."""
    return all(_holds(outcome.returned, outcome.question.due[0]) for outcome in evidence.outcomes)


def _holds(returned, count):
    inside = isinstance(returned, list | tuple) and all(isinstance(part, tf.Variable) for part in returned)
    return inside and len(returned) == count


READS = Exercise(
    name="reads",
    use=_hand_over_the_function,
    columns=(_("watched"),),
    questions=_questions,
    misconceptions=(
        mistaken(
            "OUTSIDE_TAPE",
            lambda function, count: 0.0,
            _("nothing was watched: the function has to run inside the `with` block."),
        ),
        mistaken(
            "NOT_TRAINABLE",
            lambda function, count: count,
            _("one too many in the last row: a Variable with trainable=False is not watched by itself."),
        ),
        Misconception(
            "NOT_COUNTED", _uncounted, _("these are the Variables themselves. Wanted is how many: `len` counts.")
        ),
    ),
    hints=(
        _("Let the function run inside a tape's block, and ask the tape what it watched."),
        _("`tape.watched_variables()` gives all that were watched; `len` tells how many that is."),
        _("return len(tape.watched_variables())     # after function() inside `with tf.GradientTape() as tape:`"),
    ),
    right=_("a tape watches each trainable Variable when it is read, once, and no other."),
)
