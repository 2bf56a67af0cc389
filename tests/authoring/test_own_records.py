"""A record of a teacher's own is tried before anybody meets it: each slip is told with the file and what to write."""

import dataclasses
import re
from pathlib import Path

import pytest
import tensorflow as tf

from tests.test_cli import tapedeck
from widgets.answers.uses import USES
from widgets.authoring import record_trials as trials
from widgets.authoring.new_files import EXERCISE
from widgets.authoring.own_course import NotBuilt, try_paths
from widgets.authoring.record_trials import read, try_records
from widgets.exercises.judgement import judge
from widgets.exercises.own_exercise import OWN_USES, as_exercise
from widgets.exercises.own_records import record_in

RIGHT = EXERCISE.format(name="slope", path="slope.py")
CODE = 'code="KEPT_THE_X"'
SOLUTION = "    return 3 * x**2 - 2\n"
INPUTS = "lambda rng: spread(rng, -2, 2)"


def changed(old, new, name="slope"):
    assert old in RIGHT
    return name, RIGHT.replace(old, new)


def written(folder, name, source):
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    return path


SEEN = [
    (("class", RIGHT), "Python has to take for a function"),
    (("my-slope", RIGHT), "Python has to take for a function"),
    (("sum", RIGHT), "means something else"),
    (("wave", RIGHT), "Tapedeck has an exercise wave"),
    (changed("EXERCISE = OwnExercise(", "EXERCISE = OwnExercise(("), "line "),
    (changed("EXERCISE = ", "OTHER = "), "EXERCISE = OwnExercise"),
    (changed("    due=", "    do="), "unexpected keyword argument 'do'"),
    (changed("from widgets.teaching", "import tensorflow\nfrom widgets.teaching"), "imports tensorflow"),
    (changed("from widgets.teaching", "from helpers import more\nfrom widgets.teaching"), "imports helpers"),
    (changed("from widgets.teaching", "raise SystemExit(3)\nfrom widgets.teaching"), "SystemExit"),
    (changed('question="Write', 'question="" and "Write'), "question is empty"),
    (changed('right="the', 'right=" " or "the'), "right is empty"),
    (changed('        "Find the slope of each of the two terms, and add.",\n', ""), "three texts"),
    (changed("Find the slope of each of the two terms, and add.", "  "), "three texts"),
    (changed("def slope(x):\n    return ...", "def other(x):\n    return ..."), "stub does not define slope"),
    (changed("def slope(x):\n    return ...", "def slope(x)\n    return ..."), "stub is no Python"),
    (changed("points=1", "points=float('nan')"), "points is nan"),
    (changed("points=1", "points='2'"), "points is '2'"),
    (changed("points=1", "points=0"), "points is 0"),
    (changed("points=1", "points=1,\n    use='tensor'"), "use is 'tensor'.*tensors"),
    (changed("points=1", "points=1,\n    columns=('a', 'b')"), "columns has 2 names"),
    (changed(CODE, 'code="kept"'), "capitals"),
    (changed(CODE, 'code="VALUE_OF_IT"'), "two of this code"),
    (changed(CODE, 'code="SINE_ALONE"'), "Tapedeck has this code"),
    (changed("formula=lambda x: x**3 - 2 * x", "formula=None"), "VALUE_OF_IT: it has a formula or a test"),
    (changed("formula=lambda x: x**3 - 2 * x", "formula=lambda x: [x, x]"), "returns 2 numbers, and due returns 1"),
    (
        changed("formula=lambda x: x**3 - 2 * x", "formula=lambda x: x / 0"),
        "VALUE_OF_IT: its formula fails.*ZeroDivision",
    ),
    (
        changed("EXERCISE = ", 'ANSWER = "\\ndef slope(x):\\n    return 3 * x**2 - 2\\n"\nEXERCISE = '),
        "where learners could read",
    ),
    (changed('code="KEPT_THE_X",\n            ', '"KEPT_THE_X",\n            '), "positional"),
    (changed(f"inputs={INPUTS}", "inputs=[1.0]"), "inputs is no function"),
    (changed(INPUTS, "lambda rng: []"), "draws 0 inputs"),
    (changed(INPUTS, "lambda rng: [1.0] * 50"), "draws 50 inputs"),
    (changed(INPUTS, "lambda rng: [{}]"), "has a dict"),
    (changed(INPUTS, "lambda rng: [lambda x: x]"), "has a function.*Given"),
    (changed(INPUTS, "lambda rng: [[1.0] * 101]"), "too long"),
    (changed(INPUTS, "lambda rng: [__import__('random').random()]"), "others each time"),
    (changed(INPUTS, "lambda rng: [rng.nothing()]"), "inputs fails: AttributeError.*in line"),
    (changed("due=lambda x: 3 * x**2 - 2", "due=lambda x: float('inf')"), "finite"),
    (changed("due=lambda x: 3 * x**2 - 2", "due=lambda x: 'much'"), "due fails"),
    (changed("due=lambda x: 3 * x**2 - 2", "due=3"), "due is no function"),
    (changed("due=lambda x: 3 * x**2 - 2", "due=lambda x: [x] * (1 + (x > 0))"), "due returns 1 or 2 numbers"),
    (changed("misconceptions=(", "misconceptions=OwnExercise and ("), None),
]


@pytest.mark.parametrize(("record", "said"), SEEN, ids=lambda given: given if isinstance(given, str) else None)
def test_a_slip_that_can_be_seen_is_told(tmp_path, record, said):
    report = read(written(tmp_path, *record))
    assert bool(report.problems) == bool(said)
    if said:
        assert re.search(said, "\n".join(report.lines)) and str(report.path) in report.lines[0]


TRIED = {
    "slope": (RIGHT, None),
    "wrong_solution": (RIGHT.replace(SOLUTION, "    return 3 * x**2 + 2\n", 1), "solution is not right.*every number"),
    "raising": (RIGHT.replace(SOLUTION, "    return 3 * xx\n", 1), "solution is not right.*NameError"),
    "cell_fails": (
        RIGHT.replace('solution="""\n', 'solution="""\nimport nothing_of_this_name\n'),
        "the solution fails",
    ),
    "answered": (RIGHT.replace("    return ...\n", "    return x * 3 * x - 2\n"), "stub has to be no answer yet"),
    "wrong_stub": (RIGHT.replace("    return ...\n", "    return 0\n"), "stub has to be no answer yet"),
    "right_sample": (RIGHT.replace("    return x**3 - 2 * x\n", SOLUTION), "sample of VALUE_OF_IT is right"),
    "other_sample": (
        RIGHT.replace("    return x**3 - 2 * x\n", "    return 3 * x**2 - 2 * x\n"),
        "sample of VALUE_OF_IT is told as KEPT_THE_X",
    ),
    "no_formula": (RIGHT.replace("x**3 - 2 * x,", "x**5,"), "sample of VALUE_OF_IT is told as"),
    "lucky": (RIGHT.replace("x**3 - 2 * x,", "3 * x**2 - 2 * x,"), "VALUE_OF_IT is told as"),
    "exits": (RIGHT.replace(SOLUTION, "    import os; os._exit(1)\n", 1), "the solution ended the kernel"),
    "endless": (RIGHT.replace(SOLUTION, "    while True: pass\n", 1), "the solution .* ran longer than"),
    "after": (RIGHT, None),
}


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """What came of all records of TRIED, by name."""
    folder = tmp_path_factory.mktemp("records")
    reports = []
    for name, (source, _said) in TRIED.items():
        source = source.replace("def slope(", f"def {name}(")
        reports.append(read(written(folder, name, source)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trials, "LIMITS", dataclasses.replace(trials.LIMITS, seconds_per_cell=4))
        try_records(reports)
    return {report.name: report for report in reports}


@pytest.mark.parametrize("name", TRIED)
def test_what_only_trying_shows_is_told(tried, name):
    report, said = tried[name], TRIED[name][1]
    if said is None:
        assert report.problems == [] and report.lines[0].startswith(f"{report.path}: holds (the solution 0.")
    else:
        told = "\n".join(report.lines)
        assert re.search(said, told, re.DOTALL) and "hint(" not in told and not re.search(r"\.\.$", told)


def test_a_lesson_is_tried_with_its_folder_not_as_a_record(tmp_path):
    with pytest.raises(NotBuilt, match="01_slopes.py is a lesson.*tapedeck check"):
        try_paths([tmp_path / "01_slopes.py"], print)


def test_a_slow_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(trials, "SLOW", 0.0)
    report = read(written(tmp_path, "slope", RIGHT))
    try_records([report])
    assert "seconds to judge" in report.problems[0]


def test_a_teachers_uses_are_uses():
    assert OWN_USES.keys() <= USES.keys()


@pytest.mark.parametrize("use", ["value and gradient", "tensors, value and gradient"])
def test_an_array_where_one_number_is_due_is_told_as_such(use):
    """The mean that was forgotten is no matter of how many gradients there are, nor does a row of them pass."""
    own = dataclasses.replace(
        record_in(RIGHT, "slope.py"),
        use=use,
        misconceptions=(),
        inputs=lambda rng: [rng.uniform(1, 2, size=2)],
        due=lambda x: [x @ x, *(2 * x)],
    )
    exercise = as_exercise("slope", own)
    assert judge(exercise, lambda x: tf.reduce_sum(x**2)).status == "right"
    for wrong in (lambda x: x**2, lambda x: tf.concat([[tf.reduce_sum(x**2)], 2 * x], 0), lambda x: x.numpy() ** 2):
        assert judge(exercise, wrong).code == "SHAPE"


def test_new_files_are_written_once(tmp_path):
    record, lesson = tmp_path / "my course" / "slope.py", tmp_path / "my course" / "01_slopes.py"
    told = tapedeck("new", "exercise", str(record))
    assert told.returncode == 0 and f'check "{record.as_posix()}"' in told.stdout
    (tmp_path / "my course" / "helper.py").write_text("")
    assert tapedeck("new", "lesson", str(lesson)).returncode == 0
    assert "helper" not in lesson.read_text()
    assert '# %% exercise="slope"' in lesson.read_text() and record.read_text().startswith('"""The exercise `slope`')
    before = record.read_text()
    for arguments in (
        ("exercise", record),
        ("lesson", lesson),
        ("exercise", tmp_path / "wave"),
        ("lesson", tmp_path / "a"),
    ):
        again = tapedeck("new", *map(str, arguments))
        assert again.returncode == 2 and str(arguments[1]) in again.stderr and "Traceback" not in again.stderr
    assert record.read_text() == before and not Path(tmp_path, "wave.py").exists()
