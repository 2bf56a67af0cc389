"""The forms that a class has handed in: which files, whose, and the answers in each. Nothing of them is run."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from widgets.common.catalogue import _
from widgets.common.notebook_text import joined_text
from widgets.form.answer_record import AnswerRecord, records_in_code, records_in_text
from widgets.form.model import FORMS
from widgets.form.questions import parts_of
from widgets.form.standing import Answer
from widgets.grading.archives import BadArchive, class_folder, is_archive, unpack
from widgets.grading.collection import FoundFile, RefusedPath, archives_in, collect
from widgets.grading.notebook_reader import MOST_BYTES, cell_entries
from widgets.grading.untrusted import UnreadableFile, escaped, read_regular_file

_MOODLE = "_assignsubmission_"
_WORDS = {"form", "pre", "post", "before", "after"}
_LONGEST_NAMES = 200  # letters of names that no question has


@dataclass(frozen=True)
class TakenForm:
    """The answers that one file has to one form.

    Attributes:
        form: PRE or POST.
        learner: whose it is.
        file: its name.
        answers: by the name of what was asked.
        at: when the last of them was given, as far as the file tells.
        is_handed_in: whether the cell that hands in has run.
        name: the learner's without Moodle's number, which is another one in each assignment; "" elsewhere.
    """

    form: str
    learner: str
    file: str
    answers: Mapping[str, Answer]
    at: str
    is_handed_in: bool
    name: str = ""


@dataclass(frozen=True)
class Learner:
    """What one learner has handed in.

    Attributes:
        name: as the folder, or the learning platform, calls the learner.
        taken: the form that counts, by its name.
        notes: what the teacher should know of it, in sentences.
    """

    name: str
    taken: Mapping[str, TakenForm]
    notes: tuple[str, ...] = ()


@dataclass
class _Findings:
    taken: list[TakenForm] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_class(paths: Sequence[str | Path]) -> tuple[tuple[Learner, ...], tuple[str, ...]]:
    """Return what a class has handed in.

    Args:
        paths: folders as `tapedeck grade` takes them, zips of such folders, and notebooks.

    Returns:
        The learners by name, and in a line each what could not be read.
    """
    findings = _Findings()
    with ExitStack() as stack:
        for path in map(Path, paths):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            if is_archive(path):
                _unpack(path, folder, findings)
                _read_folder(class_folder(folder), path, findings)
                continue
            _read_folder(path, path, findings)
            inside = list(archives_in(path)) if path.is_dir() and not path.is_symlink() else []
            for archive in inside:
                _unpack(archive, folder / archive.relative_to(path).with_suffix(""), findings)
            if any(folder.iterdir()):
                _read_folder(folder, path, findings)
    taken = list(_with_one_name(findings.taken))
    names = sorted({one.learner for one in taken})
    learners = [_learner(name, [one for one in taken if one.learner == name]) for name in names]
    return tuple(learners), tuple(findings.problems)


def _with_one_name(taken: Sequence[TakenForm]) -> Iterator[TakenForm]:
    """Yield the forms; two of one learner, from Moodle, under one name, unless two learners have that name."""
    numbers: dict[tuple[str, str], set[str]] = {}
    for one in taken:
        numbers.setdefault((one.name, one.form), set()).add(one.learner)
    for one in taken:
        is_clear = one.name and all(len(numbers.get((one.name, form), ())) < 2 for form in FORMS)
        yield replace(one, learner=one.name) if is_clear else one


def _unpack(archive: Path, folder: Path, findings: _Findings) -> None:
    try:
        left_out = unpack(archive, folder)
    except (BadArchive, OSError) as error:
        findings.problems.append(f"{archive}: {error}")
        return
    findings.problems += [f"{archive}: {name}: {reason}" for name, reason in left_out]


def _read_folder(path: Path, shown: Path, findings: _Findings) -> None:
    """Read all notebooks at a path; `shown` is what the teacher calls it."""
    found, refused = collect([path])
    findings.problems += [
        f"{_as_shown(one.path, path, shown)}: {one.reason}" for one in refused if isinstance(one, RefusedPath)
    ]
    for one in found:
        name = escaped(_as_shown(one.submission.path, path, shown))
        if one.problem:
            findings.problems.append(f"{name}: {one.problem}")
            continue
        try:
            entries = cell_entries(read_regular_file(one.submission.path, MOST_BYTES))
        except UnreadableFile as problem:
            findings.problems.append(f"{name}: {problem}")
            continue
        moodle = (
            next((part for part in Path(name).parts if _MOODLE in part), "").partition(_MOODLE)[0].rpartition("_")[0]
        )
        taken = [replace(form, name=moodle) for form in _forms_in(entries, _learner_of(one, path), name)]
        if not taken and _is_of_a_form(entries):
            findings.problems.append(
                f"{name}: " + _("There are no answers in this file. Ask for it again, saved after the last cell.")
            )
        findings.taken += taken


def _as_shown(file: str, folder: Path, shown: Path) -> str:
    """Return a file's path as the teacher knows it, also from inside a zip."""
    whole = Path(file).absolute()
    inside = whole.relative_to(folder.absolute()) if whole.is_relative_to(folder.absolute()) else whole
    return str(shown / inside) if inside.parts else str(shown)


def _learner_of(found: FoundFile, folder: Path) -> str:
    """Return whose a file is. One beside those of others, as `ada_pre.ipynb`, is its name's without the form's."""
    path = Path(found.submission.path)
    is_alone = path.parent == folder.absolute() or path == folder.absolute()
    if found.platform or not is_alone or folder.absolute().parent.name == "submitted":
        return found.submission.learner
    words = [word for word in re.split(r"[\s_.-]+", path.stem) if word.lower() not in _WORDS]
    return escaped("_".join(filter(None, words)) or found.submission.learner or path.stem)


def _forms_in(entries: Sequence[Any], learner: str, file: str) -> Iterator[TakenForm]:
    """Yield a file's forms: the last answer to each part counts, so that none is lost where a cell has run again."""
    by_form: dict[str, list[AnswerRecord]] = {}
    for record in sorted(_records(entries), key=lambda record: (record.at, record.is_handed_in)):
        by_form.setdefault(record.form, []).append(record)
    for form, records in by_form.items():
        answers = {name: answer for record in records for name, answer in record.answers.items()}
        if any(answers.values()):
            is_handed_in = any(record.is_handed_in or not record.at for record in records)
            yield TakenForm(form, learner, file, answers, records[-1].at, is_handed_in)


def _records(entries: Sequence[Any]) -> Iterator[AnswerRecord]:
    for cell in entries:
        if isinstance(cell, dict):
            yield from records_in_code(joined_text(cell.get("source")) or "")
            outputs = cell.get("outputs")
            for output in outputs if isinstance(outputs, list) else ():
                data = output.get("data") if isinstance(output, dict) else None
                yield from records_in_text((isinstance(data, dict) and joined_text(data.get("text/plain"))) or "")


def _is_of_a_form(entries: Sequence[Any]) -> bool:
    sources = (joined_text(cell.get("source")) or "" for cell in entries if isinstance(cell, dict))
    return any("widgets.form" in source for source in sources)


def _learner(name: str, taken: Sequence[TakenForm]) -> Learner:
    """Return a learner's forms: of several files of one form, that with the last answers counts."""
    counted, notes = {}, []
    for form in sorted({one.form for one in taken}, reverse=True):
        *earlier, last = sorted((one for one in taken if one.form == form), key=lambda one: (one.at, one.is_handed_in))
        counted[form] = last
        if earlier:
            files = ", ".join(one.file for one in earlier)
            notes.append(_("{form}: {file} counts, not {files}.").format(form=form, file=last.file, files=files))
        if not last.is_handed_in:
            notes.append(_("{form}: the cell that hands in has not run; what the file has counts.").format(form=form))
        if unknown := [name for name in last.answers if name not in parts_of(form)]:
            said = _("{form}: there is no question {names}; what stands there does not count.")
            notes.append(said.format(form=form, names=", ".join(unknown)[:_LONGEST_NAMES]))
    return Learner(name, counted, tuple(notes))
