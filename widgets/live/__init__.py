"""Facts as live views: a thin Python class each, whose traits are the whole contract."""

from widgets.live.deck import TapeDeck

__all__ = ["TapeDeck"]
