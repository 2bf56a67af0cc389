"""The catalogues of translations: sentences are extracted from the code, and each catalogue is kept up to date.

A translator edits a .po file and runs `tapedeck translate LANGUAGE`. Learners read the compiled .mo, which is in
the wheel and not in git. A sentence without a translation is shown in English; `tapedeck translate --report` counts
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from widgets.authoring.building import CHECKOUT
from widgets.common.catalogue import DOMAIN, _, languages

_WIDTH = 110
_AUTHORS = "The Tapedeck authors"


class _Header(TypedDict):
    project: str
    version: str
    header_comment: str
    last_translator: str
    language_team: str
    msgid_bugs_address: str
    fuzzy: bool


_HEADER: _Header = {
    "project": "Tapedeck",
    "version": "1",
    "header_comment": "# Written for `tapedeck translate`. The words to keep to: the glossary in tapedeck.po.",
    "last_translator": _AUTHORS,
    "language_team": _AUTHORS,
    "msgid_bugs_address": _AUTHORS,
    "fuzzy": False,
}


def folder_of(language: str) -> str:
    """Return the folder of a language's catalogues, as gettext names it: zh_CN for zh."""
    return languages({"TAPEDECK_LANG": language})[0]


def widgets_catalogue(language: str, root: Path = CHECKOUT) -> Path:
    """Return the path of the catalogue of everything that the widgets say."""
    return root / "widgets" / "common" / "locale" / folder_of(language) / "LC_MESSAGES" / f"{DOMAIN}.po"


def said_by_widgets(root: Path = CHECKOUT) -> Catalog:
    """Return every text that goes through `_`, with the files that say it."""
    found = Catalog(**_HEADER)
    for name, line, message, *_rest in extract_from_dir(root / "widgets", [("**.py", "python")], keywords={"_": None}):
        found.add(message, locations=[(f"widgets/{Path(name).as_posix()}", line)])
    return found


def update(language: str, root: Path = CHECKOUT) -> list[str]:
    """Bring the widgets' catalogue up to date, compile it, and return a line for each text that needs a translator."""
    path = widgets_catalogue(language, root)
    found, lines = brought_up_to_date(path, said_by_widgets(root), language, sort_by_file=True)
    with path.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, found)
    return lines


def report(root: Path = CHECKOUT) -> list[str]:
    """Return a line for each language of the widgets: how many of their sentences are translated."""
    said = [message.id for message in said_by_widgets(root) if message.id]
    paths = sorted((root / "widgets" / "common" / "locale").glob("*/LC_MESSAGES/*.po"))
    return [counted(path, path.parents[1].name, said) for path in paths]


def counted(path: Path, language: str, texts: Iterable[Any]) -> str:
    """Return a line that says how many of these texts a catalogue translates."""
    texts, known = list(texts), translations(path)
    message = _("{language} {name}: {done} of {all} translated")
    done = sum(text in known for text in texts)
    return message.format(language=language, name=path.name, done=done, all=len(texts))


def brought_up_to_date(path: Path, said: Catalog, language: str, **layout: Any) -> tuple[Catalog, list[str]]:
    """Write the catalogue at `path` with exactly the texts of `said`.

    Args:
        path: the .po file, which need not exist.
        said: the texts.
        language: such as "zh".
        **layout: passed on to `babel.messages.pofile.write_po`.

    Returns:
        The catalogue, and a line for each text that needs a translator. A text that changed is a new one: its old
        translation is in the line, to be used again.
    """
    found = read(path) if path.exists() else Catalog(locale=folder_of(language), **_HEADER)
    found.update(said, no_fuzzy_matching=True, update_creation_date=False)
    gone = [f"{message.id!r} ({message.string})" for message in found.obsolete.values()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pofile.write_po(file, found, width=_WIDTH, include_lineno=False, ignore_obsolete=True, **layout)
    lines = [_("no longer said: {text}").format(text=text) for text in gone]
    return found, [f"{path.name}: {line}" for line in [*lines, *problems(found)]]


def read(path: Path) -> Catalog:
    """Return the Catalog in a .po file."""
    with path.open("rb") as file:
        return pofile.read_po(file)


def problems(catalogue: Catalog) -> list[str]:
    """Return a line for each text that has no translation, or one that nobody has confirmed."""
    return [
        (_("to be confirmed: {text}") if message.string else _("not translated: {text}")).format(text=repr(message.id))
        for message in catalogue
        if message.id and (message.fuzzy or not message.string)
    ]


def translations(path: Path) -> dict[Any, Any]:
    """Return the confirmed translations in a .po file, English to translation; none if there is no such file."""
    messages: Iterable[Any] = read(path) if path.exists() else ()
    return {message.id: message.string for message in messages if message.id and message.string and not message.fuzzy}
