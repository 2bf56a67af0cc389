"""Arrays in words: what can be said of many numbers at once, for the deck's plain text and beside its heatmaps."""

from __future__ import annotations

from collections.abc import Iterator

from widgets.common.catalogue import _
from widgets.common.numbers import about, text_of
from widgets.tape.forward_model import Tensor, Value
from widgets.tape.model import Recording

_MOST = 40
"""Arrays that are listed, at most."""


def statistics_text(value: Value) -> str:
    """Return what is known of an array's numbers: `from -0.5 to 0.7, norm 0.92, 71 of 128 are 0`; "" of few or none.

    The norm is left out where a number is not finite: it would be that of the others.
    """
    return ", ".join(_parts(value))


def _parts(value: Value) -> Iterator[str]:
    statistics = value.statistics
    if statistics is None or value.is_in_parts:
        return
    if value.rows is not None:
        yield text_of(value)
    if value.dtype == "bool":
        yield _("{count:,} of {size:,} are True").format(count=value.size - statistics.zeros, size=value.size)
        return
    if value.dtype.startswith("complex"):
        yield _("absolute values")
    if statistics.nan + statistics.inf < value.size:
        yield _("from {minimum} to {maximum}").format(
            minimum=f"{statistics.minimum:.4g}", maximum=f"{statistics.maximum:.4g}"
        )
    if not (statistics.nan or statistics.inf):
        yield _("norm {norm}").format(norm=f"{statistics.norm:.4g}")
    counts = {
        _("{count:,} of {size:,} are 0"): statistics.zeros,
        _("{count:,} of {size:,} are NaN"): statistics.nan,
        _("{count:,} of {size:,} are infinite"): statistics.inf,
    }
    for sentence, count in counts.items():
        if count:
            yield sentence.format(count=count, size=value.size)


def norm_of(value: Value | None) -> float | None:
    """Return the norm of a value; NaN where a number is not finite, None where it is not known."""
    if value is None or value.is_in_parts or value.statistics is None:
        return None
    statistics = value.statistics
    return float("nan") if statistics.nan or statistics.inf else statistics.norm


def array_lines(recording: Recording) -> Iterator[str]:
    """Yield a line for each array that has a name and is too large to be written out: what the steps leave out."""
    arrays = [tensor for tensor in recording.tensors if tensor.name and _is_summarized(tensor.value)]
    for tensor in arrays[:_MOST]:
        yield _line(tensor)
    if len(arrays) > _MOST:
        yield _("… and {count} more arrays").format(count=len(arrays) - _MOST)


def _is_summarized(value: Value) -> bool:
    return len(value.head) < value.size and bool(statistics_text(value))


def _line(tensor: Tensor) -> str:
    return _("… {name}: {about}, {statistics}").format(
        name=tensor.name, about=about(tensor.value), statistics=statistics_text(tensor.value)
    )
