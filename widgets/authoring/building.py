"""Building lessons: each script in solutions/ becomes an executed solution and a learner's notebook."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from widgets.authoring import notebooks
from widgets.common.catalogue import _
from widgets.grading.lesson_reference import refuse_slips

CHECKOUT = Path(__file__).parents[2]


def build(numbers: Iterable[str] = (), check: bool = False, root: Path = CHECKOUT) -> list[str]:
    """Build the lessons with these numbers, all if there are none.

    Args:
        numbers: numbers of lessons, such as "01" or "1".
        check: write nothing.
        root: the checkout.

    Returns:
        A line for each file written, or with `check` for each that is not what it would be built as.
    """
    built_notebooks = [notebook for source in sources(numbers, root) for notebook in built(source, root).items()]
    return deliver(built_notebooks, check, root)


def deliver(files: Iterable[tuple[Path, str]], check: bool, root: Path) -> list[str]:
    """Write files (path and text), or with `check` compare them; return a line for each written or different one."""
    deliver_one = difference if check else write
    return [line for path, text in files if (line := deliver_one(path, text, root))]


def stale(root: Path = CHECKOUT) -> list[str]:
    """Return a line for each notebook whose cells are not those of its script, without running any.

    Outputs are not looked at: nbval compares them with those of a fresh run.
    """
    expected = [pair for source in sources((), root) for pair in _unexecuted(source, root).items()]
    return [out_of_date(path, root) for path, notebook in expected if kept_inputs(path) != inputs_of(notebook)]


def kept_inputs(path: Path) -> list[tuple[Any, ...]] | None:
    """Return what a script decided of a notebook that was built; None if there is none."""
    return inputs_of(nbformat.read(path, as_version=4)) if path.exists() else None


def inputs_of(notebook: Any) -> list[tuple[Any, ...]]:
    """Return what a script decides of a notebook: each cell's id, kind, source and metadata."""
    return [(cell.id, cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


def built(source: Path, root: Path = CHECKOUT) -> dict[Path, str]:
    """Return the two notebooks that one script is built to: text by path."""
    made = _unexecuted(source, root)
    notebooks.execute(made[source.with_suffix(".ipynb")], source.parent)
    return {path: text_of(notebook) for path, notebook in made.items()}


def _unexecuted(source: Path, root: Path) -> dict[Path, Any]:
    """Return a script's solution, without outputs, and the learner's notebook, by path."""
    notebook, stubs = notebooks.read_script(source)
    lesson = root / "lessons" / f"{source.stem}.ipynb"
    for_learners = notebooks.with_installation(notebooks.for_learners(notebook, stubs))
    refuse_slips(source.with_suffix(".ipynb"), notebook, for_learners, {})
    return {source.with_suffix(".ipynb"): notebook, lesson: for_learners}


def sources(numbers: Iterable[str], root: Path) -> list[Path]:
    """Find the scripts of lessons.

    Args:
        numbers: numbers of lessons, such as "01" or "1"; all lessons if empty.
        root: the checkout.

    Returns:
        The paths of the scripts, in the order of `numbers`.

    Raises:
        ValueError: if there is no such lesson; the message names those there are.
    """
    known = {path.name[:2]: path for path in sorted((root / "solutions").glob("[0-9][0-9]_*.py"))}
    wanted = [str(number).zfill(2) for number in numbers] or list(known)
    unknown = [number for number in wanted if number not in known]
    if unknown or not known:
        message = _("There is no lesson {numbers} in {folder}; there are: {known}.")
        folder = root / "solutions"
        raise ValueError(message.format(numbers=", ".join(unknown), folder=folder, known=", ".join(known) or _("none")))
    return [known[number] for number in wanted]


def text_of(notebook: Any) -> str:
    """Return a notebook as the text of its file."""
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def write(path: Path, text: str, root: Path) -> str:
    """Write a file, and return a line that says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return _("built {path}").format(path=path.relative_to(root).as_posix())


def difference(path: Path, text: str, root: Path) -> str:
    """Return a line if a file is not what it would be built as, else ""."""
    same = path.exists() and _without_pictures(path.read_text(encoding="utf-8")) == _without_pictures(text)
    return "" if same else out_of_date(path, root)


def out_of_date(path: Path, root: Path) -> str:
    """Return a line that says what is the matter with a file that is not what it would be built as."""
    message = (
        _("{path} is not what its source builds: run `tapedeck build`.")
        if path.exists()
        else _("{path} is missing: run `tapedeck build`.")
    )
    return message.format(path=path.relative_to(root).as_posix())


def _without_pictures(text: str) -> str:
    """Keep of a PNG only that it is there.

    Its bytes depend on fonts and on matplotlib's version; what it shows is in the text beside it, which counts.
    """
    return re.sub(r'"image/png": (\[[^\]]*\]|"[^"]*")', '"image/png": "a picture"', text)
