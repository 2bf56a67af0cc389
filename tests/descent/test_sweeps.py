"""A sweep is many descents as one table: here or on a cluster, and it goes on where it was interrupted."""

import csv
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import tensorflow as tf

from widgets.common.errors import FunctionError
from widgets.descent import descend, sweep
from widgets.descent.function_text import function_text
from widgets.descent.widget import DescentExplorer

RATES = [0.1, 0.5, 1.5]


def bowl(x):
    return x * x


def line(w, x, y):
    return tf.reduce_mean(tf.square(w[0] * x + w[1] - y))


def test_each_row_is_what_descend_says(tmp_path, capsys):
    table = sweep(bowl, rates=RATES, optimizers=["sgd", "adam"], starts=[1.0, -2.0], iterations=30)
    assert [(row["optimizer"], row["start"]) for row in table.rows[::3]] == [
        ("sgd", "1.0"), ("sgd", "-2.0"), ("adam", "1.0"), ("adam", "-2.0"),
    ]  # fmt: skip
    paths = descend(bowl, -2.0, RATES, 30, "adam")
    for at, row in enumerate(table.rows[9:]):
        assert (row["verdict"], row["last_y"]) == (paths.verdicts[at].kind, float(paths.y[-1, at]))
    assert "4 of 4" in capsys.readouterr().err and "learning_rate" in str(table)
    with table.to_csv(tmp_path / "sweep.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == len(table) == 12 and float(written[1]["last_y"]) == table.rows[1]["last_y"]


def test_an_interrupted_sweep_goes_on(tmp_path):
    kept = tmp_path / "done.jsonl"

    def stops(w, x, y):
        stops.calls += 1  # an attribute of a function does not tell it from another
        if stops.calls > stops.limit:
            raise KeyboardInterrupt
        return line(w, x, y)

    def run():
        data = [0.0, 1.0, 2.0], [1.0, 3.0, 5.0]
        return sweep(stops, rates=[0.1], starts=[[0.0, 0.0]], seeds=[0, 1, 2], iterations=3, data=data, batch_size=2,
                     resume=kept, progress=False)  # fmt: skip

    stops.calls, stops.limit = 0, 12
    with pytest.raises(KeyboardInterrupt):
        run()
    stops.limit, before = 1_000, kept.read_text()
    kept.write_text(before + '{"key": "cut o')
    assert before and len(run()) == 3
    stops.calls = 0
    assert len(run()) == 3 and stops.calls == 0


def test_a_changed_function_is_another():
    scale, state, table = 2.0, object(), np.ones(3)

    def scaled(x):
        return helper(x) * scale + table[0]

    def helper(x):
        return x * factor

    factor = 2.0
    texts = [function_text(scaled)] * 2
    assert function_text(scaled) == texts[0]
    factor = 3.0
    texts.append(function_text(scaled))
    table[0] = 5.0
    texts.append(function_text(scaled))
    texts += [function_text(lambda x: x * 2.0), function_text(lambda x: x * 3.0)]
    texts += [function_text(lambda x: x if state else x) for _ in range(2)]
    assert len(set(texts)) == len(texts) - 1


SLOW = """
import sys, time
from widgets.descent import sweep

def slow(x):
    time.sleep(0.02)  # 20 ms a step, in Python: no graph can hold the next line
    return x * x + 0.0 * float(x)

if __name__ == "__main__":
    starts = [float(start) for start in range(1, 31)]
    dask = sys.argv[2] if len(sys.argv) > 2 else None
    table = sweep(slow, rates=[0.1], starts=starts, iterations=10, resume=sys.argv[1], dask=dask)
    print(len(table), [row["last_y"] for row in table.rows] == sorted(row["last_y"] for row in table.rows))
"""


def begin(tmp_path, *arguments):
    program = tmp_path / "slow.py"
    program.write_text(SLOW)
    command = [sys.executable, program, tmp_path / "kept" / "done.jsonl", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def wait_for(path, count):
    """Wait until so many combinations are kept."""
    for _moment in range(2_000):
        if path.exists() and path.read_text().count('"key"') >= count:
            return
        time.sleep(0.05)
    pytest.fail(f"{path} has no {count} combinations")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to all processes of a console")
def test_ctrl_c_keeps_what_is_done_and_the_same_call_goes_on(tmp_path):
    kept = tmp_path / "kept" / "done.jsonl"
    first = begin(tmp_path)
    wait_for(kept, 2)
    first.send_signal(signal.SIGINT)
    _out, said = first.communicate(timeout=60)
    done = kept.read_text().count('"key"')
    assert first.returncode != 0 and 2 <= done < 30
    assert f"{done} of 30 combinations. They are kept in {kept}: the same call goes on from there." in said
    out, said = begin(tmp_path).communicate(timeout=120)
    assert out == "30 True\n" and said.count("combinations") == 30 - done + 1
    assert f"{done} of 30 combinations" in said and kept.read_text().count('"key"') == 30


def test_without_a_file_an_interrupt_says_how_to_keep_what_is_done(capsys):
    calls = itertools.count()

    def stops(x):
        if next(calls) > 30:
            raise KeyboardInterrupt
        tf.py_function(lambda: None, [], [])
        return x * x

    with pytest.raises(KeyboardInterrupt):
        sweep(stops, rates=[0.1], starts=[1.0, 2.0, 3.0, 4.0], iterations=5)
    assert capsys.readouterr().err.endswith('. None is kept: resume="sweep.jsonl" would keep them.\n')


def test_it_is_said_when_no_later_call_can_be_compared(tmp_path, capsys):
    state = object()
    sweep(lambda x: x * x if state else x, rates=[0.1], iterations=2, resume=tmp_path / "done", progress=False)
    assert "resume= will run all again" in capsys.readouterr().err
    sweep(bowl, rates=[0.1], iterations=2, resume=tmp_path / "done", progress=False)
    assert capsys.readouterr().err == ""


def test_a_file_that_cannot_be_written_is_named_before_anything_runs(tmp_path):
    with pytest.raises(FunctionError, match="resume must be a file"):
        sweep(lambda x: x * x, rates=RATES, resume=tmp_path, progress=False)


def test_an_explorer_has_the_rows_of_a_sweep():
    explorer = DescentExplorer(bowl, 1.5, optimizer="adam")
    rates = explorer.paths.learning_rates
    assert explorer.sweep() == sweep(
        bowl, rates=rates, optimizers=["adam"], starts=[1.5], iterations=explorer.paths.iterations, progress=False
    )


def test_a_text_that_a_spreadsheet_would_run_is_quoted(tmp_path):
    table = sweep(bowl, rates=[0.1], starts=[-2.0], iterations=3, progress=False)
    with table.to_csv(tmp_path / "new folder" / "sweep.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["start"] == "'-2.0" and row["seed"] == "" and float(row["last_y"]) == table.rows[0]["last_y"]


def test_without_pandas_or_dask_it_is_said_what_to_install(monkeypatch):
    table = sweep(bowl, rates=[0.1], starts=[1.0], iterations=3, progress=False)
    for name in ("pandas", "distributed"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match="pip install pandas"):
        table.to_frame()
    with pytest.raises(ImportError, match="gradient-tapedeck"):
        sweep(bowl, rates=[0.1], dask="tcp://127.0.0.1:1", progress=False)


def test_a_frame_has_its_rows_and_columns():
    pytest.importorskip("pandas")
    table = sweep(bowl, rates=RATES, starts=[1.0], iterations=3, progress=False)
    frame = table.to_frame()
    assert list(frame.columns) == list(table.columns) and frame["learning_rate"].tolist() == RATES


def test_it_runs_on_a_cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        there = sweep(bowl, rates=RATES, starts=[1.0], iterations=5, dask=cluster.scheduler_address, progress=False)
    assert there == sweep(bowl, rates=RATES, starts=[1.0], iterations=5, progress=False)


def test_what_a_killed_worker_had_runs_again_on_another(tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        doomed = next(iter(cluster.workers.values())).pid
        running = begin(tmp_path, cluster.scheduler_address)
        killer = threading.Thread(target=lambda: (wait_for(tmp_path / "kept" / "done.jsonl", 3), os.kill(doomed, 9)))
        killer.start()
        out, said = running.communicate(timeout=240)
        killer.join()
    assert out == "30 True\n", said
    kept = [json.loads(line) for line in (tmp_path / "kept" / "done.jsonl").read_text().splitlines() if line]
    assert len({one["key"] for one in kept}) == len(kept) == 30


def test_an_address_without_a_scheduler_is_named():
    pytest.importorskip("distributed")
    with pytest.raises(FunctionError, match="There is no Dask scheduler at nowhere"):
        sweep(bowl, rates=RATES, dask="nowhere:1:2", progress=False)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rates": []}, "positive numbers"),
        ({"optimizers": "sgd"}, "optimizers must be a list"),
        ({"optimizers": ["newton"]}, "optimizer must be one of"),
        ({"starts": ["here"]}, "start must be"),
        ({"seeds": []}, "seeds must be a list"),
        ({"iterations": "9"}, "iterations must be"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(wrong, said):
    with pytest.raises(FunctionError, match=said):
        sweep(lambda x: pytest.fail("ran"), **({"rates": RATES, "iterations": 3} | wrong))
