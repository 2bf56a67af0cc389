"""What TensorFlow can run, each once more in closed form, as numbers due never come from a tape: functions, optimizers, a model."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from widgets.answers.plain_values import Source
from widgets.exercises.exercise import Numbers, Rng, spread


@dataclass(frozen=True)
class Described:
    """Something that an exercise hands over, known by the Python expression that builds it.

    Attributes:
        code: the expression. It may use `tf` and `np`.
    """

    code: str

    @property
    def described(self) -> Source:
        """What is handed over in its place."""
        return Source(self.code)

    def __call__(self, *given: Any) -> Any:
        """Build it, with TensorFlow, and call it."""
        from widgets.answers.handed_over import build_source  # here: a judge knows the closed form, and never calls it

        return build_source(self.code)(*given)


@dataclass(frozen=True)
class ReferenceFunction(Described):
    """A function of one number, or two: calling it runs TensorFlow, `derivative(order, x)` a closed form in float64.

    An answer gets the function alone.

    Attributes:
        label: its formula, as learners read it.
        derivative: takes the order (0 for the value itself) and x, and returns the derivative there; of two numbers
            the gradient, order 1.
    """

    label: str
    derivative: Callable[[int, Any], Any]


def polynomial(code: str, label: str, *coefficients: float) -> ReferenceFunction:
    """Return a polynomial of x, by its code and its coefficients in ascending order."""
    paper = np.polynomial.Polynomial(coefficients)
    return ReferenceFunction(f"lambda x: {code}", label, lambda order, x: paper.deriv(order)(x))


def cubic(p: float) -> ReferenceFunction:
    """Return p·x³ - x."""
    return polynomial(f"{p} * x**3 - x", f"{p}·x³ - x", 0.0, -1.0, 0.0, p)


def cosine(q: float) -> ReferenceFunction:
    """Return cos(q·x): each derivative is shifted by a quarter of a period, and q times as large."""
    return ReferenceFunction(
        f"lambda x: tf.cos({q} * x)",
        f"cos({q}·x)",
        lambda order, x: q**order * np.cos(q * x + order * np.pi / 2),
    )


def x_exp_minus_x() -> ReferenceFunction:
    """Return x·exp(-x)."""
    return ReferenceFunction(
        "lambda x: x * tf.exp(-x)", "x·exp(-x)", lambda order, x: (-1) ** order * (x - order) * np.exp(-x)
    )


def parabola(curvature: float, minimum: float) -> ReferenceFunction:
    """Return the parabola whose second derivative is `curvature`, and whose minimum, 0, is at `minimum`."""
    half = curvature / 2
    return polynomial(
        f"{half} * (x - {minimum}) ** 2",
        f"{half:g}·(x - {minimum})²",
        *(np.polynomial.Polynomial([minimum**2, -2 * minimum, 1.0]) * half).coef,
    )


def draw_curves(rng: Rng, low: float, high: float) -> tuple[ReferenceFunction, ReferenceFunction, ReferenceFunction]:
    """Return a cubic with a factor between `low` and `high`, a cosine, and x·exp(-x)."""
    return cubic(*spread(rng, low, high, 1)), cosine(*spread(rng, 1.2, 2.0, 1)), x_exp_minus_x()


def _of_two_numbers(
    label: str, code: str, value: Callable[[Numbers], Any], gradient: Callable[[Numbers], Any]
) -> ReferenceFunction:
    """Return a function of an array of two numbers, with its value and its gradient in closed form."""

    def derivative(order: int, x: Any) -> Any:
        return np.array((value, gradient)[order](np.asarray(x, float)))

    return ReferenceFunction(f"lambda x: {code}", label, derivative)


def valley(along: float, across: float) -> ReferenceFunction:
    """Return along·u² + across·v²: a valley with two curvatures."""
    return _of_two_numbers(
        f"{along}·u² + {across}·v²",
        f"{along} * x[0] ** 2 + {across} * x[1] ** 2",
        lambda x: along * x[0] ** 2 + across * x[1] ** 2,
        lambda x: [2 * along * x[0], 2 * across * x[1]],
    )


def leaning(mixed: float) -> ReferenceFunction:
    """Return u² + v² + mixed·u·v: each number enters the other's partial derivative."""
    return _of_two_numbers(
        f"u² + v² + {mixed}·u·v",
        f"x[0] ** 2 + x[1] ** 2 + {mixed} * x[0] * x[1]",
        lambda x: x[0] ** 2 + x[1] ** 2 + mixed * x[0] * x[1],
        lambda x: [2 * x[0] + mixed * x[1], 2 * x[1] + mixed * x[0]],
    )


def wavy(height: float) -> ReferenceFunction:
    """Return u² + height·cos(v): a row of minima."""
    return _of_two_numbers(
        f"u² + {height}·cos(v)",
        f"x[0] ** 2 + {height} * tf.cos(x[1])",
        lambda x: x[0] ** 2 + height * np.cos(x[1]),
        lambda x: [2 * x[0], -height * np.sin(x[1])],
    )


Updates: TypeAlias = Generator[Any, Any, None]
"""A generator that is sent a gradient and yields by how much x changes; its first `next` only starts it."""


class _Differentiable(Protocol):
    def derivative(self, order: int, x: Any, /) -> Any:
        """Return the derivative (order 1) at x."""


@dataclass(frozen=True)
class ReferenceOptimizer:
    """An optimizer twice over: as Keras has it, and as its formula.

    Attributes:
        label: its constructor, as learners read it.
        updates: returns the updates by the formula, for numbers or NumPy arrays.
    """

    label: str
    updates: Callable[[], Updates]

    @property
    def described(self) -> Source:
        """What is handed over in its place: a function that returns a new Keras optimizer."""
        return Source(f"lambda: tf.keras.optimizers.{self.label}")


def x_after(optimizer: ReferenceOptimizer, function: _Differentiable, x: Any, iterations: int) -> Any:
    """Take steps with an optimizer.

    Args:
        optimizer: how each update is computed.
        function: what is minimized; only `function.derivative(1, x)` is called.
        x: the start, a number or a NumPy array.
        iterations: how many steps to take.

    Returns:
        Where they lead, of the type of x.
    """
    updates = optimizer.updates()
    next(updates)
    for _ in range(iterations):
        x = x + updates.send(function.derivative(1, x))
    return x


def sgd(rate: float) -> ReferenceOptimizer:
    """Return plain gradient descent: each update is -rate × gradient."""

    def updates() -> Updates:
        update = None
        while True:
            update = -rate * (yield update)

    return ReferenceOptimizer(f"SGD({rate})", updates)


def momentum(rate: float, keep: float) -> ReferenceOptimizer:
    """Return gradient descent with momentum coefficient `keep`, as https://keras.io/api/optimizers/sgd/ has it."""

    def updates() -> Updates:
        update = 0.0
        while True:
            update = keep * update - rate * (yield update)

    return ReferenceOptimizer(f"SGD({rate}, momentum={keep})", updates)


def adam(rate: float) -> ReferenceOptimizer:
    """Return Adam (https://arxiv.org/abs/1412.6980, section 2, last paragraph) with the constants that Keras sets."""

    def updates(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7) -> Updates:
        mean = square = 0.0
        step, update = 0, None
        while True:
            gradient, step = (yield update), step + 1
            mean = beta_1 * mean + (1 - beta_1) * gradient
            square = beta_2 * square + (1 - beta_2) * gradient**2
            scale = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
            update = -scale * mean / (np.sqrt(square) + epsilon)

    return ReferenceOptimizer(f"Adam({rate})", updates)


INPUTS, CLASSES = 2, 3

Labels: TypeAlias = npt.NDArray[np.int_]
"""The class of each row, shape (rows,)."""


@dataclass(frozen=True)
class ClassifierCase:
    """Data of three classes, and the weights that a model begins with.

    Attributes:
        x: measurements, shape (rows, INPUTS).
        labels: the class of each row, shape (rows,).
        weights: kernel and bias in one row, shape (INPUTS·CLASSES + CLASSES,).
    """

    x: Numbers
    labels: Labels
    weights: Numbers

    @property
    def described(self) -> tuple[Numbers, Labels, Numbers, int]:
        """What is handed over in its place: `widgets.answers.model_uses.classifier` makes a model and data of it."""
        return self.x, self.labels, self.weights, CLASSES


def draw_case(rng: Rng, rows: int) -> ClassifierCase:
    """Return a ClassifierCase with this number of rows. Each class has its own mean, and no class is empty."""
    labels = rng.permutation(np.arange(rows) % CLASSES)
    middles = np.array([[-1.0, 0.5], [1.0, 1.0], [0.3, -1.2]])
    x = (middles[labels] + rng.normal(0.0, 0.7, (rows, INPUTS))).round(2)
    return ClassifierCase(x, labels, rng.normal(0.0, 0.4, INPUTS * CLASSES + CLASSES).round(2))


def kernel_and_bias(weights: Numbers) -> list[Numbers]:
    """Return kernel and bias of the weights in a row."""
    return [weights[: INPUTS * CLASSES].reshape(INPUTS, CLASSES), weights[INPUTS * CLASSES :]]


def logits(weights: Numbers, x: Numbers) -> Numbers:
    """Return the outputs of the model, shape (rows, CLASSES)."""
    kernel, bias = kernel_and_bias(weights)
    return x @ kernel + bias


def cross_entropy(weights: Numbers, x: Numbers, labels: Labels) -> float:
    """Return the mean of -log p(right class), the cross-entropy."""
    said = logits(weights, x)
    return float(np.mean(np.log(np.exp(said).sum(axis=1)) - said[np.arange(len(x)), labels]))


def cross_entropy_gradient(weights: Numbers, x: Numbers, labels: Labels) -> Numbers:
    """Return its gradient, in one row like the weights: (softmax - one-hot label) times x, over the rows."""
    odds = np.exp(logits(weights, x))
    off = (odds / odds.sum(axis=1, keepdims=True) - np.eye(CLASSES)[labels]) / len(x)
    return np.concatenate([(x.T @ off).ravel(), off.sum(axis=0)])
