"""Lessons in another language: the same cells, the prose from a catalogue, paragraph by paragraph.

A lesson's catalogue is `solutions/locale/zh_CN/NN_name.po`. A paragraph that it lacks stays English, and is counted.
The lines of a paragraph are joined before they become a key, so that wrapping it anew loses no translation.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from nbgrader.preprocessors import ComputeChecksums

from widgets.authoring import building, catalogues, notebooks
from widgets.common.catalogue import _

_BREAK = "\n\n"
_COMMENT = re.compile(r"(?<=# )(?<!## )\S.*$", re.MULTILINE)
_OWN_LINE = re.compile(r"\s*([-*+] |\d+\. |#+ |\||>|```|~~~|\$\$)")
"""A line that Markdown does not join to the one before: an item, a heading, a row, a quotation, code, a formula."""


def build(language: str, numbers: Iterable[str] = (), check: bool = False, root: Path = building.CHECKOUT) -> list[str]:
    """Build lessons in a language, those that have a catalogue if no `numbers` are given; return lines to print."""
    return [line for source in _sources(language, numbers, root) for line in _built(source, language, check, root)]


def built(source: Path, language: str, root: Path = building.CHECKOUT) -> tuple[Path, str, list[str]]:
    """Return the path of a script's lesson in a language, its text, and the paragraphs that stayed English."""
    known = catalogues.translations(_catalogue(source, language))
    lesson = _english(source)
    lacking = [text for text in texts_of(lesson) if text not in known]
    text = building.text_of(notebooks.with_installation(translated(lesson, known, language)))
    return root / "lessons" / language / f"{source.stem}.ipynb", text, lacking


def update(language: str, numbers: Iterable[str] = (), root: Path = building.CHECKOUT) -> list[str]:
    """Bring the catalogues of lessons up to date; return a line for each text that needs a translator."""
    numbers = list(numbers)
    wanted = [*_sources(language, (), root), *(building.sources(numbers, root) if numbers else [])]
    return [line for source in dict.fromkeys(wanted) for line in _updated(source, language, root)]


def report(root: Path = building.CHECKOUT) -> list[str]:
    """Return a line for each lesson that has a catalogue: how many of its paragraphs are translated."""
    paths = sorted((root / "solutions" / "locale").glob("*/*.po"))
    return [
        catalogues.counted(path, path.parent.name, texts_of(_english(root / "solutions" / f"{path.stem}.py")))
        for path in paths
    ]


def said_by_lesson(source: Path) -> Catalog:
    """Return a Catalog of the paragraphs and comments of a lesson."""
    found = Catalog()
    for text in texts_of(_english(source)):
        found.add(text, locations=[(f"solutions/{source.name}", 1)])
    return found


def translated(lesson: Any, known: Mapping[str, str], language: str) -> Any:
    """Return a copy of a lesson with what is `known` (English to translation), whose widgets speak the language too."""
    lesson = copy.deepcopy(lesson)
    for cell in lesson.cells:
        cell.source = _translated(cell, known)
    first = next(cell for cell in lesson.cells if cell.cell_type == "code")
    first.source = f"%env TAPEDECK_LANG={language}\n{first.source}"
    return ComputeChecksums().preprocess(lesson, {})[0]


def joined(paragraph: str) -> str:
    r"""Join the lines of a paragraph that Markdown joins.

    Args:
        paragraph: Markdown without empty lines.

    Returns:
        The paragraph; list items, rows, headings, code and hard line breaks keep their lines.

    Example:
        >>> joined("- one item,\n  wrapped\n- another")
        '- one item, wrapped\n- another'
    """
    lines: list[str] = []
    in_code = False
    for line in paragraph.split("\n"):
        fence = line.lstrip().startswith(("```", "~~~"))
        stands_alone = in_code or fence or _OWN_LINE.match(line) or not lines or _ends(lines[-1])
        in_code ^= fence
        if stands_alone:
            lines.append(line)
        else:
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
    return "\n".join(lines)


def _ends(line: str) -> bool:
    """Whether the next line is not joined to this one: after a heading, a row, code, or a hard line break."""
    return line.startswith(("#", "|", "```", "~~~")) or line.endswith(("  ", "\\", "$$"))


def _translated(cell: Any, known: Mapping[str, str]) -> str:
    if cell.cell_type == "markdown":
        return _BREAK.join(known.get(joined(text), text) for text in cell.source.split(_BREAK))
    return _COMMENT.sub(lambda comment: known.get(comment[0], comment[0]), cell.source)


def texts_of(lesson: Any) -> list[str]:
    """Return what is to be translated, in order, each text once."""

    def texts() -> Iterator[str]:
        for cell in lesson.cells:
            if cell.cell_type == "markdown":
                yield from map(joined, cell.source.split(_BREAK))
            else:
                yield from _COMMENT.findall(cell.source)

    return list(dict.fromkeys(filter(None, texts())))


def _english(source: Path) -> Any:
    return notebooks.for_learners(*notebooks.read_script(source))


def _catalogue(source: Path, language: str) -> Path:
    return source.parent / "locale" / catalogues.folder_of(language) / f"{source.stem}.po"


def _sources(language: str, numbers: Iterable[str], root: Path) -> list[Path]:
    """Return the scripts of these lessons, or of those that have a catalogue."""
    numbers = list(numbers)
    return [source for source in building.sources(numbers, root) if numbers or _catalogue(source, language).exists()]


def _built(source: Path, language: str, check: bool, root: Path) -> Iterator[str]:
    path, text, lacking = built(source, language, root)
    yield from building.deliver([(path, text)], check, root)
    if lacking:
        message = _("{path}: still in English: {count} of its paragraphs. `tapedeck translate {language}` says which.")
        yield message.format(path=path.relative_to(root).as_posix(), count=len(lacking), language=language)


def _updated(source: Path, language: str, root: Path) -> list[str]:
    return catalogues.brought_up_to_date(_catalogue(source, language), said_by_lesson(source), language)[1]
