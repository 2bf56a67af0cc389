"""Why a gradient is None, NaN or 0, a call fails, or code does not learn: facts, told by `text.explain`."""

from widgets.diagnosis.finding import automatic_findings, findings, of_error, sources_asked_about
from widgets.diagnosis.model import Finding

__all__ = ["Finding", "automatic_findings", "findings", "of_error", "sources_asked_about"]
