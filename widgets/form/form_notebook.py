"""The notebook in which a class takes a form: what it is about, a cell that shows it, and a cell that hands it in."""

from __future__ import annotations

import json
from typing import Any

from widgets.common.catalogue import _
from widgets.common.distribution import colab_install
from widgets.form.answer_record import as_code
from widgets.form.model import PRE
from widgets.form.text import title_of

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in JupyterLab, and in Colab


def form_notebook(form: str) -> str:
    """Return the text of the notebook of a form. What is right is not in it."""
    aim = (
        _("It shows your teacher what the class knows already. After the course comes one like it, with other numbers.")
        if form == PRE
        else _("It shows your teacher what the class has learned.")
    )
    about = [
        f"# {title_of(form)}",
        _("These take about ten minutes. Answer without running code and without books; pen and paper are fine.")
        + " "
        + aim,
        _('Please do not guess: choose "I do not know" where you do not. Nothing here says what is right.'),
        _("Run the next cell with **Shift + Enter**, and answer below it. Each answer is kept as soon as you give it."),
    ]
    end = [
        "## " + _("When you have finished"),
        _("Run the next cell: it writes your answers into this notebook. Save it, and send the file to your teacher."),
        _("You can still change an answer above: run the next cell again then."),
    ]
    cells = [
        _cell("code", "install", colab_install(), _FOLDED),
        _cell("markdown", "about", "\n\n".join(about)),
        _cell("code", "form", f'from widgets.form import take\n\ntake("{form}")'),
        _cell("markdown", "end", "\n\n".join(end)),
        _cell("code", "hand-in", as_code(form, {})),
    ]
    metadata = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, name: str, source: str, metadata: Any = None) -> dict[str, Any]:
    cell = {"cell_type": kind, "id": name, "metadata": metadata or {}, "source": source.splitlines(keepends=True)}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
