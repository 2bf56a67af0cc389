"""The builder: solutions/NN_name.py → solutions/NN_name.ipynb and lessons/NN_name.ipynb (`tapedeck build`)."""

import importlib.util

from widgets.common.catalogue import _

_NEEDS = ("jupytext", "nbclient", "nbformat", "nbgrader")


class MissingTools(ImportError):
    """Building needs packages that reading and working through the lessons does not."""


def build(numbers=(), check=False, language=""):
    """Build lessons and return a line for each file written; with `check`, for each file that is out of date.

    `numbers` are those of the lessons, all if empty. With a `language`, such as "zh", the learner's notebooks are built
    in it, and each that is not all translated has a line more.
    Raises MissingTools, or ValueError for an unknown number.
    """
    _need(*_NEEDS, *(["babel"] if language else []))
    from widgets.authoring import building, translating  # here, so that importing widgets.authoring needs none of them

    return translating.build(language, numbers, check) if language else building.build(numbers, check)


def translate(language, numbers=()):
    """Bring a language's catalogues up to date with what is said in English, and return lines that tell what is amiss.

    The lessons are those that have a catalogue, and those with these `numbers`, which get one.
    """
    _need(*_NEEDS, "babel")
    from widgets.authoring import catalogues, translating

    return [*catalogues.update(language), *translating.update(language, numbers)]


def _need(*names):
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        said = _("Building lessons needs {names}: pip install -e '.[teach]' installs them.")
        raise MissingTools(said.format(names=", ".join(missing)))
