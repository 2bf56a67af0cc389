"""A sweep is many descents as one table: here or on a cluster, and it goes on where it was interrupted."""

import csv

import numpy as np
import pytest
import tensorflow as tf

from widgets.common.errors import FunctionError
from widgets.descent import descend, sweep
from widgets.descent.function_text import function_text

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


def test_it_runs_on_a_cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        there = sweep(bowl, rates=RATES, starts=[1.0], iterations=5, dask=cluster.scheduler_address, progress=False)
    assert there == sweep(bowl, rates=RATES, starts=[1.0], iterations=5, progress=False)


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
