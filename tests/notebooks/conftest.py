import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

from tests.notebooks import warm
from widgets.authoring.notebooks import execute


@pytest.fixture(scope="session")
def root(pytestconfig):
    return pytestconfig.rootpath


@pytest.fixture(scope="session")
def notebooks(root):
    """Every notebook that is kept, by path from the root."""
    paths = sorted([*root.glob("lessons/*.ipynb"), *root.glob("solutions/*.ipynb")])
    return {path.relative_to(root).as_posix(): nbformat.read(path, as_version=4) for path in paths}


@pytest.fixture(scope="session")
def kernels():
    """Keep a process that kernels are forked from; return the folder by which Jupyter finds them under "python3"."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, warm.__file__, f"{folder}/socket"]
        spec = {"argv": [*command, "-f", "{connection_file}"], "display_name": "Python 3", "language": "python"}
        path = Path(folder, "kernels", "python3", "kernel.json")
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(spec), "utf-8")
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
            yield folder
            server.kill()


@pytest.fixture(scope="module")
def forked(request):
    """Have the kernels of a module forked. (Those in which nbval checks the solutions are fresh, like a learner's.)"""
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform == "linux":  # elsewhere a fork does not have all that was imported, or there is none
            patch.setenv("JUPYTER_PATH", request.getfixturevalue("kernels"))
        yield


@pytest.fixture(scope="module")
def unanswered(notebooks, root, forked):
    """Every lesson as a learner gets it, run from top to bottom. An exception in any cell is an error here."""
    lessons = {name: nb for name, nb in notebooks.items() if name.startswith("lessons/")}
    return {name: execute(nbformat.from_dict(nb), root / "lessons") for name, nb in lessons.items()}


@pytest.fixture(scope="session")
def said(notebooks):
    """Return a function that gives what each code cell of a solution prints, and the text of what it displays."""

    def of(lesson):
        cells = [cell for cell in notebooks[f"solutions/{lesson}.ipynb"].cells if cell.cell_type == "code"]
        return ["".join(map(_text, cell.outputs)) for cell in cells]

    return of


def _text(output):
    return output.get("text") or output.get("data", {}).get("text/plain", "")
