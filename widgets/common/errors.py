"""Errors that several things raise or report, and how an error is told in one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_CONTROL = {number: None for number in range(32) if chr(number) not in "\t\n\r"}
"""Letters that would move a terminal's cursor, or color what follows."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class FunctionError(ValueError):
    """A function, a start or a setting that cannot be used. The message says what is accepted, with an example."""


def message_of(error: BaseException) -> str:
    """Return an error's message, as text that can be shown anywhere; "" where it cannot even be said."""
    try:
        text = str(error)
    except Exception:  # a class of the learner's own may raise here
        return ""
    return text.encode(errors="replace").decode().translate(_CONTROL)


def first_line(error: BaseException, *, with_type: bool = False, otherwise: str = "") -> str:
    """Return the first line of an error's message.

    Args:
        error: any exception.
        with_type: whether the exception's type comes first: `ValueError: no such lesson`.
        otherwise: returned in place of an empty message; the exception's type if this is empty too.

    Returns:
        One line without its line break.
    """
    kind = type(error).__name__
    lines = message_of(error).strip().splitlines()
    message = lines[0] if lines else otherwise
    if with_type:
        return f"{kind}: {message}" if message else kind
    return message or kind


def plain_line(error: BaseException) -> str:
    """Return an error's type and first line, without the names that TensorFlow has for its own insides."""
    return re.sub(r"^(\w+: )\{\{.*?\}\} ?| name: *$", r"\1", first_line(error, with_type=True)).rstrip(" :")


def as_trait_error(
    check: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Result:
    """Return `check(*args, **kwargs)`; its FunctionError becomes a TraitError with the same message, for a trait."""
    import traitlets  # here, since the grader imports this module and needs no traits

    try:
        return check(*args, **kwargs)
    except FunctionError as error:
        raise traitlets.TraitError(str(error)) from error
