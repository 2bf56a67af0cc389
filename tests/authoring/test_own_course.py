"""Two courses of a teacher's own, from their folders to marks; and the page of documentation, followed literally."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.grading.kernel_fixtures import need_the_sandbox
from tests.test_cli import tapedeck
from widgets.authoring import catalogues, notebooks, own_building, own_course, own_translating
from widgets.exercises.exercise import RIGHT
from widgets.exercises.judgement import judge
from widgets.exercises.own_records import course_in
from widgets.grading.lesson_reference import NoReference, lessons
from widgets.grading.model import FORKED

COURSES = Path(__file__).parents[1] / "own_courses"
PAGE = Path(__file__).parents[2] / "docs" / "own_exercises.md"
NAMES = {"taylor": "01_taylor", "keras_loss": "01_losses"}


def built(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp(name) / name
    shutil.copytree(COURSES / name, folder)
    own_building.build(folder, False, lambda line: None)
    return folder


@pytest.fixture(scope="module")
def taylor(tmp_path_factory):
    """The folder of a course on Taylor series, built."""
    return built(tmp_path_factory, "taylor")


@pytest.fixture(scope="module")
def keras_loss(tmp_path_factory):
    """The folder of a course on losses for Keras, built."""
    return built(tmp_path_factory, "keras_loss")


@pytest.fixture(scope="module", params=NAMES)
def course(request):
    """The folder of each of them."""
    return request.getfixturevalue(request.param)


def notebook_of(course, kind):
    return nbformat.read(course / kind / f"{NAMES[course.name]}.ipynb", as_version=4)


def records_of(course):
    return own_course.open_course(course).records


def test_learners_get_stubs_questions_and_records_without_the_answers(course):
    given = "\n".join(path.read_text("utf-8") for path in (course / "lessons").rglob("*") if path.is_file())
    for name, report in records_of(course).items():
        assert f"### `{name}`" in given and report.own.hints[0] in given
        for answer in (report.own.solution, *(one.sample for one in report.own.misconceptions)):
            assert answer.strip() not in given and json.dumps(answer.strip())[1:-1] not in given
        copy = course_in(course / "lessons").exercise(name)
        namespace = {"__name__": "answer"}
        exec(f"import tensorflow as tf\nimport numpy as np\n{report.own.solution}", namespace)
        assert judge(copy, namespace[name]).status == RIGHT


def test_points_are_the_records_unless_the_lesson_says_others(taylor):
    points = {cell.id: cell.metadata.nbgrader.get("points") for cell in notebook_of(taylor, "solutions").cells
              if "nbgrader" in cell.metadata}  # fmt: skip
    assert (points["check-taylor_sine"], points["check-coefficient"]) == (2, 3)


def test_a_learner_who_has_the_handed_out_folder_alone_is_checked_and_helped(taylor, tmp_path):
    shutil.copytree(taylor / "lessons", tmp_path / "mine")
    notebook = nbformat.read(tmp_path / "mine" / "01_taylor.ipynb", as_version=4)
    wrong = records_of(taylor)["taylor_sine"].own.misconceptions[0]
    untaped = (
        "def coefficient(function, k):\n    x = 0.0\n    with tf.GradientTape() as tape:\n        y = function(x)\n"
    )
    by_id = {cell.id: cell for cell in notebook.cells}
    by_id["taylor_sine"].source = wrong.sample
    by_id["coefficient"].source = untaped + "    return tape.gradient(y, x)"
    asked = ['hint("taylor_sine")', 'hint("taylor_sin")', "%cd /\nprogress()"]
    notebook.cells += [nbformat.v4.new_code_cell(source, id=f"own-{at}") for at, source in enumerate(asked)]
    notebooks.run(notebook, tmp_path / "mine", "en")
    said = {
        cell.id: "".join(one.get("text", "") for one in cell.outputs) for cell in notebook.cells if "outputs" in cell
    }
    assert f"Not right: {wrong.sentence}" in said["check-taylor_sine"] and "Lesson" not in said["check-taylor_sine"]
    assert "`x` is a Python number" in said["check-coefficient"]  # as explain says
    assert said["own-0"].startswith("Hint 1 of 3: The n-th term") and 'Did you mean "taylor_sine"?' in said["own-1"]
    shown = said["own-2"].split("\n", 1)[1].splitlines()
    assert shown[0] == "Lesson 01_taylor: 0 of 2 right"
    assert re.split(r"\s{2,}", shown[1].strip()) == [
        "taylor_sine",
        "wrong: SIGNS_NOT_ALTERNATING",
        "tries 1",
        "hints 1",
    ]


def handed_in(course, folder, answers):
    """Write for each learner a notebook with these answers, by the exercise's name."""
    for learner, sources in answers.items():
        notebook = notebook_of(course, "lessons")
        for cell in notebook.cells:
            cell.source = sources.get(cell.id, cell.source)
        path = folder / learner / f"{NAMES[course.name]}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


def test_a_class_is_graded_and_each_sample_has_its_own_misconception(course, tmp_path):
    need_the_sandbox()
    answers, due = {"stub": {}}, {}
    for name, report in records_of(course).items():
        answers.setdefault("right", {})[name] = report.own.solution
        due |= {("stub", name): ("not attempted", ""), ("right", name): ("passed", "")}
        for at, one in enumerate(report.own.misconceptions):
            answers.setdefault(f"wrong{at}", {})[name] = one.sample
            due[f"wrong{at}", name] = ("wrong", one.code)
    handed_in(course, tmp_path / "class", answers)
    run = tapedeck("grade", str(tmp_path / "class"), "--reference", str(course), "--out", str(tmp_path / "out"),
                   "--sandbox", FORKED)  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    with (tmp_path / "out" / "exercises.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["learner"], row["exercise"]): (row["verdict"], row["code"]) for row in csv.DictReader(file)}
    assert {key: rows[key] for key in due} == due
    page = (tmp_path / "out" / "feedback" / "wrong0" / f"{NAMES[course.name]}.html").read_text("utf-8")
    first = next(iter(records_of(course).values())).own
    assert re.sub(r"\W+", " ", first.misconceptions[0].sentence) in re.sub(r"\W+", " ", page)


def test_a_record_that_has_changed_since_is_not_graded_with(taylor, tmp_path):
    shutil.copytree(taylor, tmp_path / "taylor")
    assert lessons(tmp_path / "taylor")["01_taylor"].is_own
    record = tmp_path / "taylor" / "coefficient.py"
    record.write_text(record.read_text("utf-8") + "\n# changed\n", "utf-8")
    with pytest.raises(NoReference, match="coefficient.py has changed .* tapedeck build"):
        lessons(tmp_path / "taylor")
    told = []
    assert own_building.build(tmp_path / "taylor", True, told.append) is False
    assert [line for line in told if "solutions/exercises/coefficient.py is not what" in line]


def test_what_an_earlier_build_left_is_told(taylor, tmp_path):
    shutil.copytree(taylor, tmp_path / "taylor")
    left = [tmp_path / "taylor" / "lessons" / "02_old.ipynb", tmp_path / "taylor" / "lessons" / "exercises" / "old.py"]
    for path in (*left, tmp_path / "taylor" / "lessons" / "syllabus.ipynb"):
        path.write_text("")
    told = []
    assert own_building.build(tmp_path / "taylor", True, told.append) is False
    assert [line.split(" is left")[0] for line in told if " is left" in line] == list(map(str, left))


@pytest.mark.parametrize("broken", ["", "EXERCISE = 3", "1 / 0", None])
def test_a_built_record_that_is_damaged_or_gone_is_told(taylor, tmp_path, broken):
    shutil.copytree(taylor / "solutions", tmp_path / "taylor" / "solutions")
    shutil.copytree(taylor / "lessons", tmp_path / "taylor" / "lessons")
    record = tmp_path / "taylor" / "solutions" / "exercises" / "coefficient.py"
    record.write_text(broken) if broken is not None else record.unlink()
    with pytest.raises(NoReference, match="coefficient.py"):
        lessons(tmp_path / "taylor")


SCRIPT = (COURSES / "taylor" / "01_taylor.py").read_text("utf-8")
SLIPS = {
    "unknown": (SCRIPT.replace('"coefficient"', '"coefficients"'), "exercise coefficients has no record.*tapedeck new"),
    "no_check": (SCRIPT.replace('# %% check="coefficient" points=3', "# %%"), "exercise coefficient has no check"),
    "no_exercise": (SCRIPT.replace('# %% exercise="coefficient"', "# %%"), "check of coefficient has no exercise"),
    "other_check": (
        SCRIPT.replace('check("coefficient", ', 'check("taylor_sine", '),
        'needs one line: check."coefficient"',
    ),
    "own_check": (SCRIPT.replace('check("coefficient", coefficient)', "assert coefficient"), "needs one line"),
    "twice": (SCRIPT.replace('exercise="coefficient"', 'exercise="taylor_sine"'), "once"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_in_a_script_is_told_and_nothing_is_written(tmp_path, name):
    source, said = SLIPS[name]
    shutil.copytree(COURSES / "taylor", tmp_path / "taylor")
    (tmp_path / "taylor" / "01_taylor.py").write_text(source, "utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(own_course.NotBuilt, match=said) as told:
        own_building.build(tmp_path / "taylor", False, print)
    assert all(line.startswith(str(tmp_path / "taylor" / "01_taylor.py")) for line in str(told.value).splitlines()
               if line[:5] != "check")  # fmt: skip
    assert sorted(tmp_path.rglob("*")) == before


def test_a_lesson_that_fails_with_the_solutions_is_told_and_nothing_is_written(tmp_path):
    shutil.copytree(COURSES / "taylor", tmp_path / "taylor")
    (tmp_path / "taylor" / "01_taylor.py").write_text(SCRIPT.replace("import numpy as np", "np = tfx"), "utf-8")
    run = tapedeck("build", str(tmp_path / "taylor"))
    assert run.returncode == 2 and "01_taylor.py: a cell stops with NameError: name 'tfx'" in run.stderr
    assert "np = tfx" in run.stderr and "\x1b" not in run.stderr and not (tmp_path / "taylor" / "lessons").exists()


def test_a_folder_without_a_course_is_told(tmp_path):
    for folder, said in ((tmp_path / "none", "There is no folder"), (tmp_path, "There is no lesson")):
        with pytest.raises(own_course.NotBuilt, match=said):
            own_building.build(folder, False, print)


def test_a_course_speaks_another_language_as_far_as_its_catalogue_does(taylor, tmp_path):
    course = tmp_path / "taylor"
    shutil.copytree(taylor, course)
    lacking = own_translating.update("zh", course)
    assert any("The n-th term has" in line for line in lacking) and any("Taylor series" in line for line in lacking)
    path = course / "locale" / "zh_CN.po"
    catalogue = catalogues.read(path)
    translated = {
        "# 1 · Taylor series": "# 1 · 泰勒级数",
        records_of(course)["coefficient"].own.right: "导数来自嵌套的带子。",
    }
    for text, said in translated.items():
        catalogue.get(text).string = said
    with path.open("wb") as file:
        catalogues.pofile.write_po(file, catalogue)
    lines = own_translating.build("zh", course, False)
    assert "built lessons/zh/01_taylor.ipynb" in lines and "still in English" in lines[-1]
    home = course / "lessons" / "zh"
    assert course_in(home).exercise("coefficient").right == "导数来自嵌套的带子。"
    assert course_in(home).exercise("taylor_sine").right.startswith("each term")
    assert nbformat.read(home / "01_taylor.ipynb", as_version=4).cells[1].source.startswith("# 1 · 泰勒级数")
    assert own_translating.update("zh", course) == [line for line in lacking if "Taylor series" not in line
                                                   and "derivatives of any order" not in line]  # fmt: skip
    with pytest.raises(own_course.NotBuilt, match="such as zh"):
        own_translating.update("en", course)


def test_the_page_of_documentation_can_be_followed_to_the_letter(tmp_path):
    need_the_sandbox()
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    said = ""
    for block in blocks:
        run = subprocess.run(
            ["sh", "-ec", block], cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        said += run.stdout + run.stderr
        assert run.returncode == 0, said
    assert re.search(r"my_course/slope.py: holds \(the solution \d", said) and "built lessons/01_slopes.ipynb" in said
    assert re.search(r"ada +01_slopes +0/1 .*\n bob +01_slopes +1/1 ", said)
