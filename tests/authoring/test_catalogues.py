"""The catalogues: what a learner reads can be translated, and a translation keeps its blanks and its code."""

import ast
import functools
import gettext
import re
import subprocess
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog

from tests.common.test_view_words import WORDS
from widgets.authoring import catalogues
from widgets.cli import main

ROOT = catalogues.CHECKOUT
WIDGETS = catalogues.widgets_catalogue("zh")
LESSONS = sorted((ROOT / "solutions" / "locale" / "zh_CN").glob("*.po"))
REQUIRED = {"00", "01", "02"}
BLANK = re.compile(r"\{(\w*)[^{}]*\}")
CODE = re.compile(r"`[^`\n]+`")


@functools.cache
def sources():
    """Every module of ours, by its name from the root, as a syntax tree."""
    paths = sorted(path for path in (ROOT / "widgets").rglob("*.py") if "node_modules" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


@functools.cache
def said_by_widgets():
    return {message.id for message in catalogues.said_by_widgets() if message.id}


def calls(tree, name):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]


def test_the_first_lessons_have_a_catalogue():
    assert {path.name[:2] for path in LESSONS} >= REQUIRED


def test_what_is_translated_is_counted_and_nothing_fails_for_want_of_it(capsys):
    assert main(["translate", "--report"]) == 0
    counts = dict(re.findall(r"^zh_CN (\S+)\.po: (\d+ of \d+) translated$", capsys.readouterr().out, re.MULTILINE))
    assert set(counts) == {path.stem for path in [WIDGETS, *LESSONS]}
    said = said_by_widgets()
    done = said & catalogues.translations(WIDGETS).keys()
    assert counts["tapedeck"] == f"{len(done)} of {len(said)}"
    assert len(said) > 500


def test_the_compiled_catalogue_is_not_committed():
    listed = subprocess.run(["git", "ls-files", "*.mo"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout == ""


def test_every_sentence_in_the_code_is_seen_by_the_extractor():
    """Babel sees no call inside an f-string."""
    for name, tree in sources().items():
        for call in calls(tree, "_"):
            assert call.args[0].value in said_by_widgets(), f"{name}:{call.lineno}"


def test_a_translation_has_the_blanks_of_its_original():
    pairs = catalogues.translations(WIDGETS).items()
    differ = [text for text, said in pairs if sorted(set(BLANK.findall(text))) != sorted(set(BLANK.findall(said)))]
    assert differ == []


@pytest.mark.parametrize("path", [WIDGETS, *LESSONS], ids=lambda path: path.stem)
def test_code_in_backquotes_stays_as_it_is(path):
    pairs = catalogues.translations(path).items()
    assert [text for text, said in pairs if sorted(CODE.findall(text)) != sorted(CODE.findall(said))] == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_formulas_stay_as_they_are(path):
    pairs = catalogues.translations(path).items()
    formulas = re.compile(r"\$[^$]+\$")
    assert [text for text, said in pairs if sorted(formulas.findall(text)) != sorted(formulas.findall(said))] == []


def test_the_catalogue_is_only_asked_literally():
    """A text that is made up on the way is not found by the extractor."""
    for name, tree in sources().items():
        for call in calls(tree, "_"):
            assert isinstance(call.args[0], ast.Constant), f"{name}:{call.lineno}"


PROSE = re.compile(r"[a-z]{2,}[,;:]? [a-z]{2,} ?")
OURS_ALONE = {
    **dict.fromkeys(  # in Python's own words
        ("widgets/__init__.py", "widgets/common/lazy_names.py"), (" has no attribute ",)
    ),
    "widgets/derivatives/nested_tapes.py": ("tf.vectorized_map does not check an assertion for every x",),
    "widgets/grading/pytest_process.py": ("pytest fell silent", "pytest ended early"),
    "widgets/classroom/fork_client.py": ("a forked process",),
    "widgets/grading/sandbox/zygote_client.py": ("a forked kernel",),
    "widgets/grading/exercise_outcomes.py": (" did not run to its end",),
    "widgets/classroom/fork_server.py": ("there are threads in the process that others are forked from",),
    "widgets/exercises/progress_schema.py": ("an entry of another kind",),
    "widgets/descent/paths/batching.py": (
        "a plan without a traced step has no loop",
        "the mapped f is another function",
    ),
    "widgets/descent/losses/branches.py": (  # quoted in a note, as what Python says is
        "f branches on tensors in more than ",
        "f has a loop, or more than ",
        " branches, that tensors decide on",
    ),
    "widgets/descent/paths/matrix_products.py": (
        "a wide matrix",
        "more than one column",
        "no vectors for one matrix",
        "neither a column and a row, nor a small matrix and a column",
    ),
    "widgets/descent/part_by_part.py": ("nothing is computed yet",),
    "widgets/descent/paths/register_sums.py": ("each path by itself is as fast", "too many products"),
    "widgets/descent/paths/tracing.py": (
        "the gradient of f is not a dense tensor",
        "f does not return one y for each path",
    ),
    "widgets/grading/sandbox/seccomp_filter.py": ("libseccomp does not know ",),
    "widgets/tape/graph_datasets.py": ("The elements are no plain tensors.",),
    "widgets/tape/graph_iterators.py": ("End of sequence",),
}
"""Raised and caught inside, or said to the traceback of our own bugs."""
FOR_A_LOG = "widgets/classroom/"  # why a kernel is not shared stands in the log of a learner's server


def test_what_an_exception_says_goes_through_the_catalogue():
    for name, tree in sources().items():
        raised = [] if name.startswith(FOR_A_LOG) else [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
        for node in (node for node in raised if node.exc):
            through = {id(part) for call in calls(node.exc, "_") for part in ast.walk(call)}
            for part in ast.walk(node.exc):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and id(part) not in through:
                    is_prose = PROSE.search(part.value) and part.value not in OURS_ALONE.get(name, ())
                    assert not is_prose, f"{name}:{node.lineno}: {part.value}"


def test_what_heads_the_numbers_of_an_exercise_goes_through_the_catalogue():
    for name, tree in sources().items():
        for call in calls(tree, "Exercise") if name.startswith("widgets/exercises/") else []:
            heads = next((word.value for word in call.keywords if word.arg == "columns"), None)
            bare = [head.value for head in getattr(heads, "elts", ()) if isinstance(head, ast.Constant)]
            assert [head for head in bare if re.search("[a-z]{3}", head)] == [], name


def test_a_front_end_has_no_prose_of_its_own():
    known = {word for words in WORDS.values() for word in words}
    for path in sorted((ROOT / "widgets").glob("*/view/*.js")):
        strings = re.findall(r'"([^"\n]*)"', re.sub(r"//.*", "", path.read_text("utf-8")))
        assert {text for text in strings if re.match(r"[A-Z][a-z]+ [a-z]+", text)} <= known, path.name


def test_a_changed_text_is_to_be_translated_anew_and_its_old_translation_is_said(tmp_path):
    path = tmp_path / "one.po"
    catalogues.brought_up_to_date(path, of("a tape", "a source"), "zh")
    filled = catalogues.read(path)
    filled["a tape"].string, filled["a source"].string = "磁带", "源"
    with path.open("wb") as file:
        pofile.write_po(file, filled)
    found, lines = catalogues.brought_up_to_date(path, of("a tape", "the source"), "zh")
    assert lines == ["one.po: no longer said: 'a source' (源)", "one.po: not translated: 'the source'"]
    assert catalogues.translations(path) == {"a tape": "磁带"}
    assert catalogues.brought_up_to_date(path, of("a tape"), "zh")[1] == ["one.po: no longer said: 'the source' ()"]


def test_what_is_translated_is_compiled_for_gettext(tmp_path):
    path = catalogues.widgets_catalogue("zh", tmp_path)
    (tmp_path / "widgets").mkdir()
    (tmp_path / "widgets" / "deck.py").write_text('from x import _\nSAID = _("a tape"), _("a {kind} "\n  "tape")\n')
    assert len(catalogues.update("zh", tmp_path)) == 2
    path.write_text(
        path.read_text("utf-8").replace('msgid "a tape"\nmsgstr ""', 'msgid "a tape"\nmsgstr "磁带"'), "utf-8"
    )
    assert catalogues.update("zh", tmp_path) == ["tapedeck.po: not translated: 'a {kind} tape'"]
    found = gettext.translation("tapedeck", path.parents[2], ["zh_CN"])
    assert (found.gettext("a tape"), found.gettext("a {kind} tape")) == ("磁带", "a {kind} tape")


def test_an_unconfirmed_translation_does_not_count(tmp_path):
    path = tmp_path / "one.po"
    path.write_text('#, fuzzy\nmsgid "a tape"\nmsgstr "录音带"\n', "utf-8")
    assert catalogues.translations(path) == {}
    assert catalogues.problems(catalogues.read(path)) == ["to be confirmed: 'a tape'"]


def of(*texts):
    found = Catalog()
    for text in texts:
        found.add(text, locations=[("widgets/x.py", 1)])
    return found


def test_paths_are_those_of_gettext():
    assert WIDGETS.relative_to(ROOT) == Path("widgets/common/locale/zh_CN/LC_MESSAGES/tapedeck.po")
