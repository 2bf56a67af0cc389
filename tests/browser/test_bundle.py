"""The committed bundle is what the sources build. Learners need no Node; this test does, and skips without it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "widgets"
VIEWS = sorted(path.stem for path in SOURCES.glob("*/view/*.css") if path.stem != "theme")
BUILT = [f"{view}{kind}" for view in VIEWS for kind in (".js", ".css")]
MISSING = "no Node.js: `apt install nodejs npm` (20 or newer) to rebuild the bundle"
MOST_BYTES = {".js": 120_000, ".css": 24_000}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """Return a folder with a bundle built from the sources, with exactly the packages of the lock file."""
    if not shutil.which("npm"):
        pytest.fail(MISSING) if os.environ.get("CI") == "true" else pytest.skip(MISSING)
    copy = tmp_path_factory.mktemp("front_end") / "copy"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules", "static", "*.py"))
    static = copy.with_name("static")
    run(copy, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    run(copy, "run", "build", TAPEDECK_STATIC=str(static))
    return static


def run(folder, *command, **environment):
    """Run an npm command in a folder; what it printed is the failure's text."""
    done = subprocess.run(
        ["npm", *command], cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


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
    assert "http" not in (SOURCES / "package-lock.json").read_text("utf-8")


def test_each_source_is_short():
    assert [path.name for path in SOURCES.glob("*/view/*.js") if len(path.read_text("utf-8").splitlines()) > 150] == []
