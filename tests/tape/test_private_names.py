"""Two modules alone touch the private names of TensorFlow and Keras, which another version may move.

import-linter cannot say so: of packages outside the house it forbids whole ones only. Where a name has moved, the
recorder says so.
"""

import ast
from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow.python import pywrap_tfe

from widgets import RecordingError, record
from widgets.tape import hooks
from widgets.tape.stand_ins import missing, private

HOUSE = Path(__file__).parents[2] / "widgets"
PRIVATE = ("tensorflow.python", "keras.src")


def imported(source):
    """Yield the full name of everything that a module imports, wherever in it, also by a call with its name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
            yield node.value
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_private(name):
    return any(f"{name}.".startswith(f"{private}.") for private in PRIVATE)


def test_only_the_hooks_import_private_names():
    files = [path for path in HOUSE.rglob("*.py") if "node_modules" not in path.parts]
    private = [path for path in files if any(map(is_private, imported(path.read_text("utf-8"))))]
    assert sorted(private) == [HOUSE / "tape" / name for name in ("graph_internals.py", "hooks.py")]


@pytest.mark.parametrize(
    "source",
    [
        "import tensorflow.python",
        "def f():\n    from tensorflow.python.eager import backprop",
        "from tensorflow import python",
        "import keras.src.optimizers as o",
        "importlib.import_module('tensorflow.python.eager')",
    ],
)
def test_a_private_name_is_seen_however_it_is_imported(source):
    assert any(map(is_private, imported(source)))


def test_what_this_tensorflow_lacks_is_nothing():
    assert hooks.missing_hook_points() == []
    assert hooks.missing_in_graphs() == ()


def test_a_name_that_has_moved_is_said_before_the_code_runs(monkeypatch):
    ran = []
    monkeypatch.delattr(pywrap_tfe, "TFE_Py_TapeWatch")
    monkeypatch.delattr(tf.GradientTape, "_push_tape")
    with pytest.raises(RecordingError, match=r"pywrap_tfe\.TFE_Py_TapeWatch, GradientTape\._push_tape\.$"):
        record(lambda: ran.append(1))
    assert not ran


def test_a_module_that_has_moved_has_no_names():
    backprop, moved = private("tensorflow.python.eager", "backprop", "backprop_of_another_time")
    assert backprop is hooks.backprop
    needed = (backprop, "_gradient_function gone"), (moved, "here there"), (None, "of no class")
    gone = "tensorflow.python.eager.backprop"
    assert missing(*needed) == [f"{gone}.gone", f"{gone}_of_another_time.here", f"{gone}_of_another_time.there"]


def test_numbers_of_tensors_come_from_one_count():
    before = hooks.newest_tensor_id()
    number = hooks.tensor_id(tf.constant(1.0))
    assert before < number < hooks.newest_tensor_id()
