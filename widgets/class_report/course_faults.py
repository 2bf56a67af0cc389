"""What a class's answers say about the course itself: exercises, and lessons, that their authors may want to mend.

Every sentence is about all learners together and names none.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator

from widgets.class_report.model import Item, ProgressFacts, Share
from widgets.common.catalogue import _

UNCODED, FLAT = 0.3, 0.1
"""Above such a share of wrong answers without a misconception, below such a correlation, an exercise is named."""

TOO_HARD, TOO_EASY = 0.4, 0.95
"""Below and above such shares of learners who are right at the first try."""

TRIES, MINUTES = 6, 30
"""Above so many tries of one learner in ten; above so many minutes of a lesson."""


def to_mend(items: Iterable[Item]) -> Iterator[str]:
    """Yield a sentence for each thing about an exercise, or a lesson, that looks like the course's own fault."""
    minutes: dict[str, float] = collections.defaultdict(float)
    for item in items:
        for said in _faults(item):
            yield f"{item.lesson}, `{item.exercise}`: {said}"
        minutes[item.lesson] += (item.progress and item.progress.minutes_p80) or 0
    for lesson, whole in minutes.items():
        if whole > MINUTES:
            said = _(
                "{lesson}: its exercises alone take {minutes} minutes, if each takes what four of five learners need."
            )
            yield said.format(lesson=lesson, minutes=f"{whole:.0f}")


def percent(value: float) -> str:
    """Return a share as it is shown."""
    return f"{100 * value:.0f} %"


def _faults(item: Item) -> Iterator[str]:
    uncoded = Share(item.uncoded, item.wrong).value
    if uncoded is not None and uncoded > UNCODED:
        said = _("in {share} of the wrong answers no misconception is recognized. The check may need another one.")
        yield said.format(share=percent(uncoded))
    if item.discrimination is not None and item.discrimination < FLAT:
        said = _(
            "being right here says little about the rest of the lesson (correlation {number}). Can the text be misread?"
        )
        yield said.format(number=f"{item.discrimination:.2f}")
    if item.progress:
        yield from _faults_in_progress(item.progress)


def _faults_in_progress(facts: ProgressFacts) -> Iterator[str]:
    first = facts.first_right.value
    if first is not None and first < TOO_HARD:
        said = _("only {share} are right at the first try. The step before it may be too large.")
        yield said.format(share=percent(first))
    if first is not None and first > TOO_EASY:
        yield _("{share} are right at the first try. The text could just say it.").format(share=percent(first))
    if facts.tries_p90 is not None and facts.tries_p90 > TRIES:
        said = _("one learner in ten needs {tries} tries or more. The second hint may come too late.")
        yield said.format(tries=f"{facts.tries_p90:g}")
