"""`one_step`: one training step of a classifier: record the loss, take the gradients, let the optimizer step."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import Exercise, Misconception, Question, mistaken
from widgets.exercises.lesson_11.classes import CLASSES, draw, gradient, loss, row
from widgets.exercises.predicates import raised_with
from widgets.exercises.reference_optimizers import adam, sgd
from widgets.exercises.seeds import spread


def _questions(rng):
    rates = spread(rng, 0.1, 0.5)
    rules = (sgd(rates[0]), adam(rates[1]), sgd(rates[2]))
    return tuple(_question(rule, draw(rng, rows)) for rule, rows in zip(rules, (6, 9, 12), strict=True))


def _question(rule, case):
    label = _("{rule}, {rows} rows")
    return Question(label.format(rule=rule.label, rows=len(case.x)), (rule, case), _after(rule, case))


def _move(rule, case):
    """Return how far the first step of a rule moves each weight."""
    moves = rule.updates()
    next(moves)
    return moves.send(gradient(case.weights, case.x, case.labels))


def _after(rule, case, part=1.0, weights=slice(None)):
    """Return the loss before a step, and the first weight and the first bias after it, or after a part of it."""
    moved = case.weights.copy()
    moved[weights] += part * _move(rule, case)[weights]
    return loss(case.weights, case.x, case.labels), *_shown(moved)


def _shown(weights):
    return float(weights[0]), float(weights[-CLASSES])


def _with_a_new_model(answer, rule, case):
    """Hand over a new model and a new optimizer, and read the model's weights when the answer has come back."""
    model = case.model()
    returned = answer(model, rule.make(), *case.given)
    return ... if returned is ... else [returned, *_shown(row(model))]


def _loss_afterwards(rule, case):
    moved = case.weights + _move(rule, case)
    return [loss(moved, case.x, case.labels), *_shown(moved)]


def _loss_missing(evidence):
    """Whether None came back in place of the loss."""
    return all(
        outcome.fault is None and isinstance(outcome.returned, list) and outcome.returned[0] is None
        for outcome in evidence.outcomes
    )


ONE_STEP = Exercise(
    name="one_step",
    use=_with_a_new_model,
    columns=(_("loss"), _("a weight"), _("a bias")),
    questions=_questions,
    misconceptions=(
        Misconception(
            "LOSS_NOT_RETURNED",
            _loss_missing,
            _("the loss did not come back: end the function with `return loss`."),
        ),
        Misconception(
            "NO_MINIMIZE",
            raised_with("minimize"),
            _("an optimizer of Keras 3 has no `minimize`. Take the gradients, and hand them to apply_gradients."),
        ),
        Misconception(
            "GRADIENT_NONE",
            raised_with("No gradients provided"),
            _("the gradients are None. Was the loss worked out inside the block of the tape, and from this model?"),
        ),
        Misconception(
            "NOT_PAIRS",
            raised_with("", "apply_gradients"),
            _(
                "apply_gradients stopped. It takes pairs, each a gradient and its Variable: "
                "optimizer.apply_gradients(zip(gradients, variables))."
            ),
        ),
        mistaken(
            "NOT_MOVED",
            lambda rule, case: _after(rule, case, part=0.0),
            _("the loss is right, and the model is what it was. Hand the gradients to the optimizer."),
        ),
        mistaken(
            "UPHILL",
            lambda rule, case: _after(rule, case, part=-1.0),
            _("the step goes uphill. The optimizer subtracts by itself: give it the gradients as they are."),
        ),
        mistaken(
            "TWO_STEPS_IN_ONE",
            lambda rule, case: _after(rule, case, part=2.0),
            _("the weights moved twice as far as one step leads."),
        ),
        mistaken(
            "PART_OF_THE_MODEL",
            lambda rule, case: _after(rule, case, weights=slice(0, -CLASSES)),
            _("the kernel moved and the bias did not. Ask for the gradients of all of model.trainable_variables."),
        ),
        mistaken(
            "PART_OF_THE_MODEL",
            lambda rule, case: _after(rule, case, weights=slice(-CLASSES, None)),
            _("the bias moved and the kernel did not. Ask for the gradients of all of model.trainable_variables."),
        ),
        mistaken(
            "OPTIMIZER_IGNORED",
            lambda rule, case: _after(sgd(0.1), case),
            _("every answer is plain SGD with rate 0.1. Let the optimizer that is handed in take the step."),
        ),
        mistaken(
            "LOSS_AFTERWARDS",
            _loss_afterwards,
            _("the step is right. Wanted is the loss that it started from, the one that the tape recorded."),
        ),
    ),
    hints=(
        _("What is missing is the end of every training step: gradients, then the optimizer, then `return loss`."),
        _("tape.gradient takes the whole list of variables. zip makes pairs of two lists."),
        _("optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))"),
    ),
    right=_("that is one training step, of this model and of the largest there are."),
)
