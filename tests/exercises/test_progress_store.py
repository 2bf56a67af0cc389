"""A learner's progress survives a crash, a second notebook, a damaged file, a newer version and a folder of stone."""

import errno
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets import check, exercises, predict
from widgets.exercises import predictions, progress_clock, progress_store
from widgets.exercises.exercise import RIGHT, WAITING, WRONG
from widgets.exercises.progress_schema import (
    VERSION,
    Answer,
    DamagedFile,
    NewerFile,
    Progress,
    answered,
    from_text,
    hint_asked,
    to_text,
)

texts, counts = st.text(max_size=20), st.integers(1, 2**40)
values = st.recursive(texts | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False), st.lists)
answers = st.builds(
    Answer,
    st.sampled_from([RIGHT, WRONG, WAITING]),
    texts,
    counts,
    codes=st.lists(texts, max_size=3).map(tuple),
    seconds=st.none() | st.floats(0, 1e9),
    order=counts,
    day=texts,
)
few = settings(max_examples=15, deadline=None)
given_answers = st.dictionaries(texts, st.lists(texts) | texts)
everything = st.builds(
    Progress,
    st.dictionaries(texts, values),
    st.dictionaries(texts, answers),
    st.dictionaries(texts, counts),
    st.dictionaries(texts, answers),
    st.dictionaries(texts, st.fixed_dictionaries({"answers": given_answers, "handed_in": given_answers})),
)


@few
@given(everything)
def test_what_is_written_is_read(something):
    text = to_text(something)
    assert from_text(text) == something and text.isascii()


@few
@given(st.recursive(st.none() | st.booleans() | texts | st.floats(), lambda x: st.lists(x) | st.dictionaries(texts, x)))
def test_any_other_json_is_called_damaged(something):
    parts = ("predictions", "answers", "hints", "compared", "forms")
    for facts in (something, *({"tapedeck": version} | dict.fromkeys(parts, something) for version in (1, 2))):
        text = json.dumps(facts)
        try:
            assert from_text(text) == Progress()
        except DamagedFile:
            continue
        assert facts["hints"] == {}


@few
@given(everything, st.data())
def test_a_file_cut_short_is_called_damaged(something, data):
    text = to_text(something)
    with pytest.raises(DamagedFile):
        from_text(text[: data.draw(st.integers(0, len(text) - 2))])


def test_a_right_answer_stays_right_and_its_tries_are_those_it_took():
    for status, code in [(WAITING, ""), (WRONG, "SIGN"), (WAITING, ""), (WRONG, "FACTOR")]:
        progress_store.update(answered("wave", status, code))
    assert standing("wave") == Answer(WRONG, "FACTOR", 2, ("SIGN", "FACTOR"), order=1)
    for status, code in [(RIGHT, ""), (WRONG, "SIGN"), (RIGHT, "")]:
        progress_store.update(answered("wave", status, code))
    assert standing("wave") == Answer(RIGHT, "", 3, ("SIGN", "FACTOR"), order=1)


def standing(name, kind="answers"):
    """Return how an item stands, but for the day and the time, which are not the same in every run."""
    return replace(getattr(progress_store.load(), kind)[name], day="", seconds=None)


def test_the_first_ten_codes_are_kept_in_order_and_the_hints_before_it_was_right():
    for number in range(12):
        progress_store.update(answered("wave", WRONG, f"CODE_{number}"))
        progress_store.update(hint_asked("wave"))
    progress_store.update(answered("wave", RIGHT, ""))
    progress_store.update(hint_asked("wave"))
    codes = tuple(f"CODE_{number}" for number in range(10))
    assert standing("wave") == Answer(RIGHT, "", 13, codes, hints=12, order=1)
    assert progress_store.load().hints == {"wave": 13}


def test_items_are_numbered_in_the_order_in_which_they_were_begun():
    progress_store.update(hint_asked("both"))
    predict("slope at 0", 2.0)
    progress_store.update(answered("flat", WAITING, ""))  # a stub begins nothing
    for name in ("wave", "both", "flat"):
        progress_store.update(answered(name, WRONG, "SIGN"))
    kept = progress_store.load()
    orders = {name: item.order for name, item in (kept.answers | kept.compared).items()}
    assert orders == {"both": 1, "slope at 0": 2, "wave": 3, "flat": 4}


def test_time_is_counted_without_pauses_and_no_time_of_day_is_kept(monkeypatch):
    clock = iter([100.0, 160.0, 500.0, 530.5])
    monkeypatch.setattr(progress_clock.time, "monotonic", lambda: next(clock))
    progress_store.update(answered("needed", WRONG, "SIGN"))
    assert progress_store.load().answers["needed"].seconds is None  # of a single moment nothing is known
    for ask in (hint_asked("needed"), answered("needed", WRONG, "SIGN"), answered("needed", RIGHT, "")):
        progress_store.update(ask)
    item = progress_store.load().answers["needed"]
    assert item.seconds == 60 + 30.5  # 340 seconds were a pause
    assert item.day == date.today().isoformat()
    assert not re.search(r"\d:\d\d", progress_store.path_of_file().read_text("utf-8"))


def test_a_prediction_counts_until_it_is_compared(capsys):
    for value in (1.0, 2.0):
        predict("slope at 0", value)
    check("slope at 0", ...)
    check("slope at 0", -2.0)
    assert standing("slope at 0", "compared") == Answer(WRONG, "DIFFERENT", 2, ("DIFFERENT",), order=1)
    predict("slope at 0", -2.0)  # now that it is known
    check("slope at 0", -2.0)
    assert standing("slope at 0", "compared").status == WRONG
    check("never predicted", 1.0)
    predict("total against 2", "below")
    check("total against 2", "below")
    assert standing("total against 2", "compared") == Answer(RIGHT, "", 1, order=2)
    assert list(progress_store.load().compared) == ["slope at 0", "total against 2"]


def test_an_answer_that_a_lesson_shows_does_not_count(capsys):
    check("double", lambda x: x * x, counts=False)
    assert "Not right" in capsys.readouterr().out and progress_store.load() == Progress()


OLD = {
    "tapedeck": 1,
    "predictions": {"slope at 0": -2.0, "curve": [[0.0, 1.0]]},
    "answers": {
        "wave": {"code": "SIGN", "status": "wrong", "tries": 1},
        "both": {"code": "FACTOR", "status": "wrong", "tries": 3},
        "flat": {"code": "", "status": "right", "tries": 2},
    },
    "hints": {"wave": 2, "rows": 1},
}
"""A file of version 1, as Tapedeck 0.2 wrote it."""


def test_an_old_file_loses_nothing_and_becomes_a_new_one(home):
    home.mkdir()
    progress_store.path_of_file().write_text(json.dumps(OLD), "utf-8")
    kept = progress_store.load()
    assert (kept.predictions, kept.hints) == (OLD["predictions"], OLD["hints"])
    assert kept.answers == {
        "wave": Answer(WRONG, "SIGN", 1, ("SIGN",), hints=2),
        "both": Answer(WRONG, "FACTOR", 3, ("", "", "FACTOR")),  # what the first two were is not known
        "flat": Answer(RIGHT, "", 2, ("",)),
        "rows": Answer(hints=1),
    }
    progress_store.update(answered("both", WRONG, "SIGN"))
    progress_store.update(answered("train", WRONG, "SIGN"))
    facts = json.loads(progress_store.path_of_file().read_text("utf-8"))
    assert facts["tapedeck"] == VERSION == 2
    assert from_text(json.dumps(facts)) == progress_store.load()
    both, train = (progress_store.load().answers[name] for name in ("both", "train"))
    assert (both.codes, both.day, both.order) == (("", "", "FACTOR", "SIGN"), "", 0)
    assert train.order == 1 and train.day


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (-2, -2.0),
        ("above", "above"),
        (math.inf, "inf"),
        ([(0, 1.0), (1, 2.5)], [[0.0, 1.0], [1.0, 2.5]]),
        (("x = x", "y = y"), ["x = x", "y = y"]),
        (True, "True"),
        ("long" * 1000, "long" * 50),
    ],
)
def test_predictions_outlive_their_kernel(value, held):
    predictions.commit("slope", value)
    assert predictions.value_of("slope") is value
    predictions.forget_session()  # as a restart does
    assert predictions.value_of("slope") == held and "slope" in predictions.names()
    predictions.ask("slope")
    assert predictions.value_of("slope") == held


def test_hints_go_on_after_a_restart(home):
    assert [progress_store.count_hint("wave") for _ in range(2)] == [1, 2]
    assert run_python(home, "print(progress_store.count_hint('wave'))") == "3\n"


def test_reading_makes_no_file(home):
    assert progress_store.load() == Progress()
    assert not home.exists()


# Other hands on the file


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b"my shopping list", b'{"tapedeck": 0}'])
def test_a_file_that_is_not_ours_is_put_aside_and_nothing_is_lost(home, content, capsys):
    home.mkdir()
    for number in (1, 2):
        progress_store.path_of_file().write_bytes(content)
        assert progress_store.load() == Progress()
        assert progress_store.count_hint("wave") == 1
        assert (home / f"progress-{number}.damaged").read_bytes() == content
        assert str(home / f"progress-{number}.damaged") in capsys.readouterr().out
    assert progress_store.count_hint("wave") == 2 and capsys.readouterr().out == ""


def test_the_file_of_a_newer_version_is_left_alone(home, capsys):
    home.mkdir()
    newer = json.dumps({"tapedeck": VERSION + 1, "hints": "something new"})
    progress_store.path_of_file().write_text(newer, "utf-8")
    with pytest.raises(NewerFile):
        from_text(newer)
    assert [progress_store.count_hint("wave") for _ in range(3)] == [1, 2, 3]
    assert progress_store.path_of_file().read_text("utf-8") == newer
    assert capsys.readouterr().out.count("was written by a newer Tapedeck") == 1


def test_where_nothing_can_be_written_it_goes_on_in_memory(home, tmp_path, capsys):
    home.write_text("a file where the folder should be", "utf-8")
    assert [progress_store.count_hint("wave") for _ in range(3)] == [1, 2, 3]
    predictions.commit("slope", 1.0)
    kept = progress_store.load()
    assert (kept.predictions, kept.hints) == ({"slope": 1.0}, {"wave": 3})
    said = capsys.readouterr().out
    assert said.count("Your progress cannot be written to ") == 1 == said.count("until this kernel ends")
    home.unlink()
    assert progress_store.count_hint("wave") == 4  # and once it can be written, all of it is
    written = from_text(progress_store.path_of_file().read_text("utf-8"))
    assert (written.predictions, written.hints) == ({"slope": 1.0}, {"wave": 4})


def test_what_is_there_is_read_even_if_it_cannot_be_changed(home):
    progress_store.count_hint("wave")
    before = progress_store.path_of_file().read_bytes()
    progress_store.path_of_file().with_suffix(".lock").unlink()
    progress_store.path_of_file().with_suffix(".lock").mkdir()  # nobody opens a folder for writing, not even root
    assert progress_store.count_hint("wave") == 2
    assert progress_store.path_of_file().read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="Windows locks files in another way")
@pytest.mark.parametrize("error", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_network_folder_without_locks_is_written_without_one(home, error, monkeypatch, capsys):
    def no_locks(_file, _operation):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("fcntl.flock", no_locks)
    assert [progress_store.count_hint("wave") for _ in range(2)] == [1, 2]
    assert from_text(progress_store.path_of_file().read_text("utf-8")).hints == {"wave": 2}
    assert capsys.readouterr().out == ""


def test_a_lock_that_nobody_releases_is_waited_for_and_said(home, monkeypatch, capsys):
    progress_store.count_hint("wave")
    monkeypatch.setattr(progress_store, "_PATIENCE_S", 0.05)
    with FileLock(progress_store.path_of_file().with_suffix(".lock")):
        assert progress_store.count_hint("wave") == 2
        assert from_text(progress_store.path_of_file().read_text("utf-8")).hints == {"wave": 1}
    assert "Your progress cannot be written to " in capsys.readouterr().out
    assert progress_store.count_hint("wave") == 3
    assert from_text(progress_store.path_of_file().read_text("utf-8")).hints == {"wave": 3}


# Other processes


LEAN = f"""
import sys, types
package = sys.modules["widgets.exercises"] = types.ModuleType("widgets.exercises")
package.__path__ = {list(exercises.__path__)}
from widgets.exercises import progress_store
"""
"""The package without its lessons, which import TensorFlow: a process that keeps progress needs none of them."""


def python(home, code):
    """Start Python with the progress of this learner."""
    environment = os.environ | {"TAPEDECK_HOME": str(home)}
    command = [sys.executable, "-c", LEAN + code]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def run_python(home, code):
    said, _nothing = python(home, code).communicate(timeout=120)
    return said


def test_two_kernels_at_once_lose_nothing_of_each_other(home):
    asks = "for _ in range(50): progress_store.count_hint('shared'); progress_store.count_hint({name!r})"
    writers = [python(home, asks.format(name=name)) for name in ("mine", "yours")]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert progress_store.load().hints == {"shared": 100, "mine": 50, "yours": 50}


def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(home):
    """What was told to be kept is kept: each number is printed only after it was written."""
    endless = "while True: print(progress_store.count_hint('wave'), flush=True)"
    known = 0
    for moment in range(4):
        writer = python(home, endless)
        writer.stdout.readline()
        time.sleep(0.02 * moment)
        writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        told = re.findall(r"^(\d+)$", writer.communicate()[0], flags=re.MULTILINE)
        now = from_text(progress_store.path_of_file().read_text("utf-8")).hints["wave"]
        assert now >= int((told or [known + 1])[-1]) > known
        known = now
    assert progress_store.count_hint("wave") == known + 1
    assert {path.name for path in home.iterdir()} <= {"progress.json", "progress.lock", "progress.json.new"}


def test_every_point_at_which_a_write_may_stop_leaves_a_whole_file(home, monkeypatch):
    """Let every call of the system fail once, as where a disk is full."""
    progress_store.count_hint("wave")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as broken:
            broken.setattr(progress_store.os, name, full)
            progress_store.count_hint("wave")
            assert from_text(progress_store.path_of_file().read_text("utf-8")).hints["wave"] >= 1
        assert {path.name for path in home.iterdir()} == {"progress.json", "progress.lock"}
    assert progress_store.count_hint("wave") == 4


def full(*given):
    raise OSError(28, "No space left on device")
