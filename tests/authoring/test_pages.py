"""Tables in the pages are what their records say."""

import re

import pytest

from widgets.authoring import building, pages
from widgets.common.lessons import LESSONS

PAGE = "Before.\n\n<!-- table: lessons -->\nold\n<!-- end of table -->\n\nAfter.\n"


def test_what_is_committed_is_what_the_records_say():
    assert pages.build(check=True) == [], "run `tapedeck build`"


def test_every_table_is_in_some_page():
    texts = "".join((building.CHECKOUT / name).read_text("utf-8") for name in pages.PAGES)
    assert set(re.findall(r"<!-- table: ([\w-]+) -->", texts)) == set(pages.TABLES)


def test_a_table_stands_between_its_markers_and_nothing_else_changes():
    filled = pages.fill(PAGE)
    assert filled.startswith("Before.\n\n<!-- table: lessons -->\n\n| | lesson |".replace("| |", "|  |"))
    assert filled.endswith("|\n\n<!-- end of table -->\n\nAfter.\n")
    assert filled.count("](lessons/") == len(LESSONS) and "old" not in filled
    assert pages.fill(filled) == filled


def test_a_page_that_is_out_of_date_is_named_and_then_written(tmp_path):
    (tmp_path / "README.md").write_text(PAGE, "utf-8")
    assert pages.build(check=True, root=tmp_path) == ["README.md is not what its source builds: run `tapedeck build`."]
    assert pages.build(root=tmp_path) == ["built README.md"]
    assert pages.build(check=True, root=tmp_path) == []


def test_an_unknown_table_is_an_error():
    with pytest.raises(KeyError, match="leasons"):
        pages.fill(PAGE.replace("lessons", "leasons"))


def test_a_bar_in_a_cell_does_not_end_it():
    assert pages.rows(["a"], [["x | y"]]) == ["| a |", "|---|", r"| x \| y |"]


def test_lessons_and_their_scripts_are_the_same():
    scripts = [path.stem for path in building.sources((), building.CHECKOUT)]
    assert [lesson.stem for lesson in LESSONS] == scripts
