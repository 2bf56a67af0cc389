"""The cells of an executed notebook as HTML: prose, code, and outputs, in which views and predictions live on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from nbconvert.filters import Highlight2HTML, ansi2html

from widgets.common.catalogue import _
from widgets.common.widget import to_json
from widgets.site.packing import OUTCOME, VIEW
from widgets.site.page_markdown import page_html
from widgets.site.site_execution import is_answer

_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
_PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class PageCell:
    """A cell of a page.

    Attributes:
        kind: "prose", "code", or "answer", which is shown only to who asks.
        source: the prose or the code, as HTML.
        outputs: what the code gave, each as HTML.
        words: what is searched.
        part: the name of the heading that it stands under; "" above the first.
        heading: that heading's HTML.
    """

    kind: str
    source: str
    outputs: tuple[str, ...]
    words: str
    part: str
    heading: str


def page_cells(notebook: Any, pages: Collection[str], headings: list[tuple[int, str, str]]) -> list[PageCell]:
    """Return the cells of a notebook for its page.

    Args:
        notebook: executed.
        pages: the names of the pages of the site, to which links lead.
        headings: gets the level, name, and HTML of each heading.

    Returns:
        The cells, in their order.
    """
    cells, highlight = [], Highlight2HTML(pygments_lexer="ipython3")
    outputs: tuple[str, ...]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            kind = "answer" if is_answer(cell) else "prose"
            source = page_html(_MARKS.sub("", cell.source), pages, headings)
        elif cell.cell_type == "code" and (cell.source.strip() or cell.outputs):
            kind = "answer" if is_answer(cell) else "code"
            source = highlight(_MARKS.sub("", cell.source))
        else:
            continue
        _level, part, heading = headings[-1] if headings else (0, "", "")
        outputs = tuple(_outputs(cell.get("outputs", [])))
        cells.append(PageCell(kind, source, outputs, cell.source if kind == "prose" else "", part, heading))
    return cells


def _outputs(outputs: list[Any]) -> Iterator[str]:
    """Yield outputs as HTML. What `check` has said of a prediction stands where the learner's own is compared."""
    said = [output.data[OUTCOME]["said"] for output in outputs if OUTCOME in output.get("data", {})]
    for output in outputs:
        if output.output_type == "stream":
            text = output.text
            for sentence in said:
                text = text.replace(f"{sentence}\n", "")
            if text.strip() and output.name == "stdout":
                yield _text(text)
        elif output.output_type == "error":
            yield _text("\n".join(output.traceback))
        else:
            yield _shown(output.data)


def _text(text: str) -> str:
    return f'<pre class="said">{ansi2html(text.rstrip())}</pre>'


def _shown(data: Any) -> str:
    """Return the richest form of what was displayed that loads nothing and runs nothing else."""
    for kind, name in ((VIEW, "view"), (OUTCOME, "outcome")):
        if kind in data:
            facts = to_json(data[kind]).replace("<", "\\u003c")
            else_text = f"<pre>{escape(data.get('text/plain', ''))}</pre>"
            sentence = _("This page needs JavaScript to be live.")
            waiting = f"<noscript><p>{sentence}</p>{else_text}</noscript>"
            return f'<div class="live live-{name}">{waiting}<script type="application/json">{facts}</script></div>'
    if "text/html" in data:
        return f'<div class="rich">{data["text/html"]}</div>'
    for kind in _PICTURES:
        if kind in data:
            alt = escape(data.get("text/plain", ""), quote=True)
            return f'<img src="data:{kind};base64,{data[kind].strip()}" alt="{alt}">'
    if "text/markdown" in data:
        return page_html(data["text/markdown"], (), [])
    return _text(data.get("text/plain", ""))
