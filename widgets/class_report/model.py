"""What is known of a class, as frozen facts: how each learner answered, and what follows for each exercise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

FEWEST = 8
"""Of fewer learners no share is told, only how many they are."""


@dataclasses.dataclass(frozen=True)
class Response:
    """How one learner's exercise stands.

    Attributes:
        learner: whose it is.
        lesson: the name of the lesson, such as "01_the_tape".
        exercise: its name.
        kind: the code of the verdict.
        code: the code of the misconception; "" if none was recognized.
        answer: the learner's source.
        points: what it earned; None where there is no grade yet.
        out_of: what a correct answer earns.
    """

    learner: str
    lesson: str
    exercise: str
    kind: str
    code: str = ""
    answer: str = ""
    points: float | None = 0.0
    out_of: float = 1.0


@dataclasses.dataclass(frozen=True)
class ProgressRow:
    """What a learner's progress file tells of one exercise. What its version does not tell is None.

    Attributes:
        tries: how many answers were judged, up to the first right one.
        is_right: whether one was right in the end.
        first_code: the code of the first wrong answer; "" if there was none, or it had no code.
        hints: how many hints were asked for.
        minutes: the time from the first to the last event, without pauses.
    """

    tries: int
    is_right: bool
    first_code: str | None = None
    hints: int | None = None
    minutes: float | None = None


@dataclasses.dataclass(frozen=True)
class Share:
    """A share of learners.

    Attributes:
        count: how many they are.
        of: of how many.
    """

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share; None of fewer than FEWEST."""
        return self.count / self.of if self.of >= FEWEST else None


@dataclasses.dataclass(frozen=True)
class ProgressFacts:
    """What the progress files of a class tell of one exercise. What is not known is None.

    Attributes:
        n: the learners who tried, according to their files.
        first_right: those whose first answer was right.
        interval: where that share lies with a certainty of 90 %: Wilson's interval.
        ever_right: those who were right in the end.
        first_code: the commonest code of first wrong answers.
        first_code_share: its share of the first wrong answers that are known.
        tries_median: of the tries up to the first right answer, or so far.
        tries_p90: nine of ten learners needed no more tries.
        hinted: those who asked for a hint.
        hint_depth: the mean number of hints of those.
        minutes_p50: the median time.
        minutes_p80: four of five learners needed no more.
    """

    n: int
    first_right: Share
    interval: tuple[float, float] | None = None
    ever_right: Share = Share(0, 0)
    first_code: str = ""
    first_code_share: Share = Share(0, 0)
    tries_median: float | None = None
    tries_p90: float | None = None
    hinted: Share | None = None
    hint_depth: float | None = None
    minutes_p50: float | None = None
    minutes_p80: float | None = None


@dataclasses.dataclass(frozen=True)
class Item:
    """One exercise, as a class answered it.

    Attributes:
        lesson: the name of its lesson.
        exercise: its name.
        right: how many learners are right.
        wrong: how many tried, and are not right.
        not_attempted: how many have handed in the lesson and left this out.
        unclear: how many there is no such verdict on: their cell is missing, or cannot be read, or grading failed.
        codes: how many wrong answers have each code, the commonest first. Those without a code are not in it.
        uncoded: how many wrong answers no misconception is recognized in.
        commonest: the commonest code of those that name a misconception; "" if none does.
        discrimination: the correlation of being right here and how many of the lesson's other exercises are right.
        progress: what the progress files tell; None where no learner has handed one in that does.
    """

    lesson: str
    exercise: str
    right: int
    wrong: int
    not_attempted: int
    unclear: int
    codes: Mapping[str, int]
    uncoded: int
    commonest: str = ""
    discrimination: float | None = None
    progress: ProgressFacts | None = None

    @property
    def tried(self) -> int:
        """How many learners tried."""
        return self.right + self.wrong

    @property
    def handed_in(self) -> int:
        """How many learners have handed in the lesson."""
        return self.tried + self.not_attempted + self.unclear
