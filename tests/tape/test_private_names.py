"""Two modules alone touch the private names of TensorFlow and Keras, which another version may move.

import-linter cannot say so: of packages outside the house it forbids whole ones only.
"""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "widgets"
PRIVATE = ("tensorflow.python", "keras.src")


def imported(source):
    """Yield the full name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
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
    ],
)
def test_a_private_name_is_seen_however_it_is_imported(source):
    assert any(map(is_private, imported(source)))
