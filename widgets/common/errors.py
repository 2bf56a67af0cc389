"""Errors that several things raise or report, and how an error is told in one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_CONTROL = {number: None for number in range(32) if chr(number) not in "\t\n\r"}
"""Letters that would move a terminal's cursor, or color what follows."""

_WRAPPED = ("in user code", "Graph execution error")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
"""What makes letters bold or colored in a terminal."""

_KERAS = re.compile(r"Exception encountered when calling .*?\.\n+(.+?)\n+Arguments received by ", re.DOTALL)
"""What Keras writes around the message of an exception in a layer."""

_ABOUT_NODES = re.compile(r'Detected at node |  File "|\d+ root error\(s\) found|Stack trace for op definition')
_NODES = re.compile(r"^\{\{.*?\}\} ?| for '\{\{node .*| name: *$")
"""The names that TensorFlow has for its own insides, in a line."""

_FIRST_OF_SEVERAL = re.compile(r"^ *\(0\) [A-Z_]+: +")

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
    return _ANSI.sub("", text).encode(errors="replace").decode().translate(_CONTROL)


def own_message(error: BaseException) -> str:
    """Return what an error was about: its message without what TensorFlow and Keras wrap around it.

    AutoGraph writes "in user code:" and a traceback before what was said while a function was traced; TensorFlow's
    runtime "Graph execution error:" and where the op was defined. Keras writes in which layer it was,
    and the arguments.
    """
    message = _without_graph(error)
    inside = _KERAS.match(message.lstrip())
    return inside[1].strip() if inside else message


def _without_graph(error: BaseException) -> str:
    """Return a message without what TensorFlow writes around it when it tells of a graph."""
    message = message_of(error)
    lines = message.strip().splitlines()
    if not lines or not lines[0].startswith(_WRAPPED):
        return message
    if lines[0].startswith(_WRAPPED[0]):
        kind = f"{type(error).__name__}:"
        starts = [nth for nth, line in enumerate(lines) if line.strip().startswith(kind)]
        if not starts:
            return lines[-1].strip()
        said = [line.strip() for line in lines[starts[-1] :]]
        return "\n".join([said[0].removeprefix(kind).strip(), *said[1:]])
    said = [line for line in lines[1:] if line.strip() and not _ABOUT_NODES.match(line)]
    return "\n".join([_FIRST_OF_SEVERAL.sub("", said[0]).strip(), *said[1:]]) if said else message


def first_line(error: BaseException, *, with_type: bool = False, otherwise: str = "") -> str:
    """Return the first line of what an error was about.

    Args:
        error: any exception.
        with_type: whether the exception's type comes first: `ValueError: no such lesson`.
        otherwise: returned in place of an empty message; the exception's type if this is empty too.

    Returns:
        One line without its line break, and without the names that TensorFlow has for its own insides.
    """
    kind = type(error).__name__
    lines = own_message(error).strip().splitlines()
    message = _NODES.sub("", lines[0]).rstrip(" :") if lines else otherwise
    if with_type:
        return f"{kind}: {message}" if message else kind
    return message or kind


def as_trait_error(
    check: Callable[_Arguments, _Result], *args: _Arguments.args, **kwargs: _Arguments.kwargs
) -> _Result:
    """Return `check(*args, **kwargs)`; its FunctionError becomes a TraitError with the same message, for a trait."""
    import traitlets  # here, since the grader imports this module and needs no traits

    try:
        return check(*args, **kwargs)
    except FunctionError as error:
        raise traitlets.TraitError(str(error)) from error
