"""Why a gradient is None, NaN or 0, a call fails, or code does not learn: facts, told by `text.explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets.diagnosis.finding import automatic_findings, findings, of_error, sources_asked_about
    from widgets.diagnosis.model import Finding

__all__ = ["Finding", "automatic_findings", "findings", "of_error", "sources_asked_about"]


def __getattr__(name: str) -> Any:
    """Look a name up when it is first used (PEP 562): who needs the causes alone does without TensorFlow."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=None)
    from widgets.diagnosis import finding

    return getattr(finding, name)
