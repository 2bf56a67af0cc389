"""The page of troubles, `lessons/troubleshooting.ipynb`, which `tapedeck build` makes of the records in `symptoms`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from widgets.authoring import building, notebooks
from widgets.authoring.symptoms import SYMPTOMS
from widgets.common.lessons import LESSONS
from widgets.diagnosis.cause import Cause

NAME = "troubleshooting.ipynb"

_TITLE = """# Troubleshooting

What you see, what it comes from, and a short cell for each cause that has the fault on purpose: run it, then mend it.
In a notebook of your own, `explain(record(f))` or `%%tape` and then `explain()` say which of these it is."""

_SETUP = """%load_ext widgets
import numpy as np
import tensorflow as tf

from widgets import explain, record"""


def build(check: bool = False, root: Path = building.CHECKOUT) -> list[str]:
    """Build the page, executed.

    Args:
        check: write nothing.
        root: the checkout.

    Returns:
        A line if it was written, or with `check` if it is not what it would be built as.
    """
    made = notebooks.execute(notebook(), root / "lessons")
    return building.deliver([(root / "lessons" / NAME, building.text_of(made))], check, root)


def notebook() -> Any:
    """Return the page as a notebook without outputs."""
    cells = [_markdown("title", _TITLE), nbformat.v4.new_code_cell(_SETUP, id="setup")]
    for number, symptom in enumerate(SYMPTOMS, 1):
        cells.append(_markdown(f"symptom-{number}", f"## {symptom.title}"))
        for trial in symptom.trials:
            name = trial.cause.code.lower().replace("_", "-")
            cells += [_markdown(f"{name}-why", _about(trial.cause)), nbformat.v4.new_code_cell(trial.code, id=name)]
    return notebooks.with_installation(nbformat.v4.new_notebook(cells=cells, metadata=notebooks.notebook_metadata()))


def _about(cause: Cause) -> str:
    """Return what the record says of a cause; of sentences with blanks the cell below says them filled in."""
    sentences = [sentence for sentence in (cause.cause, cause.repair) if "{" not in sentence]
    lesson = next((lesson for lesson in LESSONS if lesson.number == cause.lesson), None)
    more = [f"[{lesson.number} · {lesson.title}]({lesson.stem}.ipynb)"] if lesson else []
    return "\n\n".join(filter(None, [f"### `{cause.code}`", "  \n".join([*sentences, *more])]))


def _markdown(name: str, source: str) -> Any:
    return nbformat.v4.new_markdown_cell(source, id=name)
