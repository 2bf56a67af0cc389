"""The page that a learner gets back: what it says of every verdict, and that what was handed in is letters on it."""

import dataclasses
import re

import pytest
from bs4 import BeautifulSoup

from tests.grading.pages import HOSTILE, graded_with, hostile
from widgets.common.grader_protocol import misconception_table
from widgets.grading.advisory_kinds import NO_TAPE
from widgets.grading.batch import grade
from widgets.grading.collection import collect
from widgets.grading.feedback_page import feedback_page, lesson_title, task_text
from widgets.grading.ledger import opened
from widgets.grading.lesson_reference import lessons
from widgets.grading.model import ExerciseVerdict, GradedSubmission, Settings, Submission
from widgets.grading.verdict_kinds import FAULT, NOT_ATTEMPTED, PASSED, VERDICTS, WRONG

TAGS = (
    "html head meta title style body main header h1 h2 h3 p bdi table caption thead tbody tr th td a "
    "section code em strong div pre span footer "
    "math mrow mi mo mn msup msub msubsup mfrac msqrt mtext mspace"
)
ATTRIBUTES = (
    "lang charset http-equiv content name id class aria-labelledby scope href display stretchy width lspace rspace"
)


@pytest.fixture(scope="module")
def every():
    return lessons()


@pytest.fixture(scope="module")
def tape(every):
    return every["01_the_tape"]


def text_of(page):
    return BeautifulSoup(page, "html.parser").get_text(" ", strip=True)


def shortened(text):
    return " ".join(text.replace("`", "").split())


# What it says


@pytest.mark.parametrize("kind", VERDICTS)
def test_every_verdict_is_there_in_words(tape, kind):
    page = feedback_page(graded_with(tape, wave=kind), tape)
    section = BeautifulSoup(page, "html.parser").find(id="wave")
    said = " ".join(section.get_text().split())
    assert said.startswith(f"wave: {kind}, ")
    assert shortened(VERDICTS[kind].explanation) in said


def test_learner_lesson_and_points_are_there_as_text(tape):
    said = text_of(feedback_page(graded_with(tape, wave=WRONG), tape))
    assert said.startswith("1 · The tape · Ada 1 · The tape Feedback for Ada 4 of 5 points ")


def test_a_fault_is_no_zero(tape):
    said = text_of(feedback_page(graded_with(tape, wave=FAULT), tape))
    assert "wave : grader fault, no grade yet, of 1" in said
    assert "points may still go up" in said


def test_a_misconception_comes_with_its_repair_and_the_lesson_that_treats_it(tape):
    page = feedback_page(graded_with(tape, wave=WRONG, said="Not right: …", code="LEFT_TENSORFLOW"), tape)
    said = text_of(page)
    assert misconception_table()["LEFT_TENSORFLOW"].repair.partition("`")[0].strip() in " ".join(said.split())
    assert "Lesson 2 explains this: lessons/02_what_the_tape_watches.ipynb" in " ".join(said.split()).replace(" ,", ",")
    assert "Not right: …" in said


def test_a_misconception_of_this_lesson_sends_nobody_elsewhere(tape):
    said = text_of(feedback_page(graded_with(tape, wave=WRONG, code="SINE_ALONE"), tape))
    assert shortened(misconception_table()["SINE_ALONE"].repair) in " ".join(said.split())
    assert "explains this" not in said


def test_a_code_that_nobody_knows_says_nothing(tape):
    assert "How to fix it" not in feedback_page(graded_with(tape, wave=WRONG, code="FORGED"), tape)


def test_the_answer_is_shown_as_code(tape):
    page = feedback_page(graded_with(tape, answer="def wave(x):\n    return x"), tape)
    assert '<span class="k">return</span>' in page


def test_no_tape_is_said_kindly_and_costs_nothing(tape):
    graded = graded_with(tape, wave=PASSED, advisories=(NO_TAPE,))
    said = text_of(feedback_page(graded, tape))
    assert "5 of 5 points" in said
    assert "This costs no points." in said


def test_notes_on_the_file_are_there(tape):
    graded = dataclasses.replace(graded_with(tape), notes=("The check was changed: check-wave.",))
    assert "The check was changed: check-wave." in text_of(feedback_page(graded, tape))


def test_who_handed_in_the_same_is_for_the_teacher_alone(tmp_path):
    for learner in ("Ada", "Grace"):
        (tmp_path / "class" / learner).mkdir(parents=True)
        (tmp_path / "class" / learner / "x.ipynb").write_text("{}")
    pages = []

    def each(_function, submissions, _stop):
        for one in submissions:
            yield one, GradedSubmission(one, (ExerciseVerdict("", WRONG, 0.0, 1.0),))

    def tell(_job, graded):
        pages.append(feedback_page(dataclasses.replace(graded, verdicts=()), None))

    with opened(tmp_path / "out") as ledger:
        told = grade(collect([tmp_path / "class"])[0], {}, Settings(), ledger, tell, run_each=each)
    assert "Grace" in told[0].notes[0]
    assert ["Grace" in page for page in pages] == [False, True]


def test_what_the_grader_failed_on_is_for_the_teacher(tape):
    page = feedback_page(graded_with(tape, wave=FAULT, said="OSError: /home/teacher"), tape)
    assert "teacher" not in str(BeautifulSoup(page, "html.parser").find(id="wave"))


def test_a_file_that_is_no_notebook_gets_a_page_too():
    submission = Submission("Ada", "", "Ada/x.ipynb", "")
    page = feedback_page(GradedSubmission(submission, (), problem="It is empty."), None)
    assert "It is empty. This notebook could not be graded." in text_of(page)


# What the exercise asks for


def test_each_exercise_is_asked_for_in_words_and_without_its_solution(every):
    for lesson in every.values():
        graded = graded_with(lesson, **{one.name: NOT_ATTEMPTED for one in lesson.exercises})
        soup = BeautifulSoup(feedback_page(graded, lesson), "html.parser")
        for exercise in lesson.exercises:
            section = soup.find(id=exercise.name)
            assert len(section.find("h3", string="What the exercise asks for").find_next("p").get_text()) > 15, (
                exercise.name
            )
            said = section.get_text()
            assert not {"$", "\\"} & set(said), exercise.name
            own = {line.strip() for line in exercise.solution.splitlines()[1:] if not line.strip().startswith("#")}
            given = {line.strip() for line in exercise.stub.splitlines()}
            given |= {line for line in own if line in task_text(lesson, exercise.name)}  # the lesson says it itself
            assert not [line for line in own - given if len(line) > 12 and line in said], exercise.name


def test_a_formula_is_set_by_the_browser(every):
    lesson = every["01_the_tape"]
    page = feedback_page(graded_with(lesson, **{one.name: NOT_ATTEMPTED for one in lesson.exercises}), lesson)
    asked = "".join(task_text(lesson, one.name) for one in lesson.exercises)
    formulas = BeautifulSoup(page, "html.parser").find_all("math")
    assert len(formulas) == len(re.findall(r"\$[^$]+\$", asked)) > 3
    assert all(formula.find(True) for formula in formulas)


def test_a_formula_in_a_title_of_anybodys_course_is_a_line_of_text(tape):
    formulas = {
        r"$-y\log p$": "-y log p",
        r"$\sigma(\Theta x)$": "σ(Θ x)",
        r"$\frac{a + 1}{b^2}$": "(a + 1)/(b²)",
        r"$\lambda \to \infty$": "λ → ∞",
    }
    for tex, text in formulas.items():
        cells = [{"cell_type": "markdown", "source": f"# {tex}"}]
        assert lesson_title(dataclasses.replace(tape, solution={"cells": cells})) == text


def test_what_a_right_answer_gives_is_shown_of_functions_only(tape):
    page = feedback_page(graded_with(tape, wave=WRONG, flat=WRONG), tape)
    soup = BeautifulSoup(page, "html.parser")
    assert "value" in soup.find(id="wave").find_all("pre")[-1].get_text()
    assert "a correct answer gives" not in soup.find(id="flat").get_text()


# What was handed in is letters


@pytest.mark.parametrize("hostility", HOSTILE)
def test_hostile_content_is_text_and_nothing_else(tape, hostility):
    page = feedback_page(hostile(tape, hostility), tape)
    tags = BeautifulSoup(page, "html.parser").find_all(True)
    assert {tag.name for tag in tags} <= set(TAGS.split())
    attributes = {name for tag in tags for name in tag.attrs}
    assert attributes <= set(ATTRIBUTES.split())
    assert all(tag["href"].startswith("#") for tag in tags if tag.has_attr("href"))


def test_it_is_all_there_to_be_read(tape):
    shown = text_of(feedback_page(hostile(tape, "<img src=x onerror=ran()>"), tape))
    assert shown.count("<img src=x onerror=ran()>") >= 4


def test_what_no_page_can_hold_is_written_out(tape):
    page = feedback_page(hostile(tape, "\x00 \x1b[31mred\x1b[0m \u202eturned \ud800 \x08"), tape)
    page.encode("utf-8")
    assert not set("\x00\x1b\u202e\x08") & set(page)
    assert r"\x00 red \u202eturned \ud800 \x08" in page


def test_a_flood_is_cut(tape):
    graded = graded_with(tape, said="x\n" * 500_000)
    graded = dataclasses.replace(graded, answers={"wave": "x " * 500_000})
    page = feedback_page(graded, tape)
    assert len(page) < 500_000
    assert "more characters, not shown here" in page


def test_templates_in_the_current_folder_have_no_say(tape, tmp_path, monkeypatch):
    before = feedback_page(graded_with(tape), tape)
    for name in ("lab", "base", "classic"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "conf.json").write_text('{"preprocessors": {"1": {"type": "handed.in"}}}')
    (tmp_path / "feedback.html.j2").write_text("handed in")
    (tmp_path / "conf.json").write_text('{"preprocessors": {"1": {"type": "handed.in"}}}')
    monkeypatch.chdir(tmp_path)
    assert feedback_page(graded_with(tape), tape) == before
