"""What a log knows a tape by, without keeping it alive: a tape may outlive its recording, or not."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any

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


class TapeKeys:
    """The keys of the tapes that one run meets, by TensorFlow's C++ tapes, which are held: an id stays its own."""

    def __init__(self) -> None:
        self._keys: dict[int, tuple[Any, TapeKey]] = {}

    def __contains__(self, c_tape: object) -> bool:
        return id(c_tape) in self._keys

    def all(self) -> frozenset[TapeKey]:
        """Return all of them."""
        return frozenset(key for _, key in self._keys.values())

    def add(self, c_tape: Any, key: TapeKey) -> None:
        """A C++ tape has this key."""
        self._keys[id(c_tape)] = c_tape, key

    def of(self, tape: tf.GradientTape) -> TapeKey:
        """Return the key of a `tf.GradientTape`."""
        key, c_tape = key_of(tape), hooks.c_tape(tape)
        if c_tape is not None:
            self.add(c_tape, key)
        return key

    def of_c_tape(self, c_tape: Any) -> TapeKey:
        """Return the key of a C++ tape, a new one if nothing is known of it."""
        if c_tape not in self:
            self.add(c_tape, TapeKey(None))
        return self._keys[id(c_tape)][1]


def on_death(told: Callable[[], object]) -> None:
    """Call `told()` whenever a `tf.GradientTape` that has a key is gone."""
    _told_of_deaths.append(told)


def _on_death(number: int, _: object) -> None:
    _keys.pop(number, None)
    for told in _told_of_deaths:
        told()


def _nothing() -> None:
    return None
