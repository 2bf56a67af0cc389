"""The front end without a browser: types, lint, unit tests, and that the committed bundle is what the sources build.

Learners need no Node.js; these tests do, and skip without it. They share one installation of the lock file's packages.
"""

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.view import make_payloads

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "widgets"
MODULES = sorted(SOURCES.glob("*/view/*.js"))
VIEWS = sorted(path.stem for path in SOURCES.glob("*/view/*.css") if path.with_suffix(".js").exists())
BUILT = [f"{view}{kind}" for view in VIEWS for kind in (".js", ".css")]
MISSING = "no Node.js: `apt install nodejs npm` (20 or newer) to check and rebuild the front end"
MOST_BYTES = {".js": 120_000, ".css": 41_000}
MOST_LINES = 300


@pytest.fixture(scope="module")
def front_end(tmp_path_factory):
    """Return a copy of the front end, with exactly the packages of the lock file."""
    if not shutil.which("npm"):
        pytest.fail(MISSING) if os.environ.get("CI") == "true" else pytest.skip(MISSING)
    copy = tmp_path_factory.mktemp("front_end")
    ignored = shutil.ignore_patterns("node_modules", "static", "*.py", "__pycache__")
    shutil.copytree(SOURCES, copy / "widgets", ignore=ignored)
    shutil.copytree(ROOT / "tests" / "view", copy / "tests" / "view", ignore=ignored)
    run(copy, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    return copy


@pytest.fixture(scope="module")
def rebuilt(front_end):
    """Return a folder with a bundle built from the sources."""
    run(front_end, "run", "build", TAPEDECK_STATIC=str(front_end / "static"))
    return front_end / "static"


def run(front_end, *command, **environment):
    """Run an npm command; what it printed is the failure's text."""
    done = subprocess.run(
        ["npm", *command],
        cwd=front_end / "widgets",
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_types_lint_and_format(front_end):
    run(front_end, "run", "check")


def test_unit_tests(front_end):
    assert re.search(r"pass [1-9]\d", run(front_end, "test"))


@pytest.fixture(scope="module")
def payloads():
    return make_payloads.payloads()


@pytest.mark.parametrize("name", ["deck", "nested", "layers", "microscope"])
def test_unit_tests_read_what_python_sends(payloads, name):
    committed = json.loads((make_payloads.FOLDER / f"{name}.json").read_text("utf-8"))
    assert shape(committed) == shape(payloads[name]), "run `python -m tests.view.make_payloads`"


def shape(value):
    """Return the keys and types of a JSON value, whatever it says; a text that is JSON is looked into."""
    if isinstance(value, str) and value.startswith("{"):
        return shape(json.loads(value))
    if isinstance(value, dict):
        return {key: type(one).__name__ if key == "words" else shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted({repr(shape(one)) for one in value})
    return type(value).__name__


@pytest.mark.parametrize("name", BUILT)
def test_committed_bundle_is_what_the_sources_build(rebuilt, name):
    same = (rebuilt / name).read_bytes() == (SOURCES / "static" / name).read_bytes()
    assert same, f"widgets/static/{name} is stale: run `npm ci && npm run build` in widgets"


@pytest.mark.parametrize("name", BUILT)
def test_bundle_is_small(name):
    assert (SOURCES / "static" / name).stat().st_size < MOST_BYTES[Path(name).suffix]


def test_bundle_reaches_for_nothing_outside():
    for name in BUILT:
        text = (SOURCES / "static" / name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text and "https:" not in text and "@import" not in text


def test_lock_file_names_no_registry():
    packages = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_packages_are_pinned():
    packages = json.loads((SOURCES / "package.json").read_text("utf-8"))["devDependencies"]
    assert [name for name, version in packages.items() if not version[0].isdigit()] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_module_is_short_and_says_what_it_is_for(path):
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) <= MOST_LINES
    assert lines[0].startswith("// ")


def test_each_module_has_a_name_of_its_own():
    names = Counter(path.name for path in MODULES)
    assert [name for name, count in names.items() if count > 1] == []
