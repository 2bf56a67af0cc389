"""Lessons in Chinese, unanswered, run to their end, and what they say on the way is Chinese too."""

import re

import nbformat
import pytest

from widgets.authoring.notebooks import execute

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def lessons(root):
    """Every lesson that is kept in Chinese, run from top to bottom. An exception in any cell is an error here."""
    paths = sorted((root / "lessons" / "zh").glob("*.ipynb"))
    assert [path.name[:2] for path in paths][:3] == ["00", "01", "02"]
    return [execute(nbformat.read(path, as_version=4), root / "lessons" / "zh") for path in paths]


def code_cells(lesson):
    return [cell for cell in lesson.cells if cell.cell_type == "code"]


def test_every_check_says_in_chinese_that_there_is_no_answer(lessons):
    for lesson in lessons:
        checks = [cell for cell in code_cells(lesson) if cell.id.startswith("check-")]
        assert len(checks) >= 3
        for cell in checks:
            assert "尚未作答" in "".join(output.get("text", "") for output in cell.outputs)


def test_every_widget_is_in_chinese(lessons):
    for lesson in lessons:
        outputs = [output for cell in code_cells(lesson) for output in cell.outputs]
        shown = [output.data for output in outputs if "image/png" in output.get("data", {})]
        assert shown
        assert all(CHINESE.search(data["text/plain"]) for data in shown)
