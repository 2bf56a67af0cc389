"""A learner's progress survives a crash, a second notebook, a damaged file, a newer version and a folder of stone."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets import exercises
from widgets.exercises import memory
from widgets.exercises import progress_schema as kept
from widgets.exercises import progress_store as keeping
from widgets.exercises.exercise import RIGHT, WAITING, WRONG
from widgets.exercises.progress_schema import Answer, Damaged, Kept, Newer

texts, counts = st.text(max_size=20), st.integers(1, 2**40)
values = st.recursive(texts | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False), st.lists)
answers = st.builds(Answer, st.sampled_from([RIGHT, WRONG]), texts, counts)
everything = st.builds(
    Kept, st.dictionaries(texts, values), st.dictionaries(texts, answers), st.dictionaries(texts, counts)
)


@given(everything)
def test_what_is_written_is_read(something):
    text = kept.as_json(something)
    assert kept.from_json(text) == something and text.isascii()


@given(st.recursive(st.none() | st.booleans() | texts | st.floats(), lambda x: st.lists(x) | st.dictionaries(texts, x)))
def test_any_other_json_is_called_damaged(something):
    for facts in (something, {"tapedeck": 1, "predictions": something, "answers": something, "hints": something}):
        text = json.dumps(facts)
        try:
            assert kept.from_json(text) == Kept()
        except Damaged:
            continue
        assert facts["hints"] == {}


@given(everything, st.data())
def test_a_file_cut_short_is_called_damaged(something, data):
    text = kept.as_json(something)
    with pytest.raises(Damaged):
        kept.from_json(text[: data.draw(st.integers(0, len(text) - 2))])


def test_a_right_answer_stays_right_and_its_tries_are_those_it_took():
    for status, code in [(WAITING, ""), (WRONG, "SIGN"), (WAITING, ""), (WRONG, "FACTOR")]:
        keeping.update(kept.answering("wave", status, code))
    assert keeping.load().answers == {"wave": Answer(WRONG, "FACTOR", 2)}
    for status, code in [(RIGHT, ""), (WRONG, "SIGN"), (RIGHT, "")]:
        keeping.update(kept.answering("wave", status, code))
    assert keeping.load().answers == {"wave": Answer(RIGHT, "", 3)}


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
    memory.predictions["slope"] = value
    assert memory.predictions["slope"] is value
    memory.predictions.clear()  # as a restart does
    assert memory.predictions["slope"] == held and "slope" in memory.predictions
    memory.predictions["slope"] = ...
    assert memory.predictions["slope"] == held


def test_hints_go_on_after_a_restart(home):
    assert [memory.ask_hint("wave") for _ in range(2)] == [1, 2]
    assert run_python(home, "print(memory.ask_hint('wave'))") == "3\n"


def test_reading_makes_no_file(home):
    assert keeping.load() == Kept()
    assert not home.exists()


# Other hands on the file


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b"my shopping list", b'{"tapedeck": 0}'])
def test_a_file_that_is_not_ours_is_put_aside_and_nothing_is_lost(home, content, capsys):
    home.mkdir()
    for number in (1, 2):
        keeping.place().write_bytes(content)
        assert keeping.load() == Kept()
        assert memory.ask_hint("wave") == 1
        assert (home / f"progress-{number}.damaged").read_bytes() == content
        said = f"It is kept as {home / f'progress-{number}.damaged'}, and a new one is begun."
        assert said in capsys.readouterr().out
    assert memory.ask_hint("wave") == 2 and capsys.readouterr().out == ""


def test_the_file_of_a_newer_version_is_left_alone(home, capsys):
    home.mkdir()
    newer = json.dumps({"tapedeck": kept.VERSION + 1, "hints": "something new"})
    keeping.place().write_text(newer, "utf-8")
    with pytest.raises(Newer):
        kept.from_json(newer)
    assert [memory.ask_hint("wave") for _ in range(3)] == [1, 2, 3]
    assert keeping.place().read_text("utf-8") == newer
    assert capsys.readouterr().out.count("was written by a newer Tapedeck, and is left as it is.") == 1


def test_where_nothing_can_be_written_it_goes_on_in_memory(home, tmp_path, capsys):
    home.write_text("a file where the folder should be", "utf-8")
    assert [memory.ask_hint("wave") for _ in range(3)] == [1, 2, 3]
    memory.predictions["slope"] = 1.0
    assert keeping.load() == Kept(predictions={"slope": 1.0}, hints={"wave": 3})
    said = capsys.readouterr().out
    assert said.count("Your progress cannot be written to ") == 1 == said.count("until this kernel ends")
    home.unlink()
    assert memory.ask_hint("wave") == 4  # and once it can be written, all of it is
    assert kept.from_json(keeping.place().read_text("utf-8")) == Kept({"slope": 1.0}, {}, {"wave": 4})


def test_what_is_there_is_read_even_if_it_cannot_be_changed(home):
    memory.ask_hint("wave")
    before = keeping.place().read_bytes()
    keeping.place().with_suffix(".lock").unlink()
    keeping.place().with_suffix(".lock").mkdir()  # nobody opens a folder for writing, not even root
    assert memory.ask_hint("wave") == 2
    assert keeping.place().read_bytes() == before


# Other processes


LEAN = f"""
import sys, types
package = sys.modules["widgets.exercises"] = types.ModuleType("widgets.exercises")
package.__path__ = {list(exercises.__path__)}
from widgets.exercises import memory
"""
"""The room without its lessons, which import TensorFlow: a process that keeps is all that is wanted."""


def python(home, code):
    """Start Python with the memory of this learner."""
    environment = os.environ | {"TAPEDECK_HOME": str(home)}
    command = [sys.executable, "-c", LEAN + code]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def run_python(home, code):
    said, _nothing = python(home, code).communicate(timeout=120)
    return said


def test_two_kernels_at_once_lose_nothing_of_each_other(home):
    asks = "for _ in range(200): memory.ask_hint('shared'); memory.ask_hint({name!r})"
    writers = [python(home, asks.format(name=name)) for name in ("mine", "yours")]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert keeping.load().hints == {"shared": 400, "mine": 200, "yours": 200}


def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(home):
    """What was told to be kept is kept: each number is printed only after it was written."""
    endless = "while True: print(memory.ask_hint('wave'), flush=True)"
    known = 0
    for moment in range(8):
        writer = python(home, endless)
        writer.stdout.readline()
        time.sleep(0.01 * moment)
        writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        told = re.findall(r"^(\d+)$", writer.communicate()[0], flags=re.MULTILINE)
        now = kept.from_json(keeping.place().read_text("utf-8")).hints["wave"]
        assert now >= int((told or [known + 1])[-1]) > known
        known = now
    assert memory.ask_hint("wave") == known + 1
    assert {path.name for path in home.iterdir()} <= {"progress.json", "progress.lock", "progress.json.new"}


def test_every_point_at_which_a_write_may_stop_leaves_a_whole_file(home, monkeypatch):
    """Let every call of the system fail once, as where a disk is full."""
    memory.ask_hint("wave")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as broken:
            broken.setattr(keeping.os, name, full)
            memory.ask_hint("wave")
            assert kept.from_json(keeping.place().read_text("utf-8")).hints["wave"] >= 1
        assert {path.name for path in home.iterdir()} == {"progress.json", "progress.lock"}
    assert memory.ask_hint("wave") == 4


def full(*given):
    raise OSError(28, "No space left on device")
