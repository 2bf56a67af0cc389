"""A judge that asks another process believes nothing of what comes back, and never fails over it."""

import json
import linecache
import subprocess
import sys

import pytest
import tensorflow

from tests.exercises.corpora import NAMES, RIGHT
from widgets.answers.replies import reply
from widgets.exercises.exercise import RIGHT as IS_RIGHT
from widgets.exercises.exercise import generator
from widgets.exercises.judgement import judge_by_asking
from widgets.exercises.registry import EXERCISES

KIND = {"is_missing": False, "is_function": True, "kind": "function"}
RETURNED = [
    *(None, 1.0, "1.0", {}, [], ["none"], ["float", 1.0], ["float", "nan"], ["float", "inf"], ["float", "0x1p1023"]),
    *(
        ["int", "9" * 40],
        ["bool", True],
        ["other", "x" * 10**4, True],
        ["list", [], 10**30],
        ["list", [["none"]] * 3, 3],
    ),
    *(
        ["tuple", [["list", [], 0], ["none"]], 2],
        ["list", [["float", "nan"]] * 2, 2],
        ["list", [["float", "0x0p0"]] * 3, 3],
    ),
    *(["array", "x", "float32", [], ["nan"], True], ["array", "x", "float32", [10**9] * 8, [], False]),
    *(["array", "x", "float32", [2, 2], ["0x1p0"] * 4, False], ["array", "x", "object", [True], ["0x1p0"], False]),
]
REPLIES = [
    *("", "null", "[]", "{}", "[" * 50_000, '{"returned": ' * 5_000, '{"status": "right", "numbers": [1.0]}', "NaN"),
    *('{"fault": 1}', '{"fault": {"kind": 1, "message": ["{0}"], "line": 1e99, "code": null}}'),
    json.dumps({"fault": {"kind": "Error", "message": "{0.__class__} %s " * 99, "line": 3, "code": "x"}, "code": "OK"}),
    *(json.dumps({"returned": plain, "code": "NO_PATH", "sentence": "{", "seen": 1}) for plain in RETURNED),
]


@pytest.mark.parametrize("said", REPLIES, ids=range(len(REPLIES)))
def test_no_reply_of_nothing_right_is_right_or_stops_the_judge(said):
    for name, exercise in EXERCISES.items():
        kind = {**KIND, "is_function": exercise.takes == "function"}
        judged = judge_by_asking(
            exercise, lambda request, kind=kind: json.dumps(kind) if '"kind"' in request else said, generator(name, "s")
        )
        assert judged.status == "wrong" and judged.sentence, name


@pytest.mark.parametrize("name", NAMES)
def test_a_question_is_asked_alone_and_never_twice_the_same_for_two_seeds(name):
    """An answer that knows what was asked before knows nothing of what comes, unless everybody knows it."""

    def asked(seed):
        requests = []

        def ask(request):
            requests.append(request)
            return reply(request, RIGHT[name][-1])

        assert judge_by_asking(EXERCISES[name], ask, generator(name, seed)).status == IS_RIGHT
        return [request for request in requests if json.loads(request)["ask"] == "use"]

    first, second = asked("one seed"), asked("another")
    if any(json.loads(request)["given"] for request in first) and name != "reads":
        assert len({*first} & {*second}) < len({*first}) == len(first)  # a special place, as 0, may come each time


@pytest.mark.parametrize("name", ["wave", "straight_through", "x_log_x", "safe_norm"])
def test_what_an_answer_raises_under_a_tape_of_ours_is_told(name):
    """A kernel is asked by an expression, which has no file that lines could be read from."""
    answer = _defined("def answer(x):\n    return tf.sine(x)\n")

    def ask(request):
        return eval("reply(request, answer)", {"reply": reply, "request": request, "answer": answer})

    judged = judge_by_asking(EXERCISES[name], ask, generator(name, "s"))
    assert judged.status == "wrong" and "`sin`" in judged.sentence and "()" not in judged.sentence, judged


def _defined(source):
    linecache.cache["<a cell>"] = (len(source), None, source.splitlines(keepends=True), "<a cell>")
    names = {"tf": tensorflow}
    exec(compile(source, "<a cell>", "exec"), names)
    return names["answer"]


def test_an_answer_that_cannot_be_explained_is_wrong_all_the_same(monkeypatch):
    monkeypatch.setattr("widgets.answers.answer_recording._recorded", None)
    judged = judge_by_asking(
        EXERCISES["wave"], lambda request: reply(request, lambda x: tensorflow.sine(x)), generator("wave", "s")
    )
    assert (judged.status, judged.code) == ("wrong", "ERROR")


def test_a_judge_does_without_tensorflow():
    code = "import sys, widgets.grading.judging; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
