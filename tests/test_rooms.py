"""Nothing flows backward between the rooms of the house, and one file alone touches TensorFlow's private names."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "widgets"

FACTS = {"tape", "curves", "descent", "diagnosis"}
MAY_USE = {
    "tape": set(),
    "curves": set(),
    "descent": {"curves"},
    "diagnosis": {"tape"},
    "words": FACTS,
    "pictures": FACTS | {"words"},
    "live": FACTS | {"words", "pictures", "practice"},  # a view waits for predictions, and shows their forms
    "practice": FACTS | {"words"},
    "making": {"words"},
    "grading": FACTS | {"words", "practice"},
}
"""What each room may import besides itself. The modules that are in no room are the front door, and may use all."""

GROUND = ("widgets.common.catalogue", "widgets.common.writing")
"""What every room stands on: the sentences of even the lowest one, and files. They import nothing of the house."""

SEAMS = "widgets/tape/hooks.py"
PRIVATE = ("tensorflow.python", "keras.src")


def modules():
    """The package's Python files, by their path from the checkout, without what npm brought."""
    files = (path for path in HOUSE.rglob("*.py") if "node_modules" not in path.parts)
    return {path.relative_to(HOUSE.parent).as_posix(): path.read_text("utf-8") for path in files}


def imported(name, source):
    """Yield the full dotted name of everything that a module imports, wherever in it and however it is written."""
    package = name.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def room_of(name):
    """The room of a module path or dotted name, or None for the front door and everything outside the house."""
    _, room, *_ = *name.replace("/", ".").removesuffix(".py").split("."), "", ""
    return room if name.startswith("widgets") and room in MAY_USE else None


def trespasses(name, source):
    """Say which imports of a module go where its room may not."""
    room = room_of(name)
    house = [found for found in imported(name, source) if found.split(".")[0] == "widgets"]
    if room is None:
        return []
    return [found for found in house if room_of(found) not in MAY_USE[room] | {room} and not found.startswith(GROUND)]


@pytest.mark.parametrize("name", modules())
def test_a_room_imports_only_what_lies_below_it(name):
    assert trespasses(name, modules()[name]) == []


@pytest.mark.parametrize("name", sorted(set(modules()) - {SEAMS}))
def test_only_the_hooks_touch_private_names(name):
    assert [found for found in imported(name, modules()[name]) if found.startswith(PRIVATE)] == []


@pytest.mark.parametrize("name", GROUND)
def test_the_ground_stands_on_nothing(name):
    name = name.replace(".", "/") + ".py"
    assert not [found for found in imported(name, modules()[name]) if found.startswith("widgets")]


def test_every_folder_is_a_known_room():
    assert {name.split("/")[1] for name in modules() if name.count("/") > 1} <= set(MAY_USE)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("widgets/tape/model.py", "from widgets.common import TapeDeck"),
        ("widgets/tape/model.py", "from widgets import live"),
        ("widgets/tape/model.py", "from ..words import twin"),
        ("widgets/deck/text.py", "import widgets.deck.figure"),
        ("widgets/exercises/judging.py", "def f():\n    from widgets.common import deck"),
        ("widgets/authoring/script.py", "from widgets import TapeDeck"),
        ("widgets/grading/marks.py", "from widgets.pictures import tape"),
    ],
)
def test_a_trespass_is_seen(name, source):
    assert len(trespasses(name, source)) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("widgets/tape/log_reader.py", "from widgets.tape import hooks\nfrom . import facts\nimport json"),
        ("widgets/tape/recorder.py", "from widgets.common.catalogue import _"),
        ("widgets/deck/widget.py", "from widgets.deck.figure import picture\nfrom widgets.words import twin"),
        ("widgets/cli.py", "from widgets.authoring import build"),
    ],
)
def test_going_down_and_staying_in_are_allowed(name, source):
    assert trespasses(name, source) == []


def test_a_private_import_is_seen():
    source = "from tensorflow.python.eager import backprop\nfrom tensorflow import python"
    assert [found.startswith(PRIVATE) for found in imported("widgets/tape/log.py", source)] == [True, True]
