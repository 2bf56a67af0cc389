import nbformat
import pytest

from tests.notebooks.forked_kernels import forking
from widgets.authoring.notebooks import execute


@pytest.fixture(scope="session")
def root(pytestconfig):
    return pytestconfig.rootpath


@pytest.fixture(scope="session")
def notebooks(root):
    """Every notebook that is kept, by path from the root."""
    paths = sorted([*root.glob("lessons/*.ipynb"), *root.glob("solutions/*.ipynb")])
    return {path.relative_to(root).as_posix(): nbformat.read(path, as_version=4) for path in paths}


@pytest.fixture(scope="module")
def forked():
    """Have the kernels of a module forked. (Those in which nbval checks the solutions are fresh, like a learner's.)"""
    with forking():
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
