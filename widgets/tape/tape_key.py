"""What a log knows a tape by, without keeping it alive: a tape may outlive its recording, or not."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable

import tensorflow as tf

from widgets.tape import hooks


class TapeKey:
    """Stands for one tape, in all logs that meet it.

    Args:
        gradient_tape: the `tf.GradientTape`; None for a tape that TensorFlow keeps without one, as
            `gradients_function` does.
        persistent: whether it may be asked for gradients more than once.
        watches_variables: whether it watches each trainable Variable that is read.
    """

    def __init__(
        self, gradient_tape: tf.GradientTape | None, persistent: bool = False, watches_variables: bool = True
    ) -> None:
        self._gradient_tape: Callable[[], tf.GradientTape | None] = _nothing
        self.persistent, self.watches_variables = persistent, watches_variables
        if gradient_tape is not None:
            self._gradient_tape = weakref.ref(gradient_tape, functools.partial(_on_death, id(gradient_tape)))

    @property
    def gradient_tape(self) -> tf.GradientTape | None:
        """The `tf.GradientTape`, None if there is none, or none any longer."""
        return self._gradient_tape()

    @property
    def may_be_asked(self) -> bool:
        """Whether gradients can still be asked of it: the learner has it, and it is not used up."""
        tape = self.gradient_tape
        return tape is not None and hooks.c_tape(tape) is not None


_keys: dict[int, TapeKey] = {}  # by id of the tf.GradientTape
_told_of_deaths: list[Callable[[], object]] = []


def key_of(tape: tf.GradientTape) -> TapeKey:
    """Return the key of a `tf.GradientTape`: the same in all recordings."""
    key = _keys.get(id(tape))
    if key is None or key.gradient_tape is not tape:
        key = _keys[id(tape)] = TapeKey(tape, hooks.is_persistent(tape), hooks.watches_variables(tape))
    return key


def has_key(tape: tf.GradientTape) -> bool:
    """Say whether a recording has met this `tf.GradientTape`."""
    key = _keys.get(id(tape))
    return key is not None and key.gradient_tape is tape


def on_death(told: Callable[[], object]) -> None:
    """Call `told()` whenever a `tf.GradientTape` that has a key is gone."""
    _told_of_deaths.append(told)


def _on_death(number: int, _: object) -> None:
    _keys.pop(number, None)
    for told in _told_of_deaths:
        told()


def _nothing() -> None:
    return None
