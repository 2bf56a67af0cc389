"""The still of a view: its picture, and how to make it live again, for where its kernel is gone or never was.

A notebook that is opened again has only the outputs in its file. JupyterLab then shows of a view nothing but "model not
found", whatever else the view's output has. So a second output stands before it: HTML, which every reader of notebooks
shows. The live view hides it (`view/model.js`).
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from IPython import get_ipython
from IPython.display import publish_display_data

from widgets.common.catalogue import _
from widgets.common.grader_protocol import is_grading

SEEN_ABOVE = "<!-- its picture is above -->"
"""What a view's own output has as HTML: its picture, which PDF needs there, would else be seen twice."""

# A still waits before it is seen in JupyterLab, so that it does not flash before the live view is there.
_STYLE = (
    "@keyframes tapedeck-still{from{max-height:0;overflow:hidden;visibility:hidden}}"
    ".lm-Widget .tapedeck-still{animation:tapedeck-still 1.5s step-end}"
    ".jp-OutputArea-child:has(.tapedeck-still)+.jp-OutputArea-child .jupyter-widgets:not(:has(*)){display:none}"
)


def is_wanted() -> bool:
    """Return whether somebody looks at the cell that runs, in a notebook that may be opened again.

    A program that runs a notebook, such as nbval, nbclient, or nbconvert, says that nobody can be asked for input.
    nbval compares each output with the one that is kept: none may come beside it.
    """
    kernel: Any = getattr(get_ipython(), "kernel", None)
    if kernel is None or is_grading():
        return False
    request = kernel.get_parent() or {}  # https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute
    return bool(request.get("content", {}).get("allow_stdin"))


def publish(key: str, title: str, twins: Mapping[str, str]) -> None:
    """Show a still.

    Args:
        key: the view's own, by which it hides this still.
        title: what the picture is of.
        twins: the view as text and, if it has one, as a picture: base64 by mime type.
    """
    sentence = _("Run this cell to make it live, after the cells above it.")
    shown = {"text/html": _still(key, title, twins, sentence), "text/plain": sentence}
    publish_display_data(shown)  # type: ignore[no-untyped-call]


def _still(key: str, title: str, twins: Mapping[str, str], sentence: str) -> str:
    """Return a still as HTML. Where styles and classes are taken out, it is a picture and a sentence all the same."""
    picture = twins.get("image/png")
    seen = (
        f'<img src="data:image/png;base64,{picture}" alt="{html.escape(title)}">'
        if picture
        else f"<pre>{html.escape(twins['text/plain'])}</pre>"
    )
    return f'<div class="tapedeck-still tapedeck-still-{key}"><style>{_STYLE}</style>{seen}<p>▶ {sentence}</p></div>'
