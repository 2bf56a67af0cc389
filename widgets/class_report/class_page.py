"""What a class got wrong, as one page for its teacher: it loads nothing, runs nothing, and shows answers as text.

It has three parts: what to talk about tomorrow, who needs help, and what to mend in the course; and every exercise.
"""

from __future__ import annotations

import collections
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from widgets.class_report.class_facts import EXAMPLES, HELP, ClassFacts, shared_misconceptions
from widgets.class_report.course_faults import percent, to_mend
from widgets.class_report.example_answers import example
from widgets.class_report.item_statistics import TRIED_IN_VAIN, is_specific
from widgets.class_report.model import FEWEST, Item, Response, Share
from widgets.common.catalogue import _
from widgets.common.lessons import path_of
from widgets.grading.feedback_page import STYLE, frame, lesson_title, page_of
from widgets.grading.untrusted import display_text
from widgets.grading.verdict_kinds import NOT_ATTEMPTED, PASSED

_MOST_CODES = 6  # of one exercise
_HERE = Path(__file__).with_name("view")
_STYLE = STYLE + (_HERE / "class.css").read_text("utf-8")


def class_page(facts: ClassFacts, when: datetime.date) -> str:
    """Return the page.

    Args:
        facts: what it is about.
        when: the day that it names.

    Returns:
        HTML.
    """
    title = _("What the class got wrong")
    return page_of(
        _HERE / "class.html.j2",
        {
            **frame(_STYLE),
            "title": title,
            "about": _about(facts, when),
            "tomorrow": [_card(facts, code) for code in shared_misconceptions(facts)],
            "lessons": [_lesson(facts, name) for name in dict.fromkeys(item.lesson for item in facts.items)],
            "help": None if HELP in facts.left_out else list(_help(facts)),
            "missing": [display_text(name, most=100) for name in facts.missing],
            "unlisted": [display_text(name, most=100) for name in facts.unlisted],
            "mend": list(to_mend(facts.items)),
            "words": _words(),
        },
    )


def _words() -> dict[str, str]:
    return {
        "tomorrow": _("Tomorrow"),
        "tomorrow_about": _("The misconceptions that most learners share, to talk about in class."),
        "nothing_shared": _("No misconception was recognized in the answers of two learners or more."),
        "exercises": _("Every exercise"),
        "help": _("Who needs help"),
        "help_about": _(
            "Learners with fewer than half of the exercises right in what they handed in. Only you see these names."
        ),
        "nobody": _("Nobody by this rule."),
        "course": _("The course itself"),
        "course_about": _("Exercises to mend. This part names no learner, so you can send it to the course's authors."),
        "nothing_to_mend": _("No exercise stands out, or too few learners have handed in to tell."),
        "right": _("right"),
        "wrong": _("wrong"),
        "not_attempted": _("not attempted"),
        "unclear": _("no verdict"),
        "exercise": _("exercise"),
        "picture": _("the class"),
        "example": _("One learner's answer:"),
        "helps": _("What helps:"),
        "back": _("Go back to:"),
        "ask": _("Questions to ask:"),
        "learner": _("learner"),
        "again": _("Shows in:"),
        "missing": _("On the roster, with no notebook:"),
        "unlisted": _("Not on the roster:"),
        "few": _("Of fewer than {fewest} learners only counts are given, no shares.").format(fewest=FEWEST),
        "footer": _("Made by `tapedeck grade`; the numbers are in items.csv."),
    }


def _about(facts: ClassFacts, when: datetime.date) -> str:
    lessons = len({item.lesson for item in facts.items})
    said = _("Learners: {learners}. Lessons: {lessons}. Exercises: {exercises}. Page of {day}.")
    return said.format(learners=len(facts.learners), lessons=lessons, exercises=len(facts.items), day=when.isoformat())


def _with_code(facts: ClassFacts, code: str) -> list[Response]:
    return [one for one in facts.responses if one.code == code and one.kind in TRIED_IN_VAIN]


def _card(facts: ClassFacts, code: str) -> dict[str, Any]:
    """Return what the page says of a misconception to talk about."""
    given = _with_code(facts, code)
    exercises = collections.Counter((one.lesson, one.exercise) for one in given).most_common()
    (lesson, exercise), _times = exercises[0]
    learners = len({one.learner for one in given})
    where = ", ".join(f"`{name}` ({times})" for (_lesson_name, name), times in exercises)
    number = facts.rows[code].lesson
    return {
        **_misconception(facts, lesson, exercise, code),
        "count": _count_in_words(Share(learners, len(facts.learners))),
        "bar": _bar({"wrong": learners, "rest": len(facts.learners) - learners}),
        "where": where,
        "ask": facts.questions.get(number, ""),
    }


def _misconception(facts: ClassFacts, lesson: str, exercise: str, code: str) -> dict[str, Any]:
    """Return what is said of a misconception wherever it is named: its cause, an example, what helps."""
    row = facts.rows.get(code)
    answers = {
        facts.whole_name(one.learner): one.answer
        for one in facts.responses
        if (one.lesson, one.exercise, one.code) == (lesson, exercise, code) and one.kind in TRIED_IN_VAIN
    }
    shown = EXAMPLES not in facts.left_out
    return {
        "code": display_text(code, most=60),
        "cause": row.cause if row else _("No misconception was recognized."),
        "repair": row.repair if row else "",
        "back": _back_to(facts, row.lesson, row.exercise) if row and not row.is_general else "",
        "example": example(answers, facts.lessons[lesson], facts.names) if shown else "",
    }


def _back_to(facts: ClassFacts, number: str, exercise: str) -> str:
    """Return the cell of a lesson to go back to: the lesson's title and file, and its exercise."""
    lesson = next((one for name, one in facts.lessons.items() if name in (number, Path(path_of(number)).stem)), None)
    if lesson is None:
        return f"`{exercise}`"
    return f"{lesson_title(lesson)}, `{exercise}` (`lessons/{lesson.name}.ipynb`)"


def _count_in_words(share: Share) -> str:
    said = _("{count} of {of} learners").format(count=share.count, of=share.of)
    return said if share.value is None else f"{said} ({percent(share.value)})"


def _bar(counts: Mapping[str, int]) -> list[dict[str, str]]:
    """Return the parts of a bar: what each is of, where it begins, and how wide it is, in per cent."""
    whole, begin, parts = sum(counts.values()) or 1, 0.0, []
    for kind, count in counts.items():
        width = 100 * count / whole
        if count:
            parts.append({"kind": kind, "x": f"{begin:.3f}%", "width": f"{width:.3f}%"})
        begin += width
    return parts


def _lesson(facts: ClassFacts, name: str) -> dict[str, Any]:
    items = [item for item in facts.items if item.lesson == name]
    return {
        "name": name,
        "title": lesson_title(facts.lessons[name]),
        "exercises": [_exercise(facts, item) for item in items],
        "unclear": any(item.unclear for item in items),
    }


def _exercise(facts: ClassFacts, item: Item) -> dict[str, Any]:
    counts = {"right": item.right, "wrong": item.wrong, "none": item.not_attempted, "unclear": item.unclear}
    codes = sorted(item.codes, key=lambda code: (not is_specific(code, facts.rows), -item.codes[code], code))[
        :_MOST_CODES
    ]
    return {
        "name": item.exercise,
        "id": f"{item.lesson}-{item.exercise}",
        **counts,
        "bar": _bar(counts),
        "misconceptions": [
            {
                **_misconception(facts, item.lesson, item.exercise, code),
                "count": _count_in_words(Share(item.codes[code], item.tried)),
                "bar": _bar({"wrong": item.codes[code], "rest": item.tried - item.codes[code]}),
            }
            for code in codes
        ],
        "first": _first_try(item),
        "facts": " ".join(_facts(item)),
    }


def _first_try(item: Item) -> dict[str, str]:
    """Return the share of those who were right at the first try, as a sentence, and where its interval is drawn."""
    facts = item.progress
    if not facts or not facts.interval or facts.first_right.value is None:
        return {}
    share, (low, high) = facts.first_right.value, facts.interval
    said = _("Right at the first try: {share} (90 % interval: {low} to {high}).")
    places = {"x": low, "width": high - low, "at": share}
    return {
        "said": said.format(share=percent(share), low=percent(low), high=percent(high)),
        **{name: f"{100 * place:.3f}%" for name, place in places.items()},
    }


def _facts(item: Item) -> Iterator[str]:
    """Yield what else is known of an exercise, in sentences."""
    facts = item.progress
    if facts and facts.interval is None:
        said = _("Right at the first try: {count} of {of} learners.")
        yield said.format(count=facts.first_right.count, of=facts.first_right.of)
    if facts and facts.tries_median is not None and facts.tries_p90 is not None:
        said = _("Tries: {median} in the middle, nine of ten learners at most {p90}.")
        yield said.format(median=f"{facts.tries_median:g}", p90=f"{facts.tries_p90:g}")
    if facts and facts.hinted and facts.hinted.value is not None:
        yield _("Asked for a hint: {share}.").format(share=percent(facts.hinted.value))
    if facts and facts.minutes_p50 is not None and facts.minutes_p80 is not None:
        said = _("Minutes: {median} in the middle, four of five learners at most {p80}.")
        yield said.format(median=f"{facts.minutes_p50:.0f}", p80=f"{facts.minutes_p80:.0f}")
    if item.discrimination is not None:
        said = _("Correlation with the rest of the lesson: {number}.")
        yield said.format(number=f"{item.discrimination:.2f}")


def _help(facts: ClassFacts) -> Iterator[dict[str, str]]:
    """Yield the learners with fewer than half of the exercises right, fewest first."""
    by_learner: dict[str, list[Response]] = collections.defaultdict(list)
    for one in facts.responses:
        by_learner[one.learner].append(one)
    shares = {name: sum(one.kind == PASSED for one in given) / len(given) for name, given in by_learner.items()}
    for learner in sorted(
        (name for name, share in shares.items() if share < 0.5), key=lambda name: (shares[name], name)
    ):
        given = by_learner[learner]
        codes = collections.Counter(one.code for one in given if one.kind in TRIED_IN_VAIN and one.code)
        yield {
            "learner": display_text(facts.called.get(learner, learner), most=100),
            "right": f"{sum(one.kind == PASSED for one in given)}/{len(given)}",
            "left": str(sum(one.kind == NOT_ATTEMPTED for one in given)),
            "codes": ", ".join(f"{code} ({times})" if times > 1 else code for code, times in codes.most_common(3)),
        }
