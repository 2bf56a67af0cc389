"""An exercise of a teacher's own, as `tapedeck new exercise` writes it: one record in one file, named after the file.

It says the same as an `Exercise` of ours, in fewer words: `inputs` and `due` make the questions, and a misconception has a
sample that shows that it is recognized. `tapedeck check` tries all of it; `as_exercise` makes of it what a judge judges.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from widgets.answers.plain_values import Source
from widgets.exercises.exercise import (
    EvidenceTest,
    Exercise,
    Formula,
    Misconception,
    MisconceptionKind,
    Question,
    Questions,
    Rng,
)

_LONGEST_LABEL = 40  # characters of a question as the check's table shows it

OWN_USES = {
    "call": "calls the answer with the input, and reads the number or numbers that it returns",
    "take": "the answer is itself a number, or several; `inputs=lambda rng: [()]` asks one question",
    "float32": "calls the answer with the one number of the input as a float32 tensor",
    "tensors": "calls the answer with each number, list or array of the input as a float32 tensor",
    "tensors, value and gradient": (
        "calls it in the same way, under a tape: the one number that it returns, then its gradient with respect to the "
        "last tensor"
    ),
    "value and slope": "calls the answer with a tf.Variable, under a tape: the value, then the slope",
    "value and slope in a row": "the same with the vector [x, 1], for functions that go through a tensor number by number",
    "value and gradient": "calls the answer with a vector of two numbers, under a tape: the value, then the gradient",
    "matrix": "calls the answer with a function and a list, and reads the matrix that it returns row after row",
    "regression model": "calls the answer with a new Keras model of one weight and one bias, inputs, and labels",
    "trait at": "the answer is a `DerivativeExplorer`: the place that the learner has chosen in it",
    "trait learning_rate": "the answer is a `DescentExplorer`: the learning rate that the learner has chosen in it",
}
"""The uses that suit other courses, too, and what each does: the table in docs/own_exercises.md."""

Inputs: TypeAlias = Callable[[Rng], Sequence[Any]]
"""Draws the inputs: a tuple is several arguments, anything else the only one."""


@dataclasses.dataclass(frozen=True)
class Given:
    """Something that no number, list or array is, to hand over to an answer: a function, an optimizer, a model.

    Attributes:
        code: the Python expression that makes it where the answer runs. It may use `tf` and `np`.
        value: what `due` and the formulas of misconceptions get in its place.
    """

    code: str
    value: Any = None

    @property
    def described(self) -> Source:
        """What is handed over in its place."""
        return Source(self.code)


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnMisconception:
    """A wrong answer that is recognized. It has a `formula` or a `test`.

    Attributes:
        code: its stable name, in capitals, which grades keep: "SIGN_LOST".
        sentence: what the check says of it.
        sample: the code of an answer that is wrong in this way. It is tried, and never handed out.
        formula: takes what `due` takes, and returns the numbers that such an answer gives.
        test: takes the evidence, where no formula can tell: one of `raised`, `returned`, `gave_numbers`, `diagnosed_as`.
    """

    code: str
    sentence: str
    sample: str
    formula: Formula | None = None
    test: EvidenceTest | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnExercise:
    """An exercise. Its name is that of its file, and of what the learner's answer defines.

    Attributes:
        question: what it asks for, in Markdown.
        stub: the code of the answer's cell as a learner gets it.
        solution: the code of a right answer. It is tried, and never handed out.
        inputs: draws from a NumPy generator what the answer is called with, once for each question.
        due: takes one input and returns the right number, or several: by a formula, not by TensorFlow.
        hints: a nudge, more, and a worked line.
        right: what the check says of a right answer.
        misconceptions: in the order in which they are tested; the first that fits is told.
        points: what a right answer earns.
        columns: names of the numbers that come back, for the check's table.
        use: how the answer is put to use: a name in OWN_USES.
    """

    question: str
    stub: str
    solution: str
    inputs: Inputs
    due: Formula
    hints: tuple[str, str, str]
    right: str
    misconceptions: tuple[OwnMisconception, ...] = ()
    points: float = 1.0
    columns: tuple[str, ...] = ()
    use: str = "call"

    def sentences(self) -> list[str]:
        """Return what a learner is told, to be translated. The question is a paragraph of the notebook."""
        return [*self.hints, self.right, *(one.sentence for one in self.misconceptions)]


def as_exercise(name: str, own: OwnExercise, say: Callable[[str], str] = str) -> Exercise:
    """Return what a judge judges.

    Args:
        name: of the exercise.
        own: the record.
        say: translates a sentence.

    Returns:
        The exercise.
    """
    first, second, third = map(say, own.hints)
    return Exercise(
        name=name,
        columns=own.columns or _columns(name, own),
        questions=lambda rng: _questions(own, rng),
        hints=(first, second, third),
        right=say(own.right),
        misconceptions=tuple(_misconception(one, say) for one in own.misconceptions),
        takes=_takes(own.use),
        use=own.use,
    )


def numbers_due(own: OwnExercise, given: tuple[Any, ...]) -> tuple[float, ...]:
    """Return the right numbers for what a question gives."""
    return numbers_of(own.due, given)


def numbers_of(formula: Formula, given: tuple[Any, ...]) -> tuple[float, ...]:
    """Return the numbers of a formula for what a question gives, in one row."""
    return tuple(float(number) for number in np.asarray(formula(*map(_seen, given)), float).ravel())


def arguments(given: Any) -> tuple[Any, ...]:
    """Return what an answer is called with for one input."""
    return given if isinstance(given, tuple) else (given,)


def _seen(part: Any) -> Any:
    """Return what a formula gets of something that a question gives."""
    return part.value if isinstance(part, Given) else part


def _takes(use: str) -> Literal["function", "number", "widget"]:
    return "number" if use == "take" else "widget" if use.startswith("trait ") else "function"


def _columns(name: str, own: OwnExercise) -> tuple[str, ...]:
    given = arguments(own.inputs(np.random.default_rng(0))[0])
    count = len(numbers_due(own, given))
    return (name,) if count == 1 else tuple(f"{name}[{place}]" for place in range(count))


def _questions(own: OwnExercise, rng: Rng) -> Questions:
    names = _parameters(own.stub)
    every = [arguments(given) for given in own.inputs(rng)]
    return tuple(
        Question(_label(names, given, number), given, numbers_due(own, given)) for number, given in enumerate(every, 1)
    )


def _parameters(stub: str) -> list[str]:
    """Return the names of the arguments of the function that a stub defines."""
    functions = [node for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)]
    return [argument.arg for argument in functions[-1].args.args] if functions else []


def _label(names: Sequence[str], given: tuple[Any, ...], number: int) -> str:
    """Return a question as the learner reads it, "x = 1.3"; what is too long has its number."""
    values = [part.code if isinstance(part, Given) else str(np.asarray(part).tolist()) for part in given]
    label = ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=False))
    return label if len(label) <= _LONGEST_LABEL else f"{number}."


def _misconception(own: OwnMisconception, say: Callable[[str], str]) -> Misconception:
    sentence = say(own.sentence)
    return Misconception(MisconceptionKind(own.code, sentence, ""), _test(own), sentence)


def _test(own: OwnMisconception) -> EvidenceTest:
    formula = own.formula
    if formula is not None:
        return lambda evidence: evidence.matches(lambda *given: numbers_of(formula, given))
    return own.test or (lambda evidence: False)
