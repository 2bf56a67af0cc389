"""What TensorFlow does in another way while a graph is traced than eagerly, done the eager way.

Eagerly, `tf.cond` is an `if`, and `tf.while_loop`, `tf.scan`, `tf.map_fn`, `tf.foldl`, and `tf.foldr` are loops in
Python. In a graph they are graphs of their own, which cost much time and can hardly be mapped over many paths. And
where Keras takes the cross-entropy of a graph's sigmoid or softmax, it takes that of the logits, which eagerly it
cannot see: then the probabilities get another name. Only then, since a tape may add up gradients in another order if
there is one operation more. A learner's own tf.function is a graph in both cases; here it runs as the Python function
that it was made from, so that its branches can be followed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape.stand_ins import replaced

MOST_ROUNDS = 128
"""Of a loop that are written out. A round of few operations takes 1 to 3 ms to trace; a loop in a graph, longer to run:
40 rounds in each of 200 steps took 9 s, written out less than 2 s."""

_patching = threading.RLock()


class _NotKnown(Exception):
    """Says that how often a loop goes round is not known while it is traced, or that it is too often."""


class SeesLogits(Exception):
    """Says that a cross-entropy of probabilities may have been taken of the logits."""


@dataclasses.dataclass
class Ways:
    """How to trace, and what was met.

    Attributes:
        hides_logits: whether Keras is not to see of which logits there are probabilities. If not, and it may have
            seen them, SeesLogits is raised.
        inlines: whether a tf.function that f calls runs as a Python function.
        has_inlined: whether there was one, or what runs as one eagerly.
    """

    hides_logits: bool = False
    inlines: bool = True
    has_inlined: bool = False


@contextlib.contextmanager
def eager_ways(known: Callable[[Tensor], Any], ways: Ways) -> Iterator[None]:
    """Have TensorFlow do in the graph that is being traced what it would do eagerly.

    Args:
        known: returns a tensor's value where that depends on nothing that is fed, else None.
        ways: how; told of what was met.
    """
    graph = tf.compat.v1.get_default_graph()
    with _patching, contextlib.ExitStack() as stack:
        for home, name, instead in _replacements(known, ways):
            stack.enter_context(replaced(home, name, _only_in(graph, instead, getattr(home, name))))
        yield


def _replacements(known: Callable[[Tensor], Any], ways: Ways) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Yield where a public function is found, its name, and what to call instead, with the original before the rest."""
    yield tf, "cond", _cond
    yield tf, "while_loop", functools.partial(_while_loop, known)
    yield tf, "map_fn", _map_fn
    yield tf, "scan", _scan
    yield tf, "foldl", functools.partial(_fold, 1)
    yield tf, "foldr", functools.partial(_fold, -1)
    for home, name in ((tf, "vectorized_map"), (tf.GradientTape, "jacobian"), (tf.GradientTape, "batch_jacobian")):
        yield home, name, functools.partial(_in_graph, ways)
    if ways.inlines:
        yield type(tf.function(_renamed)), "__call__", functools.partial(_inlined, ways)
    if ways.hides_logits:
        for home, name in ((tf, "sigmoid"), (tf.math, "sigmoid"), (tf.nn, "sigmoid"), (tf.nn, "softmax")):
            yield home, name, _renamed
        return
    for kind in ("sigmoid", "softmax", "sparse_softmax"):
        yield tf.nn, f"{kind}_cross_entropy_with_logits", _without_probabilities


def _only_in(graph: Any, instead: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def chosen(*args: Any, **options: Any) -> Any:
        if tf.compat.v1.get_default_graph() is not graph:  # a graph in it, or what another thread computes
            return original(*args, **options)
        try:
            return instead(original, *args, **options)
        except _NotKnown:
            return original(*args, **options)

    return chosen


def _renamed(original: Callable[..., Tensor], *args: Any, **options: Any) -> Tensor:
    return tf.identity(original(*args, **options))


def _inlined(ways: Ways, _original: Any, function: Any, *args: Any, **options: Any) -> Any:
    ways.has_inlined = True
    return function.python_function(*args, **options)


def _in_graph(ways: Ways, original: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Do what runs as a tf.function eagerly, and is a part of the graph here."""
    ways.has_inlined = True
    return original(*args, **options)


def _without_probabilities(
    original: Callable[..., Tensor], labels: Any, logits: Any, *args: Any, **more: Any
) -> Tensor:
    if tf.is_tensor(logits) and any(op.type in ("Sigmoid", "Softmax") for op in logits.consumers()):
        raise SeesLogits
    return original(labels, logits, *args, **more)


def _cond(_original: Any, pred: Any, true_fn: Any = None, false_fn: Any = None, name: Any = None) -> Any:
    return true_fn() if pred else false_fn()


def _while_loop(
    known: Callable[[Tensor], Any], _original: Any, cond: Any, body: Any, loop_vars: Any, shape_invariants: Any = None,
    parallel_iterations: Any = 10, back_prop: bool = True, swap_memory: bool = False, maximum_iterations: Any = None,
    name: Any = None,
) -> Any:  # fmt: skip
    most = None if maximum_iterations is None else known(tf.convert_to_tensor(maximum_iterations))
    rounds = 0
    while most is None or rounds < most:
        goes_on = cond(*loop_vars)
        goes_on = known(goes_on) if tf.is_tensor(goes_on) else goes_on
        if goes_on is None or rounds == MOST_ROUNDS:
            raise _NotKnown
        if not goes_on:
            break
        loop_vars = body(*loop_vars)
        rounds += 1
    return tf.nest.map_structure(
        lambda one: one if isinstance(one, tf.TensorArray) else tf.convert_to_tensor(one), loop_vars
    )


def _rows(elems: Any) -> list[Any]:
    """Return the elements that a function is mapped over, each of the structure of `elems`."""
    columns = [tf.convert_to_tensor(column) for column in tf.nest.flatten(elems)]
    if not all(column.shape.rank and column.shape[0] and column.shape[0] <= MOST_ROUNDS for column in columns):
        raise _NotKnown
    return [tf.nest.pack_sequence_as(elems, row) for row in zip(*map(tf.unstack, columns), strict=True)]


def _stacked(results: Sequence[Any]) -> Any:
    return tf.nest.map_structure(lambda *column: tf.stack(column), *results)


def _map_fn(
    _original: Any, fn: Any, elems: Any, dtype: Any = None, parallel_iterations: Any = None, back_prop: bool = True,
    swap_memory: bool = False, infer_shape: bool = True, name: Any = None, fn_output_signature: Any = None,
) -> Any:  # fmt: skip
    return _stacked([fn(row) for row in _rows(elems)])


def _scan(
    _original: Any, fn: Any, elems: Any, initializer: Any = None, parallel_iterations: Any = 10, back_prop: bool = True,
    swap_memory: bool = False, infer_shape: bool = True, reverse: bool = False, name: Any = None,
) -> Any:  # fmt: skip
    rows = _rows(elems)[:: -1 if reverse else 1]
    results = [] if initializer is None else [tf.nest.map_structure(tf.convert_to_tensor, initializer)]
    results = results or [rows.pop(0)]
    for row in rows:
        results.append(fn(results[-1], row))
    results = results[initializer is not None :]
    return _stacked(results[:: -1 if reverse else 1])


def _fold(
    step: int, _original: Any, fn: Any, elems: Any, initializer: Any = None, parallel_iterations: Any = 10,
    back_prop: bool = True, swap_memory: bool = False, name: Any = None,
) -> Any:  # fmt: skip
    rows = _rows(elems)[::step]
    return functools.reduce(fn, rows) if initializer is None else functools.reduce(fn, rows, initializer)
