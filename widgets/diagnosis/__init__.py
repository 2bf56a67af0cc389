"""Why a gradient is None or NaN, an error or a surprise, as frozen facts; `text.explain` puts them into words."""

from widgets.diagnosis.finding import automatic_findings, findings, of_error, sources_asked_about
from widgets.diagnosis.model import Finding

__all__ = ["Finding", "automatic_findings", "findings", "of_error", "sources_asked_about"]
