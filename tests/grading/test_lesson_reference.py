"""The lessons as grading needs them, and what is said where they are not there."""

import json

import pytest

from tests.grading.handing_in import LESSON, LESSONS, ROOT, cell_of
from widgets.exercises.registry import EXERCISES, LESSON_OF
from widgets.grading.lesson_reference import NoReference, lessons


def test_every_exercise_of_the_course_is_one_to_grade_in_the_same_lesson():
    graded = {exercise.name: name[:2] for name, lesson in LESSONS.items() for exercise in lesson.exercises}
    assert graded == LESSON_OF and graded.keys() == EXERCISES.keys()


def test_an_exercise_is_what_its_cells_say():
    exercise = LESSON.exercises[-1]
    assert [found.name for found in LESSON.exercises] == ["flat", "wave", "by_hand", "both", "derivative"]
    assert (exercise.name, exercise.check, exercise.points) == ("derivative", "check-derivative", 1)
    assert exercise.stub == "def derivative(function, start):\n    return ..."
    assert exercise.needs_tape and "tf.GradientTape()" in exercise.solution


def test_predictions_are_marked_and_no_exercises():
    assert "predict-slope" in LESSON.nbgrader_cells
    assert "predict-slope" not in [exercise.name for exercise in LESSON.exercises]


def test_a_lesson_knows_the_source_of_every_cell():
    assert LESSON.sources["check-wave"] == 'check("wave", wave)'


def test_only_the_solutions_stay_that_something_builds_on():
    assert LESSON.stubs_beside(["both"]).keys() == {"flat", "wave", "by_hand"}
    minimize = LESSONS["07_minimize"]
    assert minimize.stubs_beside(["minimize"]) == {}
    assert LESSONS["11_a_model_of_your_own"].stubs_beside(["my_fit"]).keys() == {"mse"}


def test_without_a_folder_it_is_the_checkout_wherever_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert lessons() == LESSONS


def test_a_wheel_has_them_in_a_folder_of_its_own(tmp_path, monkeypatch):
    packed = tmp_path / "site-packages" / "widgets" / "course"
    packed.mkdir(parents=True)
    reference(packed, *texts())
    monkeypatch.setattr("widgets.grading.lesson_reference._HOMES", (tmp_path / "site-packages", packed))
    assert list(lessons()) == ["01_the_tape"]


def test_where_the_package_came_without_them_it_is_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("widgets.grading.lesson_reference._HOMES", (tmp_path / "site-packages",))
    monkeypatch.chdir(reference(tmp_path, *texts()))
    assert list(lessons()) == ["01_the_tape"]


def test_a_folder_without_lessons_is_said(tmp_path):
    with pytest.raises(NoReference, match="no reference in .*solutions"):
        lessons(tmp_path)


def reference(tmp_path, solution, lesson):
    for folder, text in (("solutions", solution), ("lessons", lesson)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "01_the_tape.ipynb").write_text(text, encoding="utf-8")
    return tmp_path


def texts():
    return [(ROOT / folder / "01_the_tape.ipynb").read_text("utf-8") for folder in ("solutions", "lessons")]


def test_a_reference_may_be_anywhere_and_have_points_of_its_own(tmp_path):
    solution, lesson = texts()
    solution = json.loads(solution)
    cell_of(solution, "check-wave")["metadata"]["nbgrader"]["points"] = 2.5
    (found,) = lessons(reference(tmp_path, json.dumps(solution), lesson)).values()
    assert [exercise.points for exercise in found.exercises] == [1, 2.5, 1, 1, 1]


@pytest.mark.parametrize("broken", ["", "[]", '{"cells": 3}', '{"cells": [{}]}', "[" * 100_000])
def test_a_broken_reference_is_said_by_name(tmp_path, broken):
    solution, lesson = texts()
    for number, pair in enumerate([(broken, lesson), (solution, broken)]):
        (tmp_path / str(number)).mkdir()
        with pytest.raises(NoReference, match="01_the_tape.ipynb"):
            lessons(reference(tmp_path / str(number), *pair))


@pytest.mark.parametrize("name", ["by hand", "wave"])
def test_a_check_of_another_exercise_is_said_before_it_gives_everybody_the_point(tmp_path, name):
    solution, lesson = map(json.loads, texts())
    for notebook in (solution, lesson):
        cell_of(notebook, "check-by_hand")["source"] = [f'check("{name}", by_hand)']
    with pytest.raises(NoReference, match="by_hand"):
        lessons(reference(tmp_path, json.dumps(solution), json.dumps(lesson)))


@pytest.mark.parametrize("passed", ["1.0", "wave", "lambda x: 2 * x * tf.cos(x**2) + 2", "by_hand, 1"])
def test_a_check_that_does_not_look_at_its_answer_is_said(tmp_path, passed):
    solution, lesson = map(json.loads, texts())
    cell_of(solution, "check-by_hand")["source"] = [f'check("by_hand", {passed})']
    with pytest.raises(NoReference, match="by_hand does not look"):
        lessons(reference(tmp_path, json.dumps(solution), json.dumps(lesson)))


def again(notebook, name):
    notebook["cells"].append({**cell_of(notebook, name), "id": "again"})


def with_points(points):
    return lambda notebook: cell_of(notebook, "check-wave")["metadata"]["nbgrader"].update(points=points)


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (lambda notebook: again(notebook, "wave"), "same name: wave"),
        (lambda notebook: again(notebook, "check-wave"), "same name: check-wave"),
        (lambda notebook: notebook["cells"].remove(cell_of(notebook, "check-wave")), "No cell checks .*: wave"),
        (lambda notebook: cell_of(notebook, "wave").update(source="wave = tf.sin"), "wave has the solution"),
        *((with_points(points), "points of wave") for points in (0, -1, "one", True, float("nan"), float("inf"))),
    ],
)
def test_what_gives_everybody_the_point_or_nobody_is_said_before(tmp_path, slip, said):
    solution, lesson = map(json.loads, texts())
    slip(solution), slip(lesson)
    with pytest.raises(NoReference, match=said):
        lessons(reference(tmp_path, json.dumps(solution), json.dumps(lesson)))


@pytest.mark.parametrize("name", ["by hand", "double"])
def test_an_exercise_that_the_lesson_does_not_have_is_said(tmp_path, name):
    built = [text.replace("by_hand", name) for text in texts()]
    with pytest.raises(NoReference, match=f"{name}. It has: flat, wave, by_hand"):
        lessons(reference(tmp_path, *built))


def test_a_solution_without_its_lesson_is_said_by_name(tmp_path):
    root = reference(tmp_path, *texts())
    (root / "lessons" / "01_the_tape.ipynb").unlink()
    with pytest.raises(NoReference, match="lessons.01_the_tape.ipynb .* cannot be read"):
        lessons(root)
