"""Python branches on tensors, traced: each way that f may take is run, and the one that was asked for is selected.

`if x > 1.0:` needs a truth value, which a graph that is being traced does not have. So f is run once for each sequence
of answers, with an answer made up for each question, and the results of all runs are joined by `tf.where`. A run is
what the eager loop would do with these answers, tape included, so its bits are kept. AutoGraph's `tf.cond`
(https://www.tensorflow.org/guide/function#conditionals) would be a graph of its own, which cannot be mapped. And
`a, b = x` takes x[0] and x[1], as it does eagerly. What depends on no x, such as a counter, has its truth value.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.descent.losses.eager_ways import SeesLogits, Ways, eager_ways
from widgets.tape.stand_ins import replaced

MOST_WAYS = 16
"""Ways through f that are traced at most. A loop that runs until x is small has one for each number of rounds."""

MOST_QUESTIONS = 32
"""Branches in one way at most: answered with yes, `while x > 1.0` would go on for ever."""

_patching = threading.RLock()


_COUNTING = {
    "AddV2": tf.add, "Sub": tf.subtract, "Mul": tf.multiply, "FloorMod": tf.math.floormod, "Less": tf.less,
    "LessEqual": tf.less_equal, "Greater": tf.greater, "GreaterEqual": tf.greater_equal, "Equal": tf.equal,
    "NotEqual": tf.not_equal, "LogicalAnd": tf.logical_and, "LogicalOr": tf.logical_or, "LogicalNot": tf.logical_not,
    "Identity": tf.identity,
}  # fmt: skip
"""Operations with which loops count, and which `tf.get_static_value` does not compute, by TensorFlow's names."""


class _KnownValues:
    """Values of tensors that depend on nothing that is fed, each computed once, as it is eagerly."""

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}

    def of(self, tensor: Tensor) -> Any:
        """Return a tensor's value, or None."""
        key = tensor.ref()
        if key not in self._found:
            self._found[key] = self._compute(tensor)
        return self._found[key]

    def _compute(self, tensor: Tensor) -> Any:
        known = tf.get_static_value(tensor)
        if known is None and tensor.op.type in _COUNTING:
            inputs = list(map(self.of, tensor.op.inputs))
            if not any(value is None for value in inputs):
                with tf.init_scope():
                    known = _COUNTING[tensor.op.type](*inputs).numpy()
        return known


class TooManyWays(Exception):
    """Says that f branches too often to trace every way through it."""


def every_way(run: Callable[[], Sequence[Tensor]], ways: Ways | None = None) -> list[Tensor]:
    """Return tensors that are what `run` returns eagerly, whichever way its branches on tensors go.

    Args:
        run: computes tensors in the graph that is being traced; called once for each way.
        ways: told of what was met.

    Returns:
        As many tensors as `run` returns.
    """
    ways, values = ways or Ways(), _KnownValues()
    while True:
        try:
            with eager_ways(values.of, ways):
                return _follow(run, (), [MOST_WAYS], values)
        except SeesLogits:
            ways.hides_logits = True
        except Exception:  # whatever a learner's f raises; a graph in it may need to be one
            if not (ways.inlines and ways.has_inlined):
                raise
            ways.inlines = ways.has_inlined = False


def _follow(
    run: Callable[[], Sequence[Tensor]], answers: tuple[bool, ...], left: list[int], values: _KnownValues
) -> list[Tensor]:
    """Return what `run` returns if its first questions get these answers, whatever the others get."""
    if not left[0]:
        raise TooManyWays(f"f branches on tensors in more than {MOST_WAYS} ways")
    left[0] -= 1
    with _patching, _answering(answers, values) as asked:
        results = list(run())
    for at in reversed(range(len(answers), len(asked))):
        yes = (True,) * (at - len(answers))
        others = _follow(run, (*answers, *yes, False), left, values)
        results = [tf.where(asked[at], mine, other) for mine, other in zip(results, others, strict=True)]
    return results


@contextlib.contextmanager
def _answering(answers: Sequence[bool], values: _KnownValues) -> Iterator[list[Tensor]]:
    """Have tensors of the graph that is being traced answer as told, and "yes" after that, and be iterated over.

    Yields what was asked, a list that grows.
    """
    refuse: Callable[[Tensor], bool] = tf.Tensor.__bool__
    refuse_loop: Callable[[Tensor], Iterator[Tensor]] = tf.Tensor.__iter__
    graph, asked = tf.compat.v1.get_default_graph(), []  # type: tuple[tf.Graph, list[Tensor]]

    def answer(tensor: Tensor) -> bool:
        if getattr(tensor, "graph", None) is not graph or tensor.shape.rank != 0:
            return refuse(tensor)
        known = values.of(tensor)
        if known is not None:
            return bool(known)
        if len(asked) == MOST_QUESTIONS:
            raise TooManyWays(f"f has a loop, or more than {MOST_QUESTIONS} branches, that tensors decide on")
        asked.append(tf.cast(tensor, tf.bool))
        return answers[len(asked) - 1] if len(asked) <= len(answers) else True

    def iterate(tensor: Tensor) -> Iterator[Tensor]:
        if getattr(tensor, "graph", None) is not graph or not tensor.shape.rank or tensor.shape[0] is None:
            return refuse_loop(tensor)
        return (tensor[at] for at in range(tensor.shape[0]))

    with replaced(tf.Tensor, "__bool__", answer), replaced(tf.Tensor, "__iter__", iterate):
        yield asked
