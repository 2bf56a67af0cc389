"""A lesson in another language: the same notebook, other prose. What is not translated is English, and reported."""

import nbformat
import pytest

from widgets.authoring import building, catalogues, translating
from widgets.cli import main

LESSON = """\
# %% [markdown]
# # A lesson
#
# It has two paragraphs,
# and this is the second.

# %%
# %load_ext widgets
x = 1  # the start

# %% exercise="own" stub="own = ...  # yours"
### BEGIN SOLUTION
own = 2
### END SOLUTION

# %% check="own"
check("own", own)
"""
SECOND = "It has two paragraphs, and this is the second."
WRAPPED = "It has two paragraphs,\nand this is the second."
KNOWN = {"# A lesson": "# 一课", "the start": "起点", "yours": "你的"}


@pytest.fixture
def checkout(tmp_path):
    """A checkout with one lesson, and another that nobody has begun to translate."""
    (tmp_path / "solutions").mkdir()
    for name in ("07_small", "08_other"):
        (tmp_path / "solutions" / f"{name}.py").write_text(LESSON, "utf-8")
    return tmp_path


@pytest.fixture
def translated(checkout):
    """The same, the one lesson translated but for a paragraph."""
    translating.update("zh", ["7"], root=checkout)
    write(checkout, KNOWN)
    return checkout


def write(checkout, known):
    path = checkout / "solutions" / "locale" / "zh_CN" / "07_small.po"
    found = catalogues.read(path)
    for text, said in known.items():
        found[text].string = said
    with path.open("wb") as file:
        catalogues.pofile.write_po(file, found)


def lesson(checkout):
    """The built lesson, without the cell before all others, which is for Colab and has no language."""
    built = nbformat.read(checkout / "lessons" / "zh" / "07_small.ipynb", as_version=4)
    assert built.cells.pop(0).id == "install"
    return built


def test_a_catalogue_begins_with_every_paragraph_and_comment_that_a_learner_sees(checkout):
    lines = translating.update("zh", ["7"], root=checkout)
    texts = ["# A lesson", SECOND, "the start", "yours"]
    assert lines == [f"07_small.po: not translated: {text!r}" for text in texts]


def test_only_what_has_a_catalogue_is_built_unless_it_is_asked_for(translated):
    assert [line.split(":")[0] for line in translating.build("zh", root=translated)] == [
        "built lessons/zh/07_small.ipynb",
        "lessons/zh/07_small.ipynb",
    ]
    assert "built lessons/zh/08_other.ipynb" in translating.build("zh", ["8"], root=translated)


def test_what_is_missing_is_english_and_is_reported(translated):
    _built, missing = translating.build("zh", root=translated)
    assert missing == (
        "lessons/zh/07_small.ipynb: still in English: 1 of its paragraphs. `tapedeck translate zh` says which."
    )
    prose, *_code = lesson(translated).cells
    assert prose.source == f"# 一课\n\n{WRAPPED}"
    write(translated, {SECOND: "它有两段，这是第二段。"})
    assert translating.build("zh", root=translated) == ["built lessons/zh/07_small.ipynb"]
    assert lesson(translated).cells[0].source == "# 一课\n\n它有两段，这是第二段。"


def test_code_is_the_same_but_for_comments_and_the_language(translated):
    translating.build("zh", root=translated)
    _prose, first, own, check = (cell.source for cell in lesson(translated).cells)
    assert first == "%env TAPEDECK_LANG=zh\n%load_ext widgets\nx = 1  # 起点"
    assert own == "own = ...  # 你的"
    assert check == 'check("own", own)'


def test_ids_and_marks_are_those_of_the_english_lesson(translated):
    translating.build("zh", root=translated)
    english = building.notebooks.for_learners(*building.notebooks.read_script(translated / "solutions" / "07_small.py"))
    for cell, original in zip(lesson(translated).cells, english.cells, strict=True):
        marks, due = (dict(each.metadata.get("nbgrader", {})) for each in (cell, original))
        if cell.source != original.source:
            marks.pop("checksum", None), due.pop("checksum", None)
        assert (cell.id, cell.cell_type, marks) == (original.id, original.cell_type, due)


def test_check_writes_nothing_and_names_what_is_stale(translated):
    (stale, _missing) = translating.build("zh", check=True, root=translated)
    assert stale == "lessons/zh/07_small.ipynb is missing: run `tapedeck build`."
    assert not (translated / "lessons").exists()


def test_what_is_kept_in_chinese_is_what_the_command_builds(capsys):
    assert main(["build", "--lang", "zh", "--check"]) == 0, "run `tapedeck build --lang zh`"
    assert capsys.readouterr().out == "Every notebook and table is what its source builds.\n"
    kept = {path.name for path in (catalogues.CHECKOUT / "lessons" / "zh").glob("*.ipynb")}
    assert kept == {f"{path.stem}.ipynb" for path in (catalogues.CHECKOUT / "solutions/locale/zh_CN").glob("*.po")}


def test_the_command_names_an_unknown_lesson_in_any_language(capsys):
    assert main(["build", "--lang", "zh", "99"]) == 2
    assert "99" in capsys.readouterr().err
