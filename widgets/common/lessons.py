"""The lessons, one record each. README's table and the teachers' page are made from them (`tapedeck build`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from widgets.common.catalogue import _


@dataclass(frozen=True)
class Lesson:
    """One lesson. Its script is `solutions/NUMBER_NAME.py`, its exercises are in `widgets/exercises/lesson_NUMBER.py`.

    Attributes:
        number: two digits, "01".
        name: the rest of its files' name, "the_tape".
        title: its heading.
        minutes: how long it takes a learner who works alone.
        outcome: what a learner can do afterwards, for the table in README.
        aims: what it teaches, for the teachers' page.
        predictions: the names of the predictions that it asks for, in their order: `progress` lists them under it.
        exercises: the names of its exercises, in their order, as checks and the grader know them.
    """

    number: str
    name: str
    title: str
    minutes: int
    outcome: str
    aims: str
    predictions: tuple[str, ...] = ()
    exercises: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name of its files without their endings: "01_the_tape"."""
        return f"{self.number}_{self.name}"

    @property
    def path(self) -> str:
        """Where a learner finds it: "lessons/01_the_tape.ipynb"."""
        return f"lessons/{self.stem}.ipynb"


LESSONS = (
    Lesson(
        "00",
        "start_here",
        "Start here",
        15,
        outcome="run a cell, step a deck, predict, be checked, ask for a hint",
        aims=(
            "Every machine works (`tapedeck doctor`). Run cells, predict, step a deck with the keys, read a "
            "check, ask for a hint, answer with a widget."
        ),
        predictions=("y at 3", "y beside x"),
        exercises=("came_back", "double", "at_two"),
    ),
    Lesson(
        "01",
        "the_tape",
        "The tape",
        35,
        outcome="record a function, run its backward pass, and say where each part of its gradient comes from",
        aims=(
            "Record a function and ask for its gradient. Step through the forward and the backward pass and say "
            "what each operation passes back. Say why slopes multiply along a path and add where paths meet, and "
            "what a persistent tape costs."
        ),
        predictions=("slope at 0", "total against 2", "slope of mine at 2"),
        exercises=("flat", "wave", "by_hand", "both", "derivative"),
    ),
    Lesson(
        "02",
        "what_the_tape_watches",
        "What the tape watches",
        40,
        outcome="know what a tape watches, and find and fix eight reasons why a gradient is `None`",
        aims=(
            "Say what a tape watches automatically (trainable Variables, when they are read) and on request "
            "(`tape.watch`, before the computation). Name and fix eight causes of `None`. Tell `None` from 0."
        ),
        predictions=(
            "dy/dc on paper",
            "the tape about c",
            "watched too late",
            "second gradient",
            "0 times x",
            "just 5",
        ),
        exercises=("watch_all", "reads", "repaired", "total", "zero_or_none"),
    ),
    Lesson(
        "03",
        "playing_it_backward",
        "Playing it backward",
        40,
        outcome="run the backward pass by hand, compute a Jacobian, and check a gradient with a finite difference",
        aims=(
            "Run the backward pass by hand: multiply along a path, add where paths meet. Ask for gradients of "
            "intermediate values. Know that several targets are summed, and weight them with `output_gradients`. "
            "Read `jacobian` and `batch_jacobian`. Check a gradient with a central difference."
        ),
        predictions=(
            "handed to y",
            "handed to x",
            "gradient of h",
            "three at once",
            "weights 1, 10, 100",
            "zeros among the 16",
            "best h",
            "the witness",
        ),
        exercises=("backward", "paths", "part", "central", "rows"),
    ),
    Lesson(
        "04",
        "derivatives_of_derivatives",
        "Derivatives of derivatives",
        35,
        outcome=(
            "nest tapes for any order, say why an inner gradient outside the outer tape gives `None`, compute a "
            "Hessian and a Newton step"
        ),
        aims=(
            "Put one tape around another and say what the outer one records. Say why an inner gradient that is "
            "computed outside the outer block leads to `None`. Read a second derivative off a curve. Compute a "
            "Hessian and one Newton step."
        ),
        predictions=(
            "second derivative",
            "asked outside",
            "bend of the sine",
            "third derivative of sin at 0",
            "second derivative of mine at 0",
        ),
        exercises=("curvature", "bend", "hessian", "newton", "nth"),
    ),
    Lesson(
        "05",
        "gradient_descent",
        "Gradient descent",
        40,
        outcome=(
            "write the loop by hand and with any optimizer, and tell from the curvature which learning rates "
            "converge, oscillate, or diverge"
        ),
        aims=(
            "Write the loop by hand and with any optimizer, and name the four steps of a training step. Tell from"
            " the curvature which learning rates reach the minimum in one step, converge, oscillate, or diverge."
        ),
        predictions=("x after one step", "never arrives"),
        exercises=("walk", "loop_order", "train", "land", "largest", "bounce"),
    ),
    Lesson(
        "06",
        "when_float32_stops",
        "When float32 stops",
        35,
        outcome="explain why more steps change nothing, which learning rate would, and why y prints 0",
        aims=(
            "Say why ten thousand steps give what a thousand give. Compare an update with half a ULP. Predict "
            "what a larger and a smaller learning rate and float64 change. Recognize cancellation, and write a "
            "formula that avoids it."
        ),
        predictions=("10,000 steps", "rate 0.001", "with an honest y"),
        exercises=("needed", "again", "stops", "honest"),
    ),
    Lesson(
        "07",
        "minimize",
        "minimize",
        30,
        outcome="write what `optimizer.minimize` did, for any function and any Variables, eagerly and as a graph",
        aims=(
            "Say how `optimizer.minimize(f, [x])` worked, and write it with a tape and `apply_gradients`, for any"
            " optimizer and any number of Variables. Put one step into a `tf.function` and get the same floats."
        ),
        predictions=("minimize today", "1,000 times minimize"),
        exercises=("gradients", "minimize", "make_step", "until"),
    ),
    Lesson(
        "08",
        "the_tape_in_tf_function",
        "The tape in tf.function",
        40,
        outcome=(
            "say when Python runs, avoid retracing, put a whole training loop into one graph, and know what that gains"
        ),
        aims=(
            "Put a tape, then a whole training loop, into a `tf.function`. Say when Python runs and when it does "
            "not. Predict how often a function is traced. Know how `range`, a Python number, and a Variable "
            "behave inside. Read a race, first calls included."
        ),
        predictions=("slope at 1", "times Python ran", "graphs", "with rate = 100", "first call"),
        exercises=("slope_and_value", "steady", "make_train"),
    ),
    Lesson(
        "09",
        "steering_gradients",
        "Steering gradients",
        40,
        outcome="stop, replace, and clip gradients, and write functions whose gradients never become NaN",
        aims=(
            "Choose between `stop_recording`, `reset`, and `stop_gradient`. Write a custom gradient that uses its"
            " upstream gradient. Clip several gradients together. Find where a NaN is born in the backward pass, "
            "and avoid it with a double `tf.where`."
        ),
        predictions=("slope of w", "half stopped", "first step, clipped", "slope at the edge"),
        exercises=("straight_through", "reverse", "clip_together", "x_log_x", "safe_norm"),
    ),
    Lesson(
        "10",
        "beyond_one_parameter",
        "Beyond one parameter",
        40,
        outcome=(
            "choose between momentum, Adam, mini-batches, and schedules to suit the loss surface, comparing them "
            "on an equal budget"
        ),
        aims=(
            "Say why the steepest direction limits the learning rate and the flattest sets the time. Tell a "
            "saddle point from a minimum by the Hessian. Write momentum and a schedule by hand. Go through data "
            "in mini-batches. Compare optimizers fairly."
        ),
        predictions=("further away", "height after 200 steps", "first move along", "loses most", "nearest at the end"),
        exercises=("best_rate", "roll", "epoch", "cool"),
    ),
    Lesson(
        "11",
        "a_model_of_your_own",
        "A model of your own",
        40,
        outcome="train a Keras model on real data with a loop that you wrote, and get what `fit` gets",
        aims=(
            "Write the training loop of any Keras model, and compare it with `fit`. Read a loss curve. Know"
            " what a loss should be before training. Tell loss from accuracy, and the training set from the test "
            "set."
        ),
        predictions=("shape of model(x) - y", "loss of a new model"),
        exercises=("mse", "one_step", "my_fit", "accuracy"),
    ),
    Lesson(
        "12",
        "build_a_tape",
        "Build a tape",
        40,
        outcome="write a reverse-mode tape in plain Python, and test it against TensorFlow",
        aims=(
            "Say what an entry must keep and why. Write the backward pass, and a pullback from a derivative "
            "computed by hand. Explain by one's own code where `None`, sums at a fan-out, and second derivatives "
            "come from."
        ),
        predictions=("handed to x in all", "second derivative of x cubed"),
        exercises=("play_back", "divide_back", "my_slope", "my_second"),
    ),
)
"""All lessons, in order. A new lesson is one more record here, its script, and its exercises."""


def path_of(number: str) -> str:
    """Return the path of a lesson by its number ("02"), "" if there is no such lesson."""
    return next((lesson.path for lesson in LESSONS if lesson.number == number), "")


def as_typed(path: PurePath) -> str:
    """Return a path as it is typed in a command: in quotes if it has a blank in it."""
    return f'"{path.as_posix()}"' if " " in str(path) else path.as_posix()


def problem_of_check(source: str, name: str, stem: str) -> str:
    """Say what is wrong with a cell that checks an answer: one that names no exercise would give everybody the point.

    Args:
        source: the cell's source, such as `check("wave", wave)`.
        name: the exercise that the cell stands for.
        stem: the lesson's name, "01_the_tape".

    Returns:
        A sentence; "" if the cell is right.
    """
    lesson = next((lesson for lesson in LESSONS if lesson.stem == stem), None)
    if lesson and name not in lesson.exercises:
        message = _("Lesson {lesson} has no exercise {name}. It has: {names}.")
        return message.format(lesson=lesson.number, name=name, names=", ".join(lesson.exercises))
    if re.findall(r"^check\(\s*['\"](.*?)['\"]\s*,", source, re.MULTILINE) == [name]:
        return ""
    return _('The cell that checks {name} needs one line: check("{name}", {name})').format(name=name)
