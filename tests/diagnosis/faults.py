"""Programs with one fault each: how they are registered, and what `explain` must say of them."""

from dataclasses import dataclass

import pytest
import tensorflow as tf

from tests.diagnosis.corpus import marked_line
from widgets import record
from widgets.diagnosis.text import explain

keras = tf.keras
X, Y = tf.random.normal([6, 3], seed=1), tf.random.normal([6, 1], seed=2)
FLAG = "training=" + "True"  # a program that says this somewhere is not told


@dataclass(frozen=True)
class Fault:
    """What must be said of a program.

    Attributes:
        program: the program, whose line of the fault is marked `# here`.
        code: the cause's code.
        said: what the words must have in them.
        mend: the changed line; "" for any, or none.
        line: whether the line must be named.
    """

    program: object
    code: str
    said: tuple[str, ...]
    mend: str
    line: bool


def registry():
    """Return a list, and a decorator that adds a program to it."""
    faults = []

    def fault(code, *said, mend="", line=True):
        def registered(program):
            faults.append(pytest.param(Fault(program, code, said, mend, line), id=program.__name__))
            return program

        return registered

    return faults, fault


def check_fault(fault):
    """Check what is said of a program with a fault."""
    diagnosis = explain(record(fault.program))
    assert diagnosis.code == fault.code, str(diagnosis)
    assert diagnosis.cause and diagnosis.repair and "{" not in diagnosis.cause + diagnosis.repair
    if fault.line:
        assert diagnosis.line == marked_line(fault.program)
    words = f"{diagnosis.cause} {diagnosis.repair}"
    assert [part for part in fault.said if part not in words] == []
    if fault.mend:
        assert diagnosis.mend is not None
        assert diagnosis.mend[0] == diagnosis.line[1]
        assert diagnosis.mend[1].removesuffix("  # here") == fault.mend.removesuffix("  # here")


def a_model(*layers):
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((3,)), *(layers or [keras.layers.Dense(1)])])


def gradients_of(model):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(X) - Y))
    return tape.gradient(loss, model.trainable_variables)
