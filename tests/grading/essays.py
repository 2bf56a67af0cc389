"""A course of written questions, built by the real builder, and a class that has answered them: no kernel is needed."""

import copy
import json

import nbformat

from widgets.authoring import notebooks
from widgets.grading.lesson_reference import lessons

NAME = "01_essay"
SCRIPT = """\
# %% [markdown]
# # An essay

# %% [markdown]
# ## Why?
#
# Why is the gradient `None`?

# %% [markdown] written="why_none" points=3
# Constants are not watched.

# %% [markdown]
# Where do paths add?

# %% [markdown] written="adds" points=2 stub="*Two sentences.*"
# Where they meet.
"""


def course(folder, script=SCRIPT, name=NAME):
    """Write the lesson's reference into a folder, as solutions/ and lessons/, and return its LessonReference."""
    source = folder / "solutions" / f"{name}.py"
    for kind in ("solutions", "lessons"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    source.write_text(script, "utf-8")
    solution, stubs = notebooks.read_script(source)
    nbformat.write(solution, source.with_suffix(".ipynb"))
    nbformat.write(notebooks.for_learners(solution, stubs), folder / "lessons" / f"{name}.ipynb")
    return lessons(folder)[name]


def answered(folder, answers, name=NAME):
    """Return the learners' notebook, as JSON, with these answers by question; of the others the placeholder stands."""
    notebook = copy.deepcopy(json.loads((folder / "lessons" / f"{name}.ipynb").read_bytes()))
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    return notebook


def handed_in(folder, reference, by_learner, name=NAME):
    """Write a notebook for each learner, and return the folder."""
    for learner, answers in by_learner.items():
        path = folder / learner / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(answered(reference, answers, name)), "utf-8")
    return folder
