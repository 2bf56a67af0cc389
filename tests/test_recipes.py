"""The recipes of CONTRIBUTING.md, all followed in one temporary copy: one record each, and everything else follows."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.notebooks.forked_kernels import run_python
from widgets.authoring.pages import PAGES

ROOT = Path(__file__).parents[1]
COPIED = "widgets", "solutions/07_minimize.py", "pyproject.toml", "CHANGELOG.md", *PAGES[:3]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout, without what tools have brought, in which every recipe has been followed."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    for follow in (add_a_misconception, add_a_cause, add_an_optimizer, add_a_verdict, add_a_lesson, add_a_widget):
        follow(folder)
    return folder


@pytest.fixture(scope="module")
def answers(checkout):
    """What the copy's package says to each of QUESTIONS; all in one process, since it takes seconds to start one."""
    code = f"import json, widgets\nassert widgets.__file__.startswith({str(checkout)!r})\nanswers = {{}}\n"
    code += "".join(f"{question}answers[{name!r}] = answer\n" for name, question in QUESTIONS.items())
    code += "print(json.dumps(answers))"
    surroundings = {"PYTHONPATH": str(checkout), "TAPEDECK_HOME": str(checkout / "home"), "TAPEDECK_LANG": "en"}
    return json.loads(run_python(code, cwd=checkout, **surroundings).splitlines()[-1])


def insert(path, after, text):
    """Put a text behind the first place where `after` stands."""
    source = path.read_text("utf-8")
    assert source.count(after) >= 1, f"{path.name} has no {after!r}"
    path.write_text(source.replace(after, after + text, 1), "utf-8")


def recipe(heading, language="python"):
    """The first block of code in a language under a heading of CONTRIBUTING.md."""
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition(f"### {heading}\n")[2]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]


QUESTIONS = {}
"""For each recipe, code that makes an `answer`."""


def add_a_misconception(checkout):
    record = recipe("Add a misconception").rstrip() + ",\n"
    wave = 'WAVE = Exercise(\n    name="wave",'
    module = next(path for path in checkout.glob("widgets/exercises/lesson_01*.py") if wave in path.read_text("utf-8"))
    head, _, tail = module.read_text("utf-8").partition(wave)
    module.write_text(
        head + wave + tail.replace("    misconceptions=(\n", "    misconceptions=(\n" + record, 1), "utf-8"
    )


QUESTIONS["misconception"] = """
import contextlib, dataclasses, io, tensorflow as tf
from widgets.authoring import pages
from widgets.exercises.registry import misconceptions_by_code
with contextlib.redirect_stdout(io.StringIO()) as out:
    widgets.check('wave', lambda x: 2.0 * tf.sin(x))
row = dataclasses.asdict(misconceptions_by_code()['TWICE_THE_SINE'])
answer = [out.getvalue(), row, pages.fill('<!-- table: misconceptions -->\\n<!-- end of table -->')]
"""


def test_a_misconception_is_one_record(answers):
    said, row, table = answers["misconception"]
    assert "this is 2·sin(x)." in said
    assert (row["lesson"], row["exercise"]) == ("01", "wave")
    assert "| 1 | `TWICE_THE_SINE` | The factor 2 stands where x should. | Multiply by x. | `wave` |" in table


def add_a_cause(checkout):
    insert(
        checkout / "widgets/diagnosis/error_causes.py",
        "import deferred as _\n",
        f"\n{recipe('Add a cause to explain')}",
    )
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("### Add a cause to explain\n")[2]
    row = re.findall(r"```python\n(.*?)```", section, re.DOTALL)[1].rstrip()
    insert(checkout / "widgets/diagnosis/error_patterns.py", "PATTERNS = (\n", f"    {row},\n")


QUESTIONS["cause"] = """
error = RuntimeError("Could not satisfy device specification '/job:localhost/task:0/device:GPU:7'.")
diagnosis = widgets.explain(error)
answer = [diagnosis.code, diagnosis.cause, diagnosis.repair, diagnosis.lesson]
"""


def test_a_cause_is_one_record(answers):
    code, cause, repair, lesson = answers["cause"]
    assert (code, cause) == ("NO_SUCH_DEVICE", "This computer has no device GPU:7.")
    assert "list_physical_devices" in repair and lesson == ""


def add_an_optimizer(checkout):
    record = f"    {recipe('Add an optimizer').rstrip()},\n"
    insert(checkout / "widgets/descent/optimizers.py", "_RECORDS = (\n", record)


QUESTIONS["optimizer"] = """
f = lambda x: x * x - 2.0 * x + 1.0
paths = widgets.descend(f, 0.0, [0.1], 5, optimizer='adagrad')
x, optimizer = tf.Variable(0.0), tf.keras.optimizers.Adagrad(learning_rate=0.1)
for _ in range(5):
    with tf.GradientTape() as tape:
        y = f(x)
    optimizer.apply_gradients([(tape.gradient(y, x), x)])
explorer = widgets.DescentExplorer(f, start=0.0)
explorer.optimizer = 'adagrad'
answer = [float(paths.x[-1, 0]), float(x.numpy()), explorer.facts, explorer.code]
"""


def test_an_optimizer_is_one_record(answers):
    places, due, menu, code = answers["optimizer"]
    assert places == due
    assert '"adagrad":"Adagrad"' in menu
    assert "tf.keras.optimizers.Adagrad(learning_rate=" in code


def add_a_verdict(checkout):
    record = recipe("Add a verdict of the grader").replace('_("...")', '_("Somebody else wrote this.")')
    insert(checkout / "widgets/grading/verdict_kinds.py", '    junit_tag="error",\n    )\n)\n', f"\n{record}")


QUESTIONS["verdict"] = """
from widgets.grading.verdict_kinds import VERDICTS
answer = [list(VERDICTS), pages.fill('<!-- table: grading-verdicts -->\\n<!-- end of table -->')]
"""


def test_a_verdict_is_one_record(answers):
    codes, table = answers["verdict"]
    assert codes[-1] == "plagiarized"
    assert "| plagiarized | ... | ... |" in table


LESSON = """\
# %% [markdown]
# # 13 · Small
#
# It takes about 5 minutes.

# %% exercise="thirteen" stub="return ..."
def thirteen():
    ### BEGIN SOLUTION
    return 13.0
    ### END SOLUTION

# %% check="thirteen"
from widgets import check
check("thirteen", thirteen)
"""
EXERCISES = '''\
"""Lesson 13: one small exercise."""

from widgets.exercises.exercise import Exercise, Question

THIRTEEN = Exercise(
    name="thirteen",
    columns=("number",),
    questions=lambda rng: (Question("", (), (13.0,)),),
    hints=("A number.", "One more than 12.", "return 13.0"),
    right="it is 13.",
)
EXERCISES = (THIRTEEN,)
'''
RECORD = 'Lesson("13", "small", "Small", 5, outcome="count to 13", aims="Count.", exercises=("thirteen",)),\n'


def add_a_lesson(checkout):
    (checkout / "solutions/13_small.py").write_text(LESSON, "utf-8")
    (checkout / "widgets/exercises/lesson_13.py").write_text(EXERCISES, "utf-8")
    insert(checkout / "widgets/common/lessons.py", "LESSONS = (\n", f"    {RECORD}")


QUESTIONS["lesson"] = """
import pathlib, nbformat
from widgets.authoring import build
built = build(['13'])
solution = nbformat.read('solutions/13_small.ipynb', as_version=4)
outputs = [output.get('text', '') for cell in solution.cells for output in cell.get('outputs', ())]
answer = [built, outputs, pathlib.Path('README.md').read_text('utf-8')]
"""


def test_a_lesson_is_its_script_its_exercises_and_one_record(answers):
    built, outputs, readme = answers["lesson"]
    assert built[:2] == ["built solutions/13_small.ipynb", "built lessons/13_small.ipynb"]
    assert any("Right: it is 13." in text for text in outputs)
    assert "| 13 | [Small](lessons/13_small.ipynb) | count to 13 |" in readme


def add_a_widget(checkout):
    folder = checkout / "widgets/counter"
    (folder / "view").mkdir(parents=True)
    (folder / "__init__.py").write_text('"""A counter."""\n', "utf-8")
    (folder / "widget.py").write_text(recipe("Add a widget").replace("        ...", "        return Figure()"), "utf-8")
    (folder / "view/counter.js").write_text(recipe("Add a widget", "js"), "utf-8")
    (folder / "view/counter.css").write_text(".counter { color: inherit; }\n", "utf-8")
    line = "from .counter.widget import Counter as Counter\n"
    assert line.strip() in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    insert(checkout / "widgets/__init__.pyi", "from .common.errors import FunctionError as FunctionError\n", line)
    for kind in (".js", ".css"):  # what `npm run build` would bundle
        shutil.copy(folder / f"view/counter{kind}", checkout / f"widgets/static/counter{kind}")


QUESTIONS["widget"] = """
from widgets import Counter
counter = Counter(count=3)
shown, _ = counter._repr_mimebundle_()
page = counter.save_html('counter.html').read_text('utf-8')
answer = [widgets.__all__, str(counter), sorted(shown), page]
"""


def test_a_widget_is_one_folder_and_one_line(answers):
    names, text, kinds, page = answers["widget"]
    assert "Counter" in names and text == "3"
    assert {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"} <= set(kinds)
    assert ".counter { color: inherit; }" in page
