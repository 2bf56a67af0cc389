"""The catalogues of translations: what the code says is extracted, and each catalogue brought up to date with it.

A translator edits a .po file and runs `tapedeck translate LANGUAGE`. What is read while learning is the .mo, compiled.
"""

from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from widgets.common.catalogue import DOMAIN, _, languages

CHECKOUT = Path(__file__).parents[2]
_WIDTH = 110
_AUTHORS = "The Tapedeck authors"
_OURS = {
    "project": "Tapedeck",
    "version": "1",
    "header_comment": "# Written for `tapedeck translate`. The words to keep to: the glossary in tapedeck.po.",
    "last_translator": _AUTHORS,
    "language_team": _AUTHORS,
    "msgid_bugs_address": _AUTHORS,
    "fuzzy": False,
}


def folder_of(language):
    """Return the folder that a language's catalogues are in, as gettext names it: zh_CN for zh."""
    return languages({"TAPEDECK_LANG": language})[0]


def widgets_catalogue(language, root=CHECKOUT):
    """Return the path of the catalogue of all that the widgets say."""
    return root / "widgets" / "common" / "locale" / folder_of(language) / "LC_MESSAGES" / f"{DOMAIN}.po"


def said_by_widgets(root=CHECKOUT):
    """Return a Catalog of every text that goes through `_`, with the files that say it."""
    found = Catalog(**_OURS)
    for name, line, message, *_rest in extract_from_dir(root / "widgets", [("**.py", "python")], keywords={"_": None}):
        found.add(message, locations=[(f"widgets/{Path(name).as_posix()}", line)])
    return found


def update(language, root=CHECKOUT):
    """Bring the widgets' catalogue up to date, compile it, and return lines that tell what is amiss."""
    path = widgets_catalogue(language, root)
    found, lines = brought_up_to_date(path, said_by_widgets(root), language, sort_by_file=True)
    with path.with_suffix(".mo").open("wb") as file:
        mofile.write_mo(file, found)
    return lines


def brought_up_to_date(path, said, language, **layout):
    """Write the catalogue at `path` with exactly the texts of `said`; return it, and lines that tell what is amiss.

    A text that changed is a new one: the old translation is in the line, to be used again.
    """
    found = read(path) if path.exists() else Catalog(locale=folder_of(language), **_OURS)
    found.update(said, no_fuzzy_matching=True, update_creation_date=False)
    gone = [f"{message.id!r} ({message.string})" for message in found.obsolete.values()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        pofile.write_po(file, found, width=_WIDTH, include_lineno=False, ignore_obsolete=True, **layout)
    lines = [_("no longer said: {text}").format(text=text) for text in gone]
    return found, [f"{path.name}: {line}" for line in [*lines, *amiss(found)]]


def read(path):
    """Return the Catalog in a .po file."""
    with path.open("rb") as file:
        return pofile.read_po(file)


def amiss(catalogue):
    """Return a line for each text that has no translation, or one that nobody has confirmed."""
    return [
        (_("to be confirmed: {text}") if message.string else _("not translated: {text}")).format(text=repr(message.id))
        for message in catalogue
        if message.id and (message.fuzzy or not message.string)
    ]


def translations(path):
    """Return what is translated in a .po file, English to translation; nothing if there is no such file."""
    messages = read(path) if path.exists() else ()
    return {message.id: message.string for message in messages if message.id and message.string and not message.fuzzy}
