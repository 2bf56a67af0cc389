"""What one evaluation of a graph has found: a value for each tensor, the graphs inside, the Variables' changes."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import tensorflow as tf

from widgets.common.arrays import Tensor
from widgets.tape.events import TapeToggled
from widgets.tape.function_graph import kept_trace
from widgets.tape.graph_nodes import Node
from widgets.tape.repeatable_ops import Reason


class Handle(NamedTuple):
    """A resource: the learner's own handle, and that of our copy if it is a Variable's."""

    real: Tensor
    copy: Tensor | None

    @property
    def dtype(self) -> Any:
        """The dtype of the learner's handle."""
        return self.real.dtype


class Stream(NamedTuple):
    """A dataset that is gone through as the loop over it is: each element, a list of values, when it is asked for."""

    elements: Iterator[Sequence[Any]]


class Change(NamedTuple):
    """What one op did to a Variable: the learner's own handle, its value before and after; None if it is not known."""

    handle: Tensor
    before: Tensor | None
    after: Tensor | None


class Run:
    """One evaluation of one graph.

    Args:
        graph: the graph.
        parent: the evaluation of the graph around it; None for that of the call itself.
        iteration: which round of a loop it is, from 0; -1 outside of loops.
        is_compiled: whether XLA compiles the graph, as it does all inside one that it compiles.

    Attributes:
        values: the value of each of the graph's tensors, where there is one, by TensorFlow's number.
        outputs: the values of its outputs; None where there is none.
        children: the evaluations of the graphs inside, by the name of the node that ran them.
        changes: what its ops did to Variables, by the name of the node.
    """

    def __init__(self, graph: Any, parent: Run | None, iteration: int, is_compiled: bool = False) -> None:
        self.graph, self.iteration = graph, iteration
        self.is_compiled: bool = is_compiled or (parent is not None and parent.is_compiled)
        # The one around holds this one: without a cycle nothing outlives the replay.
        self._parent = None if parent is None else weakref.ref(parent)
        self.values: dict[int, Any] = {}
        self.outputs: list[Any] = []
        self.children: dict[str, list[Run]] = {}
        self.changes: dict[str, Change] = {}

    @property
    def parent(self) -> Run | None:
        """The evaluation of the graph around it, as long as that is there."""
        return None if self._parent is None else self._parent()

    def shown(self, number: int) -> Tensor | None:
        """Return the tensor to show for one of the graph's, or of a graph around it: the learner's own handles."""
        run: Run | None = self
        while run is not None:
            value = run.values.get(number)
            if value is not None and not isinstance(value, Stream):
                return value.real if isinstance(value, Handle) else value
            run = run.parent
        return None

    @property
    def opens_tape(self) -> bool:
        """Whether a tape was opened in it, or in a graph inside."""
        trace = kept_trace(self.graph)
        if trace is not None and any(isinstance(kept.event, TapeToggled) for kept in trace.events):
            return True
        return any(inner.opens_tape for children in self.children.values() for inner in children)


class Evaluator(Protocol):
    """What goes through a graph asks of the evaluation of the call: `graph_evaluation.Evaluation` says what each does.

    Attributes:
        left: how many ops may still run inside loops; less than 0 if too many did.
        knows_way: whether it is known of each op that changes a Variable that it ran, or did not.
    """

    left: int
    knows_way: bool

    def run(self, graph: Any, given: Sequence[Any], parent: Run | None = None, iteration: int = -1) -> Run:
        """Evaluate a graph on values."""

    def inside(self, run: Run, name: str, given: Sequence[Any], iteration: int = -1) -> Run | None:
        """Evaluate a function that a graph calls."""

    def graph(self, run: Run, name: str) -> Any:
        """Return the graph of a function that a graph calls."""

    def rerun(self, node: Node, values: Sequence[Any]) -> Sequence[Any]:
        """Run an op on values."""

    def drawn(self, node: Node, handle: Any) -> Sequence[Tensor] | None:
        """Return what the call took next from an iterator."""

    def show_one_way(self, run: Run, node: Node, values: Sequence[Any], names: Sequence[str]) -> None:
        """Show a branch, or a round, where it is not known what ran."""

    def miss(self, op: str, reason: Reason) -> None:
        """Say why an op is not run."""

    def lose_variables(self) -> None:
        """What ran is not known: it may have changed any Variable."""


def keep_round(rounds: list[Run], latest: Run) -> None:
    """Add a round of a loop to those that are kept: the first two, the last, and the last with a tape."""
    with_tape = [] if latest.opens_tape else [one for one in rounds[2:] if one.opens_tape]
    rounds[2:] = [*with_tape[-1:], latest]


def copied(values: Sequence[Any]) -> list[Any]:
    """Return values as tensors of their own: what a call returns is another tensor than what its graph made."""
    return [value if value is None or isinstance(value, Handle) else tf.identity(value) for value in values]


def plain(values: Sequence[Any]) -> list[Any]:
    """Return what an op is run on: the copies of Variables in place of them."""
    return [(v.real if v.copy is None else v.copy) if isinstance(v, Handle) else v for v in values]
