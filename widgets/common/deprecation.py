"""Names that have changed: the old one works for one release, and says what to use."""

from __future__ import annotations

import warnings
from typing import Any


class RenamedAttribute:
    """A descriptor for an attribute's old name: reading or setting it warns, and reaches the new one.

    Args:
        new: the attribute's new name.

    Example:
        >>> class Step:
        ...     input_gradients = (1.0,)
        ...     hands = RenamedAttribute("input_gradients")
        >>> import warnings
        >>> with warnings.catch_warnings(record=True) as caught:
        ...     warnings.simplefilter("always")
        ...     Step().hands
        (1.0,)
        >>> print(caught[0].message)
        Step.hands is now Step.input_gradients; the old name will be removed in the next release.
    """

    def __init__(self, new: str) -> None:
        self._new = new
        self._old = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._old = name

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        self._warn(owner)
        return getattr(instance, self._new)

    def __set__(self, instance: Any, value: Any) -> None:
        self._warn(type(instance))
        setattr(instance, self._new, value)

    def _warn(self, owner: type) -> None:
        name = owner.__name__
        message = f"{name}.{self._old} is now {name}.{self._new}; the old name will be removed in the next release."
        warnings.warn(message, DeprecationWarning, stacklevel=3)
