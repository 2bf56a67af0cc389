"""A written question, an answer to it, and the mark that a teacher gave, as frozen facts."""

from __future__ import annotations

import dataclasses
import hashlib
import json


@dataclasses.dataclass(frozen=True)
class WrittenQuestion:
    """A question that is answered with text.

    Attributes:
        name: the `grade_id` of its answer cell.
        points: the most that a teacher can give.
        prompt: the source of the Markdown cell before it, which asks the question.
        placeholders: sources of the answer cell as learners get it, in each language.
    """

    name: str
    points: float
    prompt: str = ""
    placeholders: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class OfQuestion:
    """Something about one learner's answer to one question.

    Attributes:
        learner: whose answer it is.
        lesson: the lesson's name.
        question: the question's name.
    """

    learner: str
    lesson: str
    question: str

    @property
    def question_of(self) -> tuple[str, str, str]:
        """Whose answer to what it is."""
        return self.learner, self.lesson, self.question


@dataclasses.dataclass(frozen=True)
class WrittenAnswer(OfQuestion):
    """What one learner has answered to one question.

    Attributes:
        out_of: the most that a teacher can give for it.
        text: the answer, whole; "" where there is none.
        verdict: the code of how it stands, for the sheet.
    """

    out_of: float
    text: str = ""
    verdict: str = ""

    @property
    def answer_id(self) -> str:
        """What changes with the learner, the question or the text: a mark is for this text and for no other.

        The word before the digits keeps a spreadsheet from reading them as a number.
        """
        text = "\n".join(line.rstrip() for line in self.text.strip().splitlines())
        facts = json.dumps([*self.question_of, text]).encode()
        return f"answer-{hashlib.sha256(facts).hexdigest()[:16]}"


@dataclasses.dataclass(frozen=True)
class Mark(OfQuestion):
    """What a teacher gave for an answer.

    Attributes:
        points: as given; None where there is only a comment so far.
        comment: for the learner; "" if there is none.
    """

    points: float | None
    comment: str = ""


@dataclasses.dataclass(frozen=True)
class NewPoints(OfQuestion):
    """Other points for an answer to a question than its learner had before.

    Attributes:
        when: the local time at which they were read.
        before: the points that the learner had.
        after: those that the learner has now.
        is_same_text: whether the answer is the one that had the points before.
    """

    when: str
    before: float
    after: float
    is_same_text: bool
