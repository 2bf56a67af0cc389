"""What a batch leaves besides its verdicts: a page for each submission, and a JUnit report."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from widgets.common.writing import write
from widgets.grading.collection import RefusedPath
from widgets.grading.lesson_reference import LessonReference
from widgets.grading.model import GradedSubmission
from widgets.grading.pytest_main import leave_out_grammars
from widgets.grading.untrusted import display_text, escaped
from widgets.grading.verdict_kinds import VERDICTS

_NOT_IN_XML = re.compile("[\ufffe\uffff]")
"""XML cannot represent these two, nor what `escaped` escapes: https://www.w3.org/TR/xml/#charsets."""


def write_page(out: Path, key: str, graded: GradedSubmission, lesson: LessonReference | None) -> None:
    """Write the feedback on a submission, unless there is a page that is newer than the verdict and all marks."""
    page = Path(out, "feedback", f"{key}.html")
    marks = _modified_ns(Path(out, "marks.json")) if lesson and lesson.written else 0
    if _modified_ns(page) <= max(marks, _modified_ns(Path(out, "verdicts", f"{key}.json"))):
        leave_out_grammars()
        from widgets.grading.feedback_page import feedback_page  # here: importing nbconvert takes a moment

        write(page, feedback_page(graded, lesson))


def _modified_ns(path: Path) -> int:
    """Return when a file was written, in nanoseconds; 0 if it does not exist."""
    return os.stat(path).st_mtime_ns if path.exists() else 0


def as_xml(graded: Sequence[GradedSubmission], refused: Sequence[RefusedPath] = ()) -> str:
    """Return the report, with a suite for each submission and a case for each exercise. Refused paths are errors."""
    root = ElementTree.Element("testsuites", name="tapedeck grade")
    for one in graded:
        _add_suite(root, one)
    for path in refused:
        case = _case("refused", path.path, "error", path.reason, path.reason)
        _add_counted(root, path.path, [case], path.path)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _add_suite(root: ElementTree.Element, one: GradedSubmission) -> None:
    name = ".".join(filter(None, (one.submission.learner, one.submission.lesson)))
    cases = [
        _case(verdict.exercise, name, VERDICTS[verdict.kind].junit_tag, verdict.kind, verdict.said)
        for verdict in one.verdicts
    ]
    cases = cases or [_case("notebook", name, "failure", one.problem, one.problem)]
    _add_counted(root, name, cases, one.submission.path)


def _add_counted(root: ElementTree.Element, name: str, cases: list[ElementTree.Element], file: str) -> None:
    tags = [child.tag for case in cases for child in case]
    suite = ElementTree.SubElement(root, "testsuite", name=_xml_text(name), tests=str(len(cases)))
    for counter, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(counter, str(tags.count(tag)))
    suite.extend(cases)
    suite.set("file", _xml_text(file))


def _case(name: str, classname: str, tag: str | None, message: str, said: str) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_xml_text(classname), name=_xml_text(name))
    if tag:
        ElementTree.SubElement(case, tag, message=_xml_text(message)).text = _xml_text(display_text(said))
    return case


def _xml_text(text: str) -> str:
    """Return a text that XML can hold. It may have several lines."""
    return _NOT_IN_XML.sub("\ufffd", escaped(text, keep="\n\t"))
