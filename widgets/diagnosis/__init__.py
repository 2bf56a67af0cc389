"""Why a gradient is None, NaN or 0, a call fails, or code does not learn: facts, told by `text.explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.common.lazy_names import lazy_names

if TYPE_CHECKING:
    from widgets.diagnosis.finding import automatic_findings, findings, of_error, sources_asked_about
    from widgets.diagnosis.model import Finding

__all__ = ["Finding", "automatic_findings", "findings", "of_error", "sources_asked_about"]

# Who needs the causes alone does without TensorFlow.
__getattr__ = lazy_names(__name__, dict.fromkeys(__all__, "finding"))
