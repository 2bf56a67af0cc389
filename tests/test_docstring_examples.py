"""Examples in docstrings are run, and print what they say they print."""

import doctest
import importlib
import pkgutil
import runpy
import warnings
from pathlib import Path

import pytest

import widgets

MODULES = sorted(
    module.name for module in pkgutil.walk_packages(widgets.__path__, "widgets.") if module.name[-2:] != "__"
)


def examples(name):
    """The docstrings of a module that have examples."""
    if name.endswith("__main__"):
        return []
    module = importlib.import_module(name)
    return [test for test in doctest.DocTestFinder(exclude_empty=True).find(module) if test.examples]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name, monkeypatch, tmp_path):
    monkeypatch.setenv("TAPEDECK_HOME", str(tmp_path))
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    said = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for test in examples(name):
            runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def test_public_functions_have_an_example():
    functions = (
        "check",
        "descend",
        "explain",
        "first_difference",
        "hint",
        "precision",
        "predict",
        "progress",
        "record",
        "sweep",
    )
    without = [name for name in functions if ">>>" not in (getattr(widgets, name).__doc__ or "")]
    assert without == []


def test_the_api_reference_builds_from_the_docstrings(tmp_path):
    script = Path(__file__).parents[1] / "docs" / "build.py"
    runpy.run_path(str(script))["build"](tmp_path)  # what `python docs/build.py` calls
    page = (tmp_path / "widgets.html").read_text("utf-8")
    assert [name for name in widgets.__all__ if f'id="{name}"' not in page] == []
