"""The explorer: every path is in the browser before anything slides."""

import picture

from widgets import DescentExplorer


def show():
    """Return the explorer, with as many steps of a path as the others draw."""
    return DescentExplorer(picture.f, start=picture.START, iterations=picture.ITERATIONS)
