"""The builder: solutions/NN_name.py → solutions/NN_name.ipynb and lessons/NN_name.ipynb (`tapedeck build`)."""

import importlib.util

from widgets.words.catalogue import _

_NEEDS = ("jupytext", "nbclient", "nbformat", "nbgrader")


class MissingTools(ImportError):
    """Building needs packages that reading and working through the lessons does not."""


def build(numbers=(), check=False):
    """Build lessons and return a line for each file written; with `check`, for each file that is out of date.

    `numbers` are those of the lessons, all if empty. Raises MissingTools, or ValueError for an unknown number.
    """
    missing = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if missing:
        said = _("Building lessons needs {names}: pip install -e '.[teach]' installs them.")
        raise MissingTools(said.format(names=", ".join(missing)))
    from widgets.making import building  # here, so that importing widgets.making needs none of them

    return building.build(numbers, check)
