"""A Graded as the text of a file and back. The text is all ASCII, and nothing in it is secret."""

import dataclasses
import json

from widgets.grading.facts import KINDS, Graded, Submission, Verdict

VERSION = 1
"""Of the file's form. What has another number is graded anew."""


def as_json(graded, basis):
    """Return the text that keeps a Graded, with what it was found out on the basis of."""
    facts = {"tapedeck": VERSION, "basis": basis, "points": graded.points, "out_of": graded.out_of}
    return json.dumps({**facts, **dataclasses.asdict(graded)}, indent=1) + "\n"


def from_json(text):
    """Return the Graded and the basis in a file's text; None and "" where it is no such text."""
    try:
        return _from_facts(json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None, ""


def _from_facts(facts):
    if facts.pop("tapedeck") != VERSION:
        return None, ""
    basis, _points, _out_of = facts.pop("basis"), facts.pop("points"), facts.pop("out_of")
    submission, verdicts = Submission(**facts.pop("submission")), tuple(map(_verdict, facts.pop("verdicts")))
    return Graded(submission, verdicts, **{**facts, "notes": tuple(facts["notes"])}), basis


def _verdict(facts):
    verdict = Verdict(**{**facts, "advisories": tuple(facts["advisories"])})
    if verdict.kind not in KINDS:
        raise ValueError(verdict.kind)
    return verdict
