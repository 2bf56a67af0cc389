"""The order of the tests, and what they run in."""

import contextlib
import gc
import importlib
import os
import sys
from pathlib import Path

import pytest

from tests import surroundings
from tests.notebooks.forked_kernels import forking

BROWSER = Path(__file__).with_name("browser")
LONG = [
    *("test_submissions", "test_mutations", "test_lesson_cells", "test_answers", "test_lessons", "test_engine"),
    *("test_reports", "test_command", "test_dask_cluster", "test_explain", "test_marking"),
    *("test_learner_lab", "test_lab", "test_descent_lab", "test_race_page", "test_predict_lab", "test_descent_page"),
]
"""The files that take longest, which begin first: nobody waits for one of them at the end."""

PICTURES = "test_pictures_to_look_at"
surroundings.enter()


def pytest_addoption(parser):
    parser.addoption("--pictures", action="store_true", help="take the pictures of the views that only people judge")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Start one worker more than there are processors: while one waits for a kernel or a page, another works."""
    return min((os.cpu_count() or 1) + 1, config.option.maxprocesses)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the browser's files on one worker, as long as there is anything else to do."""
    from tests.scheduling import BrowserApart

    return BrowserApart(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_configure(config):
    """Fork the kernels that this process starts, those of `solutions` too: importing TensorFlow takes seconds."""
    stack = contextlib.ExitStack()
    stack.enter_context(forking())
    config.add_cleanup(stack.close)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session):
    """Collect without the garbage collector: it finds none, and goes through all that is imported, again and again."""
    gc.disable()
    try:
        _import_in_turn(session.config)
        return (yield)
    finally:
        gc.enable()


def _import_in_turn(config):
    """Have each worker begin with tests of its own: pytest compiles a file once, and the others read what it has kept.

    All of them collect the same files. From the same end on, they would all compile the same ones at the same time.
    """
    if not hasattr(config, "workerinput"):
        return
    worker, workers = int(config.workerinput["workerid"].removeprefix("gw")), config.workerinput["workercount"]
    files = sorted(file for where in config.args for file in Path(config.rootpath, where).rglob("test_*.py"))
    for file in files[worker::workers]:
        with contextlib.suppress(Exception, pytest.skip.Exception):  # the collection will tell
            importlib.import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


def pytest_collection_modifyitems(config, items):
    """Put browser tests last: Playwright leaves an event loop running in this thread, where others start theirs."""
    items.sort(key=lambda item: (BROWSER in item.path.parents, _place(item.path.stem)))
    if not config.getoption("pictures"):
        config.hook.pytest_deselected(items=[item for item in items if item.name == PICTURES])
        items[:] = [item for item in items if item.name != PICTURES]


def _place(name):
    return LONG.index(name) if name in LONG else len(LONG)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Spare the garbage collector what is here to stay, TensorFlow itself and what earlier files have left.

    It went through all of it again and again: Keras collects garbage at each `clear_session`.
    """
    if item.path != getattr(item.session, "collected_at", None):
        item.session.collected_at = item.path
        gc.collect()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Let no test leave a tape open on this thread: it would record whatever later ones run."""
    item.was_tape_open = _is_tape_open()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    assert item.was_tape_open or not _is_tape_open(), "this test left a tape open"


def _is_tape_open():
    tensorflow = sys.modules.get("tensorflow.python.pywrap_tfe")
    return tensorflow is not None and not tensorflow.TFE_Py_TapeSetIsEmpty()
