"""Building lessons: each script in solutions/ becomes an executed solution and a learner's notebook."""

import re
from pathlib import Path

import nbformat

from widgets.authoring import learners, running, script
from widgets.common.catalogue import _

_CHECKOUT = Path(__file__).parents[2]


def build(numbers=(), check=False, root=_CHECKOUT):
    """Build the lessons with these numbers (all, if none are given) and return one line for each file written.

    With `check`, write nothing and return one line for each file that is not what it would be built as.
    """
    report = difference if check else write
    notebooks = [notebook for source in sources(numbers, root) for notebook in built(source, root).items()]
    return list(filter(None, (report(path, text, root) for path, text in notebooks)))


def built(source, root=_CHECKOUT):
    """Return the two notebooks that one script is built to, as text by path."""
    notebook, stubs = script.read(source)
    lesson = learners.for_learners(notebook, stubs)
    solution = running.run(notebook, source.parent)
    folders = {source.parent: solution, root / "lessons": lesson}
    return {folder / f"{source.stem}.ipynb": text_of(nb) for folder, nb in folders.items()}


def sources(numbers, root):
    """Return the scripts of the lessons with these numbers, or raise a ValueError that says which there are."""
    sources = {path.name[:2]: path for path in sorted((root / "solutions").glob("[0-9][0-9]_*.py"))}
    wanted = [str(number).zfill(2) for number in numbers] or list(sources)
    unknown = [number for number in wanted if number not in sources]
    if unknown or not sources:
        said = _("There is no lesson {numbers} in {folder}; there are: {known}.")
        folder = root / "solutions"
        raise ValueError(said.format(numbers=", ".join(unknown), folder=folder, known=", ".join(sources) or _("none")))
    return [sources[number] for number in wanted]


def text_of(notebook):
    """Return a notebook as the text of its file."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def write(path, text, root):
    """Write a file, and say so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return _("built {path}").format(path=path.relative_to(root).as_posix())


def difference(path, text, root):
    """Say how a file differs from what it would be built as, or nothing."""
    name = path.relative_to(root).as_posix()
    if not path.exists():
        return _("{path} is missing: run `tapedeck build`.").format(path=name)
    if _without_pictures(path.read_text(encoding="utf-8")) != _without_pictures(text):
        return _("{path} is not what its script builds: run `tapedeck build`.").format(path=name)
    return ""


def _without_pictures(text):
    """Keep of a PNG only that it is there.

    Its bytes depend on fonts and on matplotlib's version; what it shows is said by the text beside it, which counts.
    """
    return re.sub(r'"image/png": (\[[^\]]*\]|"[^"]*")', '"image/png": "a picture"', text)
