"""Why a gradient is None, nan, an error or a surprise, as frozen facts: `findings(recording)`, `of_error(error)`."""

from widgets.diagnosis.finding import automatic_findings, findings, of_error
from widgets.diagnosis.model import Finding

__all__ = ["Finding", "findings", "of_error", "automatic_findings"]
