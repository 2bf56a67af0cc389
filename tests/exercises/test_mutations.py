"""Every error that is planted in a reference answer, and changes what it does, is caught: by its check and by nbval.

Whether it changes anything is not asked of the check: the answer is put to use at the questions of several seeds, and
what comes back is compared with what the reference gives. nbval compares what the check prints with what the solution
keeps, by its own code. (That it does so for a whole notebook in a kernel, tests/notebooks/test_nbval_sees.py shows.)
"""

import concurrent.futures
import contextlib
import ctypes
import functools
import io
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from nbformat import NotebookNode
from nbval.plugin import IPyNbFile

from tests.exercises.answering import execute, exercises
from tests.exercises.mutants import mutants
from widgets.answers.answer_numbers import close
from widgets.answers.replies import reply
from widgets.exercises.exercise import generator
from widgets.exercises.observer import Observer
from widgets.exercises.registry import EXERCISES

LESSONS = sorted((Path(__file__).parents[2] / "solutions").glob("[0-9][0-9]_*.py"))
SHORTEST = 0.5  # seconds that a check may take, or 5 times what it takes for the reference; nbval gives a cell 120
PATIENCE = 5  # seconds of the processor until an answer that goes on is stopped again
OTHER_SEEDS = ("1", "a word", "7" * 40)
CAUGHT, SAME, ENDLESS, MISSED = "caught", "change nothing", "caught by never ending", "missed"
TOLD = (ENDLESS, MISSED, SAME)

EXPLAINED = {}
"""(exercise, the mutant as text) -> why no check can catch it. One that is caught after all has no place here."""


@functools.cache
def answers():
    """Return every exercise as its lesson has it, with the lesson's path, by name. Reading all lessons takes long."""
    return {answered.name: (path, answered) for path in LESSONS for answered in exercises(path)}


@pytest.fixture(scope="module")
def score(record_testsuite_property):
    """Collect what became of the mutants; at the end the score is printed and recorded, with those to look at."""
    found = {outcome: [] for outcome in (CAUGHT, ENDLESS, MISSED, SAME)}
    yield found
    caught = len(found[CAUGHT]) + len(found[ENDLESS])
    text = f"{caught} of {caught + len(found[MISSED])} planted errors caught"
    record_testsuite_property("mutations", text)
    lists = [f"\n{outcome}: {len(found[outcome])}" + "".join(f"\n  {m}" for m in found[outcome]) for outcome in TOLD]
    print("", text, *lists)


@pytest.fixture(scope="module")
def nbval_sees(request):
    """Return a function that asks nbval's own comparison whether a text differs from what a solution's cell printed."""

    @functools.cache
    def items(path):
        notebook = IPyNbFile.from_parent(request.session, path=path.with_suffix(".ipynb"))
        return {item.cell.id: item for item in notebook.collect()}

    def of(path, cell_id):
        item = items(path)[cell_id]
        stream = {"output_type": "stream", "name": "stdout"}
        return lambda text: not item.compare_outputs([NotebookNode(stream, text=text)], item.cell.outputs)

    return of


def within(seconds, work, *given):
    """Return `work(*given)`, or stop it as Ctrl-C does and raise TimeoutError.

    It runs in a thread of its own, where a tape may stay open: an endless answer may be stopped just as it opens one.
    The seconds are those of the processor, so that a busy machine does not make a slow answer an endless one.
    """
    result = concurrent.futures.Future()

    def attempt():
        try:
            result.set_result(work(*given))
        except BaseException as error:
            result.set_exception(error)

    thread = threading.Thread(target=attempt, daemon=True)
    stop = ctypes.pythonapi.PyThreadState_SetAsyncExc
    end = time.process_time() + seconds
    thread.start()
    while thread.is_alive():
        thread.join(0.05)
        if time.process_time() > end:  # and again, since the answer may catch it; but not while it is being ended
            end += PATIENCE
            stop(ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt))
    try:
        return result.result()
    except KeyboardInterrupt:
        raise TimeoutError from None


def run(answered, answer, before):
    """Run an answer and its check as cells, with the names from before. Returns (the answer, what is printed).

    An answer that does not get so far is None, and its exception's name is all that is printed.
    """
    names = dict(before)
    try:
        execute(answer, names)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            execute(answered.check, names)
    except TimeoutError:
        raise
    except Exception as error:  # whatever a cell raises, nbval sees
        return None, type(error).__name__
    return answered.handed_over(names), printed.getvalue()


def behaviour(name, answer):
    """Return what an answer gives for the questions of other seeds: numbers, or the name of what came instead."""
    given = []
    for seed in OTHER_SEEDS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TAPEDECK_SEED", seed)
            questions = EXERCISES[name].questions(generator(name))
        observer = Observer(EXERCISES[name], lambda request: reply(request, answer))
        given += [outcome.numbers for outcome in observer.evidence(questions).outcomes]
    return given


def agree(some, others):
    """Whether two behaviours are the same, as far as float32 can tell."""
    return all(
        one is other is None or (one is not None and other is not None and np.all(close(one, other)))
        for one, other in zip(some, others, strict=True)
    )


def became(name, tried, reference):
    """Return what became of a mutant, and what its check printed. `tried()` runs it; `reference()` is what is right."""
    try:
        answer, printed = tried()
    except TimeoutError:
        return ENDLESS, ""
    if "\nRight: " not in printed:
        return CAUGHT, printed
    return (SAME if agree(behaviour(name, answer), reference()) else MISSED), printed


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NumPy, where an error makes numbers overflow
@pytest.mark.parametrize("name", EXERCISES)
def test_every_planted_error_is_caught(name, score, nbval_sees):
    path, answered = answers()[name]
    before = {"__name__": "__main__"}
    execute(answered.before, before)
    sees = nbval_sees(path, f"check-{name}")
    run(answered, answered.answer, before)  # what is only done once, is done
    start = time.process_time()
    answer, printed = run(answered, answered.answer, before)
    patience = max(SHORTEST, 5 * (time.process_time() - start))
    assert "\nRight: " in printed and not sees(printed), "the reference itself"
    reference = functools.cache(lambda: behaviour(name, answer))
    if not callable(answer):  # but a widget, which mutants change
        reference()
    missed, unseen = [], []
    for mutant in mutants(answered.answer):
        tried = functools.partial(within, patience, run, answered, mutant.source, before)
        outcome, printed = became(name, tried, reference)
        score[outcome].append(f"{name}, {mutant}")
        missed += [str(mutant)] if outcome == MISSED else []
        unseen += [str(mutant)] if outcome == CAUGHT and not sees(printed) else []
    assert unseen == []
    assert missed == [text for of, text in EXPLAINED if of == name]
