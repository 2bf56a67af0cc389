"""The Markdown of a notebook as HTML that loads nothing: formulas as MathML, and links to pages of the site."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape
from pathlib import PurePosixPath
from typing import Any

from nbconvert.filters.markdown_mistune import MarkdownWithMath

from widgets.common.mathml import FormulaRenderer

_IS_ELSEWHERE = re.compile(r"[a-z][a-z+.-]*:|#", re.IGNORECASE)


class _Renderer(FormulaRenderer):
    """Renders for one page of a site."""

    def __init__(self, pages: Collection[str], headings: list[tuple[int, str, str]]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self._pages, self._headings = pages, headings

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        name = anchor(text)
        taken = {known for _level, known, _text in self._headings}
        if name in taken:
            name = f"{name}-{len(taken)}"
        self._headings.append((level, name, text))
        return f'<h{level} id="{escape(name)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Link to what is there; of what is not in the site, only the words are left."""
        if _IS_ELSEWHERE.match(url):
            return str(super().link(text, url, title))
        path, _hash, part = url.partition("#")
        page = f"{PurePosixPath(path).stem}.html"
        if page not in self._pages:
            return text
        return str(super().link(text, f"{page}#{part}" if part else page, title))


def anchor(heading: str) -> str:
    """Return the name by which a heading is linked to, as GitHub makes it."""
    words = re.sub(r"<[^>]+>", "", heading).lower()
    return re.sub(r"[^\w -]", "", words).strip().replace(" ", "-") or "section"


def page_html(source: str, pages: Collection[str], headings: list[tuple[int, str, str]]) -> str:
    """Return Markdown as HTML.

    Args:
        source: the Markdown.
        pages: the names of the pages of the site, such as "01_the_tape.html".
        headings: gets the level, name, and HTML of each heading that is found.

    Returns:
        HTML.
    """
    return str(MarkdownWithMath(renderer=_Renderer(pages, headings)).render(source))
