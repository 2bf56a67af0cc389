"""Lessons in another language: the same cells, the prose from a catalogue, paragraph by paragraph.

A lesson's catalogue is `solutions/locale/zh_CN/NN_name.po`. What it lacks stays English, and is reported.
"""

import copy
import re

from babel.messages.catalog import Catalog
from nbgrader.preprocessors import ComputeChecksums

from widgets.authoring import building, catalogues, learners, script
from widgets.common.catalogue import _

_BREAK = "\n\n"
_COMMENT = re.compile(r"(?<=# )(?<!## )\S.*$", re.MULTILINE)


def build(language, numbers=(), check=False, root=catalogues.CHECKOUT):
    """Build lessons in a language, those that have a catalogue if no `numbers` are given; return lines to print."""
    return [line for source in _sources(language, numbers, root) for line in _built(source, language, check, root)]


def built(source, language, root=catalogues.CHECKOUT):
    """Return the path of a script's lesson in a language, its text, and the paragraphs that stayed English."""
    known = catalogues.translations(_catalogue(source, language))
    lesson = _english(source)
    lacking = [text for text in _paragraphs(lesson) if text not in known]
    text = building.text_of(translated(lesson, known, language))
    return root / "lessons" / language / f"{source.stem}.ipynb", text, lacking


def update(language, numbers=(), root=catalogues.CHECKOUT):
    """Bring the catalogues of lessons up to date; return lines that tell what is amiss."""
    wanted = [*_sources(language, (), root), *(building.sources(numbers, root) if numbers else [])]
    return [line for source in dict.fromkeys(wanted) for line in _updated(source, language, root)]


def said_by_lesson(source):
    """Return a Catalog of the paragraphs and comments of a lesson."""
    found = Catalog()
    for text in _paragraphs(_english(source)):
        found.add(text, locations=[(f"solutions/{source.name}", 1)])
    return found


def translated(lesson, known, language):
    """Return a copy of a lesson with what is `known` (English to translation), whose widgets speak the language too."""
    lesson = copy.deepcopy(lesson)
    for cell in lesson.cells:
        cell.source = _translated(cell, known)
    first = next(cell for cell in lesson.cells if cell.cell_type == "code")
    first.source = f"%env TAPEDECK_LANG={language}\n{first.source}"
    return ComputeChecksums().preprocess(lesson, {})[0]


def _translated(cell, known):
    if cell.cell_type == "markdown":
        return _BREAK.join(known.get(text, text) for text in cell.source.split(_BREAK))
    return _COMMENT.sub(lambda comment: known.get(comment[0], comment[0]), cell.source)


def _paragraphs(lesson):
    """Return what is to be translated, in order, each text once."""
    texts = (
        cell.source.split(_BREAK) if cell.cell_type == "markdown" else _COMMENT.findall(cell.source)
        for cell in lesson.cells
    )
    return list(dict.fromkeys(text for group in texts for text in group if text))


def _english(source):
    return learners.for_learners(*script.read(source))


def _catalogue(source, language):
    return source.parent / "locale" / catalogues.folder_of(language) / f"{source.stem}.po"


def _sources(language, numbers, root):
    """Return the scripts of these lessons, or of those that have a catalogue."""
    return [source for source in building.sources(numbers, root) if numbers or _catalogue(source, language).exists()]


def _built(source, language, check, root):
    path, text, lacking = built(source, language, root)
    report = building.difference if check else building.write
    said = _("{path}: still in English: {count} of its paragraphs. `tapedeck translate {language}` says which.")
    note = said.format(path=path.relative_to(root).as_posix(), count=len(lacking), language=language) if lacking else ""
    return filter(None, (report(path, text, root), note))


def _updated(source, language, root):
    return catalogues.brought_up_to_date(_catalogue(source, language), said_by_lesson(source), language)[1]
