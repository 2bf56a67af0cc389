"""The verdicts as JUnit's XML, which many a continuous integration shows. The same verdicts, the same bytes.

A wrong answer is a failure, one that was not attempted is skipped, and what the grader itself owes is an error.
"""

import re
from xml.etree import ElementTree

from widgets.grading.facts import FAULT, NOT_ATTEMPTED, PASSED
from widgets.grading.handed_in.names import shown
from widgets.grading.handing_back.harmless import harmless

_NOT_IN_XML = re.compile("[\ufffe\uffff]")
"""XML has no way to write these two, nor what `shown` escapes."""

_TAGS = {PASSED: None, NOT_ATTEMPTED: "skipped", FAULT: "error"}


def as_xml(graded, refused=()):
    """Return the XML of some Graded, a suite for each and a case for each exercise, and of what was Refused."""
    root = ElementTree.Element("testsuites", name="tapedeck grade")
    for one in graded:
        _suite(root, one)
    for path in refused:
        suite = _counted(root, path.path, [_case("refused", path.path, "error", path.reason, path.reason)])
        suite.set("file", plain(path.path))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def plain(text):
    """Return a text that XML can hold. A line may end in it."""
    return _NOT_IN_XML.sub("\ufffd", shown(text, but="\n\t"))


def _suite(root, one):
    name = ".".join(filter(None, (one.submission.learner, one.submission.lesson)))
    cases = [_case(verdict.exercise, name, _tag(verdict.kind), verdict.kind, verdict.said) for verdict in one.verdicts]
    if not cases:
        cases = [_case("notebook", name, "failure", one.problem, one.problem)]
    _counted(root, name, cases).set("file", plain(one.submission.path))


def _counted(root, name, cases):
    tags = [child.tag for case in cases for child in case]
    counts = {f"{kind}s": tags.count(kind) for kind in ("failure", "error")} | {"skipped": tags.count("skipped")}
    counts = {"tests": len(cases), **counts}
    suite = ElementTree.SubElement(root, "testsuite", name=plain(name))
    for count, number in counts.items():
        suite.set(count, str(number))
    suite.extend(cases)
    return suite


def _case(name, whose, tag, message, said):
    case = ElementTree.Element("testcase", classname=plain(whose), name=plain(name))
    if tag:
        ElementTree.SubElement(case, tag, message=plain(message)).text = plain(harmless(said))
    return case


def _tag(kind):
    return _TAGS.get(kind, "failure")
