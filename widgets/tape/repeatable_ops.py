"""Which ops of a graph can be run once more, by themselves, without leaving a mark and with the same result."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import tensorflow as tf

from widgets.tape import hooks

Reason: TypeAlias = Literal["random", "outside", "python", "long loop", "unknown way", "control flow", "other"]
"""Why an op is not run again: its randomness has a state, it reads or changes something outside of TensorFlow's
Variables (an iterator, a file, the screen), it calls Python, its loop is too long, which branch ran or how often is not
known, it is control flow of TensorFlow 1, or it failed."""

CALLS = {"PartitionedCall": "f", "StatefulPartitionedCall": "f"}
BRANCHES = ("If", "StatelessIf", "Case", "StatelessCase")
LOOPS = ("While", "StatelessWhile")
SILENT = {"Assert", "NoOp", "Print", "PrintV2", "CheckNumerics", "CheckNumericsV2"}
"""Ops with a state in name only, or whose only effect a learner has seen already."""
_SOURCES = {"TensorDataset", "TensorSliceDataset", "RangeDataset"}
READING = {"CheckNumerics", "CheckNumericsV2", "LookupTableFindV2", "LookupTableSizeV2", *_SOURCES}
"""Ops with a state, or with a handle that is no Variable's, that only read."""

OF_OWN_ITERATORS = {"AnonymousIteratorV3", "MakeIterator"}
"""Ops that make an iterator inside a graph: another one, if none of the learner's is among their inputs."""

_PRINTING = ("Print", "PrintV2")

_PYTHON = {"PyFunc", "PyFuncStateless", "EagerPyFunc"}
_SAMPLERS = {f"{kind}CandidateSampler" for kind in ("All", "Uniform", "LogUniform", "FixedUnigram")}
_RANDOM = {"Multinomial", "ParameterizedTruncatedNormal", *_SAMPLERS}
_FIRST_GENERATION = {"Switch", "Merge", "Enter", "Exit", "NextIteration", "LoopCond"}


_ASSIGNING = ("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter")
"""How the ops begin that change a Variable; ResourceGather only reads one."""


def assigns(op: str) -> bool:
    """Say whether an op changes a Variable."""
    return op.startswith(_ASSIGNING)


def reason_of_kind(op: str) -> Reason | None:
    """Return why an op without a handle cannot be run again, None if it can."""
    if op.removeprefix("Ref") in _FIRST_GENERATION:
        return "control flow"
    if op in _PYTHON:
        return "python"
    if op in READING or op in SILENT or op in (*CALLS, *BRANCHES, *LOOPS) or not hooks.is_stateful(op):
        return None
    return "random" if "Random" in op or op in _RANDOM else "outside"


def is_repeatable(operation: Any) -> bool:
    """Say whether an op of a graph can run again, if its handles are those of copies."""
    if operation.type in _PRINTING:
        return False
    return any(tensor.dtype == tf.resource for tensor in operation.inputs) or not reason_of_kind(operation.type)


def branch_names(operation: Any) -> list[str]:
    """Return the names of the functions of an If, the true one first, or of a Case."""
    if operation.type in ("Case", "StatelessCase"):
        return [branch.name for branch in operation.get_attr("branches")]
    return [operation.get_attr(name).name for name in ("then_branch", "else_branch")]
