"""Points before and after the course: of each learner, and of each question, with what was thought in place of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from widgets.form.handed_in import Learner, TakenForm
from widgets.form.model import BLANK, NOT_KNOWN, POST, PRE, RIGHT
from widgets.form.questions import QUESTIONS

FEWEST = 8
"""With fewer learners a share says nothing, and may tell who it was: there are only counts."""


@dataclass(frozen=True)
class LearnerGain:
    """One learner's points.

    Attributes:
        learner: whose they are.
        before: points of the form before the course; None if it was not handed in.
        after: points of the form after it; None if it was not handed in.
    """

    learner: Learner
    before: int | None
    after: int | None

    @property
    def gain(self) -> int | None:
        """Points after, less those before."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def normalized(self) -> float | None:
        """The part of what could be gained that was gained (Hake 1998, https://doi.org/10.1119/1.18809)."""
        if self.before is None or self.gain is None or self.before == len(QUESTIONS):
            return None
        return self.gain / (len(QUESTIONS) - self.before)


@dataclass(frozen=True)
class Tally:
    """What a class answered to one question of one form.

    Attributes:
        count: how many took the form.
        of: how many answers were RIGHT, NOT_KNOWN, BLANK, OTHER, or show a wrong idea, by its code.
    """

    count: int
    of: Counter[str]

    def share(self, verdict: str) -> float | None:
        """Return the share of the learners; None where there are fewer than FEWEST."""
        return self.of[verdict] / self.count if self.count >= FEWEST else None


@dataclass(frozen=True)
class QuestionGain:
    """One question, before and after.

    Attributes:
        number: of the question, from 1.
        before: what those who took the form before the course answered.
        after: what those who took the one after it answered.
        both: how many took both.
        gained: of those who took both, how many were right after, less how many were right before.
        to_gain: of those who took both, how many were not right before.
    """

    number: int
    before: Tally
    after: Tally
    both: int
    gained: int
    to_gain: int

    @property
    def gain(self) -> float | None:
        """The share right after, less that before, of those who took both; None where they are fewer than FEWEST."""
        return self.gained / self.both if self.both >= FEWEST else None

    @property
    def normalized(self) -> float | None:
        """The gain as a part of what could be gained; None where nothing could be, or too few took both."""
        return self.gained / self.to_gain if self.both >= FEWEST and self.to_gain else None


def learner_gains(learners: Sequence[Learner]) -> list[LearnerGain]:
    """Return the points of each learner."""
    return [LearnerGain(one, _points(one.taken.get(PRE)), _points(one.taken.get(POST))) for one in learners]


def question_gains(learners: Sequence[Learner]) -> list[QuestionGain]:
    """Return what the class answered to each question."""
    both = [one for one in learners if {PRE, POST} <= one.taken.keys()]
    gains = []
    for number in range(1, len(QUESTIONS) + 1):
        right = {form: sum(_is_right(one.taken[form], number) for one in both) for form in (PRE, POST)}
        before, after = (_tally(learners, form, number) for form in (PRE, POST))
        gained, to_gain = right[POST] - right[PRE], len(both) - right[PRE]
        gains.append(QuestionGain(number, before, after, len(both), gained, to_gain))
    return gains


def unknown_count(taken: TakenForm | None) -> int | None:
    """Return to how many questions a learner said not to know; None if the form was not handed in."""
    if taken is None:
        return None
    return sum(NOT_KNOWN in _verdicts(taken, number) for number in range(1, len(QUESTIONS) + 1))


def _points(taken: TakenForm | None) -> int | None:
    return None if taken is None else sum(_is_right(taken, number) for number in range(1, len(QUESTIONS) + 1))


def _is_right(taken: TakenForm, number: int) -> bool:
    return _verdicts(taken, number) == {RIGHT}


def _verdicts(taken: TakenForm, number: int) -> frozenset[str]:
    """Return what an answer is. An idea says more than that another part is left out, or not known."""
    found = QUESTIONS[number - 1].verdicts(taken.form, taken.answers, number)
    return found - {BLANK} if len(found) > 1 else found


def _tally(learners: Sequence[Learner], form: str, number: int) -> Tally:
    taken = [one.taken[form] for one in learners if form in one.taken]
    return Tally(len(taken), Counter(verdict for one in taken for verdict in _verdicts(one, number)))
