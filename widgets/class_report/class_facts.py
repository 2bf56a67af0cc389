"""A class as its page shows it: everybody's answers, what follows for each exercise, and what most learners share."""

from __future__ import annotations

import collections
import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence

from widgets.class_report.item_statistics import TRIED_IN_VAIN, is_specific, misconception_rows
from widgets.class_report.model import Item, Response
from widgets.common.grader_protocol import MisconceptionRow
from widgets.grading.lesson_reference import LessonReference

HELP, EXAMPLES = "help", "examples"
"""What can be left out of the page."""

TOMORROW = 3
"""So many misconceptions to talk about are chosen."""

_SHARED = 2  # by so many learners, at least, is what a class is to talk about


@dataclasses.dataclass(frozen=True)
class ClassFacts:
    """What the page is about.

    Attributes:
        responses: how each exercise of each learner stands.
        items: the exercises, as the class answered them.
        lessons: every lesson's reference by name.
        missing: what learners are called who are on the roster and have handed in nothing.
        unlisted: learners who are not on the roster.
        called: what the roster calls learners, by the names of their folders or files.
        questions: what a teacher may ask about a lesson, by its number, as `lessons/README.md` has it.
        left_out: HELP, EXAMPLES or both.
    """

    responses: Sequence[Response]
    items: Sequence[Item]
    lessons: Mapping[str, LessonReference]
    missing: Sequence[str] = ()
    unlisted: Sequence[str] = ()
    called: Mapping[str, str] = dataclasses.field(default_factory=dict)
    questions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    @property
    def learners(self) -> list[str]:
        """All learners who have handed in a lesson."""
        return list(dict.fromkeys(one.learner for one in self.responses))

    @functools.cached_property
    def names(self) -> list[str]:
        """Whatever anybody of the class is called."""
        return [*map(self.whole_name, self.learners), *self.missing]

    def whole_name(self, learner: str) -> str:
        """Return all that a learner is called."""
        return f"{learner} {self.called.get(learner, '')}".strip()

    @functools.cached_property
    def rows(self) -> dict[str, MisconceptionRow]:
        """What is said of each misconception, by its code."""
        return misconception_rows(self.lessons)


def shared_misconceptions(facts: ClassFacts) -> list[str]:
    """Return the codes of the misconceptions that most learners share, at most TOMORROW."""
    learners: dict[str, set[str]] = collections.defaultdict(set)
    for one in facts.responses:
        if one.kind in TRIED_IN_VAIN and is_specific(one.code, facts.rows):
            learners[one.code].add(one.learner)
    shared = [code for code, names in learners.items() if len(names) >= _SHARED]
    return sorted(shared, key=lambda code: (-len(learners[code]), code))[:TOMORROW]


def questions_of(readme: str) -> dict[str, str]:
    """Return the first questions that the teachers' page suggests for each lesson, by the lesson's number."""
    found = {}
    for part in re.split(r"^## ", readme, flags=re.MULTILINE):
        number = re.match(r"(\d+) · ", part)
        asked = re.search(r"^- \*\*Ask:\*\* (.+)$", part, re.MULTILINE)
        if number and asked:
            found[number[1].zfill(2)] = asked[1]
    return found
