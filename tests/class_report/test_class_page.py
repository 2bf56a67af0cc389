"""The page about a class: what it says of whom, what it leaves out, and that answers are letters on it."""

import collections
import dataclasses
import datetime

import pytest
from bs4 import BeautifulSoup

from tests.class_report import thirty
from tests.grading.pages import HOSTILE
from widgets.class_report.class_facts import EXAMPLES, HELP, ClassFacts, questions_of, shared_misconceptions
from widgets.class_report.class_page import class_page
from widgets.class_report.course_faults import to_mend
from widgets.class_report.item_statistics import items
from widgets.class_report.model import Item, ProgressFacts, Response, Share
from widgets.common.grader_protocol import misconception_table
from widgets.exercises.general_misconceptions import GENERAL
from widgets.grading.lesson_reference import home, lessons
from widgets.grading.verdict_kinds import PASSED, WRONG

DAY = datetime.date(2026, 11, 30)


@pytest.fixture(scope="module")
def facts():
    return thirty.facts(missing=("Noether, Emmy",))


@pytest.fixture(scope="module")
def soup(facts):
    return BeautifulSoup(class_page(facts, DAY), "html.parser")


def text_of(node):
    return " ".join(node.get_text(" ").split())


def test_the_bars_and_the_numbers_beside_them_are_those_of_the_verdicts(soup):
    rows = soup.select("table.bars tbody tr")
    assert len(rows) == 5
    for row, exercise in zip(rows, thirty.ANSWERS, strict=True):
        kinds = [verdict.kind for one in thirty.graded() for verdict in one.verdicts if verdict.exercise == exercise]
        counts = [kinds.count(PASSED), kinds.count(WRONG), kinds.count("not attempted")]
        assert [int(cell.get_text()) for cell in row.select("td:not(.wide)")] == counts
        widths = {rect["class"][0]: float(rect["width"].rstrip("%")) for rect in row.select("svg.bar rect")}
        due = {name: 100 * n / 30 for name, n in zip(("right", "wrong", "none"), counts, strict=True) if n}
        assert widths == pytest.approx(due, abs=0.01)


def test_tomorrow_are_the_three_that_most_learners_share(soup, facts):
    shared, general = collections.Counter(), {kind.code for kind in GENERAL} | {""}
    for one in thirty.graded():
        shared.update({verdict.code for verdict in one.verdicts} - general)
    cards = soup.select("#tomorrow article")
    assert [shared[card.select_one(".tag").get_text()] for card in cards] == sorted(shared.values())[::-1][:3]
    for card in cards:
        row = misconception_table()[card.select_one(".tag").get_text()]
        said = text_of(card)
        assert row.cause.replace("`", "") in said.replace(" ,", ",").replace(" .", ".") or "`" in row.cause
        assert f"lessons/{row.lesson}_" in said and row.exercise in said and "learners" in said and "?" in said


def test_every_misconception_has_an_example_that_names_nobody(soup):
    shown = [node.get_text() for node in soup.select("div.code")]
    assert len(shown) >= 12
    for source in shown:
        assert not {*thirty.LEARNERS} & {*source.casefold().replace("_", " ").split()} and "#" not in source
    assert "{name}" not in soup.get_text()


def test_the_name_on_the_roster_is_in_no_example_either(facts):
    answer = "def wave(x):\n    ada_y = 1\n    return tf.sin(x)"
    given = [Response("u1", thirty.LESSON, "wave", WRONG, "SINE_ALONE", answer)] * 2
    for called, shown in (({}, True), ({"u1": "Lovelace, Ada"}, False)):
        page = class_page(ClassFacts(given, items(given, facts.lessons), facts.lessons, called=called), DAY)
        assert ("ada_y" in page) is shown


def test_who_needs_help_has_fewer_than_half_right(soup):
    right = {one.submission.learner: one.passed for one in thirty.graded()}
    named = [text_of(row.th) for row in soup.select("#help tbody tr")]
    assert set(named) == {learner for learner, number in right.items() if number < 2.5} and len(named) > 2
    assert "Noether, Emmy" in text_of(soup.select_one("#help"))
    elsewhere = [text_of(part) for part in soup.select("#tomorrow, #exercises, #course")]
    assert not any(f" {learner} " in f" {part} " for part in elsewhere for learner in named)


def test_what_is_to_be_left_out_is_not_in_the_file(facts):
    page = class_page(dataclasses.replace(facts, left_out=frozenset({HELP, EXAMPLES})), DAY)
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.select("#help, div.code, a[href='#help']") and "Noether" not in page
    assert not any(f">{learner}<" in page for learner in thirty.LEARNERS)


def test_of_few_learners_nothing_is_told_in_per_cent(facts):
    few = [one for one in facts.responses if one.learner in thirty.LEARNERS[:4]]
    page = class_page(ClassFacts(few, items(few, facts.lessons), facts.lessons), DAY)
    body = BeautifulSoup(page, "html.parser").main.get_text()
    assert " %" not in body and "of 4 learners" in body


@pytest.mark.parametrize("hostility", HOSTILE)
def test_hostile_content_is_text_and_nothing_else(hostility):
    known = lessons()
    given = [Response(hostility, "01_the_tape", "wave", WRONG, hostility, f"wave = {hostility!r}")] * 2
    facts = ClassFacts(given, items(given, known), known, (hostility,), (hostility,), {"01": hostility})
    soup = BeautifulSoup(class_page(facts, DAY), "html.parser")
    allowed = (
        "html head meta title style body main header nav section article h1 h2 h3 h4 p a table thead tbody tr th td"
    )
    allowed += " svg defs pattern rect circle code div pre span bdi ul li footer"
    assert {tag.name for tag in soup.find_all(True)} <= set(allowed.split())
    assert all(tag["href"].startswith("#") for tag in soup.find_all(True) if tag.has_attr("href"))
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on") or name == "src"]


def item(**facts):
    return Item(
        "01_the_tape",
        "wave",
        **{"right": 30, "wrong": 10, "not_attempted": 0, "unclear": 0, "codes": {}, "uncoded": 0} | facts,
    )


def progress(first=0.6, **facts):
    return item(progress=ProgressFacts(40, Share(round(40 * first), 40), **facts))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (item(), None),
        (item(uncoded=4), "40 % of the wrong answers"),
        (item(uncoded=3), None),
        (item(wrong=7, uncoded=7), None),
        (item(discrimination=0.05), "correlation 0.05"),
        (item(discrimination=0.1), None),
        (progress(), None),
        (progress(first=0.375), "only 38 %"),
        (progress(first=0.975), "98 % are right"),
        (progress(tries_p90=7), "7 tries"),
        (progress(minutes_p80=31.0), "31 minutes"),
    ],
)
def test_what_is_to_be_mended_is_said_of_what_the_numbers_show(one, words):
    said = list(to_mend([one]))
    assert said == [] if words is None else len(said) == 1 and words in said[0]


def test_a_class_without_a_shared_mistake_has_a_page_too(facts):
    given = [dataclasses.replace(one, kind=PASSED, code="") for one in facts.responses]
    quiet = ClassFacts(given, items(given, facts.lessons), facts.lessons)
    assert shared_misconceptions(quiet) == []
    soup = BeautifulSoup(class_page(quiet, DAY), "html.parser")
    assert "No misconception was recognized" in text_of(soup.select_one("#tomorrow"))


def test_every_lesson_has_questions_on_the_teachers_page():
    questions = questions_of((home() / "lessons" / "README.md").read_text("utf-8"))
    assert {f"{number:02}" for number in range(11)} <= questions.keys() and all(
        "?" in said for said in questions.values()
    )
    assert questions_of("") == {}
