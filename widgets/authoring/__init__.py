"""Authoring: `tapedeck build` makes notebooks and tables from their sources, `tapedeck translate` keeps catalogues."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path

from widgets.common.catalogue import _
from widgets.common.distribution import how_to_install

NEEDS = ("jupytext", "nbclient", "nbformat", "nbgrader")
_GRADING = ("jupyter_client", "nbval", "psutil", "pytest")


class MissingTools(ImportError):
    """Building needs packages, and sources, that reading and working through the lessons does not."""


def build(numbers: Sequence[str] = (), check: bool = False, language: str = "") -> list[str]:
    """Build the lessons' notebooks and the generated tables of the pages.

    Args:
        numbers: numbers of lessons, such as "01"; all lessons and the page of troubles if empty.
        check: write nothing, and only say what is out of date.
        language: a language such as "zh", to build the learner's notebooks in it, and nothing else.

    Returns:
        A line for each file that was written, or with `check` for each one that is out of date; with a `language`, also
        a line for each notebook that is not fully translated.

    Raises:
        MissingTools: if the packages for building are not installed.
        ValueError: if there is no lesson with such a number.
    """
    _need_sources()
    need(*NEEDS, *(["babel"] if language else []))
    from widgets.authoring import (  # here, so that importing this package needs none of them
        building,
        pages,
        translating,
        troubleshooting,
    )

    if language:
        return translating.build(language, numbers, check)
    troubles = [] if numbers else troubleshooting.build(check)
    return [*building.build(numbers, check), *troubles, *pages.build(check)]


def build_course(folder: Path, check: bool, language: str, say: Callable[[str], None]) -> bool:
    """Build the notebooks of a teacher's own course.

    Args:
        folder: of the course.
        check: write nothing, and only say what is out of date.
        language: a language such as "zh", to build the learner's notebooks in it, and nothing else.
        say: is told a line on everything that is done.

    Returns:
        Whether, with `check`, everything is up to date; else True.

    Raises:
        MissingTools: if the packages for building are not installed.
        ValueError: if something in the folder does not hold; nothing is written then.
    """
    need(*NEEDS, *_GRADING, *(["babel"] if language else []))
    if not language:
        from widgets.authoring import own_building

        return own_building.build(folder, check, say)
    from widgets.authoring import own_translating

    lines = own_translating.build(language, folder, check)
    for line in lines:
        say(line)
    return not (check and lines)


def check_course(paths: Sequence[Path], say: Callable[[str], None]) -> None:
    """Try records of exercises, or all that is in the folders of courses.

    Args:
        paths: files and folders.
        say: is told a line on each that holds.

    Raises:
        MissingTools: if the packages for it are not installed.
        ValueError: if something does not hold.
    """
    need(*NEEDS, *_GRADING)
    from widgets.authoring import own_course

    own_course.try_paths(paths, say)


def translate_course(language: str, folder: Path) -> list[str]:
    """Bring the catalogue of a teacher's own course up to date, which is made if there is none.

    Args:
        language: such as "zh".
        folder: of the course.

    Returns:
        A line for each text that needs a translator.

    Raises:
        MissingTools: if the packages for building are not installed.
        ValueError: if there is no course in the folder, or the language is that of the course.
    """
    need(*NEEDS, *_GRADING, "babel")
    from widgets.authoring import own_translating

    return own_translating.update(language, folder)


def translate(language: str, numbers: Sequence[str] = ()) -> list[str]:
    """Bring a language's catalogues up to date with the English, and compile them.

    Args:
        language: such as "zh".
        numbers: numbers of lessons that get a catalogue, besides those that have one.

    Returns:
        A line for each sentence that has changed or is not translated. It is shown in English meanwhile.

    Raises:
        MissingTools: if the packages for building are not installed.
        ValueError: if there is no lesson with such a number.
    """
    _need_sources()
    need(*NEEDS, "babel")
    from widgets.authoring import catalogues, translating

    return [*catalogues.update(language), *translating.update(language, numbers)]


def report() -> list[str]:
    """Count what is translated, in every catalogue.

    Returns:
        A line for each catalogue, such as "zh_CN tapedeck.po: 1701 of 1736 translated".

    Raises:
        MissingTools: if the packages for building are not installed.
    """
    _need_sources()
    need(*NEEDS, "babel")
    from widgets.authoring import catalogues, translating

    return [*catalogues.report(), *translating.report()]


def need(*names: str) -> None:
    """Raise MissingTools if one of these packages is not installed."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        message = _("This needs {names}. Get it with: {command}")
        raise MissingTools(message.format(names=", ".join(missing), command=how_to_install("teach")))


def _need_sources() -> None:
    """Raise MissingTools where only the package is installed."""
    if not (Path(__file__).parents[2] / "solutions").is_dir():
        raise MissingTools(_("The lessons are built from solutions/*.py, which only a copy of Tapedeck's code has."))
