import nbformat
import pytest

from widgets.making import running


@pytest.fixture(scope="session")
def root(pytestconfig):
    return pytestconfig.rootpath


@pytest.fixture(scope="session")
def notebooks(root):
    """Every notebook that is kept, by path from the root."""
    paths = sorted([*root.glob("lessons/*.ipynb"), *root.glob("solutions/*.ipynb")])
    return {path.relative_to(root).as_posix(): nbformat.read(path, as_version=4) for path in paths}


@pytest.fixture(scope="session")
def unanswered(notebooks, root):
    """Every lesson as a learner gets it, run from top to bottom. An exception in any cell is an error here."""
    lessons = {name: nb for name, nb in notebooks.items() if name.startswith("lessons/")}
    return {name: running.run(nbformat.from_dict(nb), root / "lessons") for name, nb in lessons.items()}
