"""What learners and teachers read is spelled rightly, its links lead somewhere, and one word means one thing."""

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from widgets.authoring import notebooks
from widgets.common.lessons import LESSONS as RECORDS
from widgets.exercises.registry import misconceptions_by_code

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "solutions").glob("[0-9][0-9]_*.py"))
GLOSSARY = (ROOT / "lessons" / "GLOSSARY.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| \*\*(.+?)\*\* \| .+ \| (\d\d|) \|$", GLOSSARY, flags=re.MULTILINE)
"""Each term with the number of the lesson that introduces it, or ""."""

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("lessons/*.md")])
FEWEST_EXERCISES = 3
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|\]\([^)]*\)", flags=re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")

ORDINARY = {
    "record",
    "watch",
    "step",
    "derivative",
    "gradient",
    "tape",
    "graph",
    "Jacobian",
    "Variable",
    "minimum",
    "source",
    "target",
}
"""Terms that are also words of every day, or met in passing: lessons before may use them, but do not explain them."""

SAID_OTHERWISE = {
    "lr|stepsizes?": "learning rate",
    "grads?|diffs?|differentials?": "gradient",
    "rewind\\w*": "play backward",
}
"""Spellings that would be a second name for one thing -> the name it has here."""

ALTERING = r"\b(change|break|type another|slide|drag|move|take away|replace|try|swap|put|let) "
"""How a learner is told to alter something and see what becomes of it, whatever the heading."""


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


@functools.cache
def cells(path, kind):
    return [cell for cell in notebooks.read_script(path)[0].cells if cell.cell_type == kind]


def text(path):
    """What a learner reads between the code, cell by cell."""
    return [cell.source for cell in cells(path, "markdown")]


def prose(source):
    """Words alone, on one line."""
    return re.sub(r"\s+", " ", NOT_PROSE.sub(" ", source))


def headings(source):
    return re.findall(r"^#+ +(.+?)\s*$", re.sub(r"```.*?```", "", source, flags=re.DOTALL), flags=re.MULTILINE)


def anchors(source):
    """The anchors of a page's headings, as GitHub makes them."""
    plain = (
        re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)).lower() for line in headings(source)
    )
    return {line.strip().replace(" ", "-") for line in plain}


# Spelling


def test_spelling():
    """By codespell, with its list of words that are hardly ever meant."""
    files = [*LESSONS, *PAGES, *(path for path in (ROOT / "widgets").rglob("*.py") if "node_modules" not in path.parts)]
    others = "adresse,complet"  # in the headings of French and German rosters
    command = [sys.executable, "-m", "codespell_lib", "--ignore-words-list", others, *map(str, files)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


# Links


def broken_links(source, folder):
    """Return the links that lead to no file, or to no heading in it; those to other sites are not followed."""
    found = [link for link in LINK.findall(source) if not re.match(r"[a-z]+:", link)]
    return [link for link in found if not _leads_somewhere(link, source, folder)]


def _leads_somewhere(link, source, folder):
    name, _, anchor = link.partition("#")
    path = folder / name
    if name and not path.exists():
        return False
    return not anchor or anchor in anchors(path.read_text(encoding="utf-8") if name else source)


def test_links_of_a_lesson_lead_somewhere(lesson):
    source = "\n\n".join(text(lesson))
    assert broken_links(source, ROOT / "lessons") == []
    assert broken_links(source, ROOT / "solutions") == []  # the solution is read there


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_a_page_lead_somewhere(page):
    assert broken_links(page.read_text(encoding="utf-8"), page.parent) == []


def test_a_broken_link_is_seen():
    source = "# One heading\n[here](#one-heading) [there](#another) [file](README.md#lessons) [none](NONE.md)"
    assert broken_links(source, ROOT) == ["#another", "NONE.md"]


def test_the_lessons_that_a_lesson_names_are_there(lesson):
    named = {int(number) for number in re.findall(r"\b[Ll]essons? (\d+)\b", prose("\n".join(text(lesson))))}
    assert named <= {int(path.name[:2]) for path in LESSONS}


# Words


def places(pattern):
    """The numbers of the lessons whose prose has this, once for each paragraph."""
    found = re.compile(pattern, re.IGNORECASE)
    return [path.name[:2] for path in LESSONS for cell in text(path) if found.search(prose(cell))]


def test_a_term_is_in_the_glossary_once():
    names = [term.lower() for term, _lesson in TERMS]
    assert len(names) > 50 and len(set(names)) == len(names) == GLOSSARY.count("\n| **")


@pytest.mark.parametrize("term, number", [(term, number) for term, number in TERMS if number], ids=lambda value: value)
def test_a_term_is_explained_in_its_lesson_and_used_in_none_before(term, number):
    """A lesson explains a term where it prints it in bold."""
    name = re.escape(term)
    bold, used = places(rf"\*\*{name}s?\*\*"), places(rf"\b{name}s?\b")
    assert bold and min(bold) == number
    assert term in ORDINARY or min(used) == number


@pytest.mark.parametrize("other", SAID_OTHERWISE, ids=SAID_OTHERWISE.get)
def test_one_thing_has_one_name(other, lesson):
    found = re.findall(rf"[^.?!]*\b(?:{other})\b[^.?!]*", prose(" ".join(text(lesson))), flags=re.IGNORECASE)
    assert found == [], f"here it is called: {SAID_OTHERWISE[other]}"


def test_the_words_for_verdicts_are_the_same_everywhere():
    table = re.compile(r"^\| (\w[\w ]*) \| .+ \|$", flags=re.MULTILINE)
    (cell,) = [cell for path in LESSONS if path.name.startswith("05") for cell in text(path) if "**verdict**" in cell]
    assert set(table.findall(cell)) == set(table.findall(GLOSSARY[GLOSSARY.index("| verdict |") :])) - {"verdict"}


# The shape of a lesson


def test_a_lesson_has_every_move(lesson):
    """Predict, run, investigate, modify, make."""
    code, said = [cell.source for cell in cells(lesson, "code")], "\n".join(text(lesson))
    predicted = re.findall(r"^(?:predict|order_lines)\(\s*(\"[^\"]+\")", "\n".join(code), flags=re.MULTILINE)
    assert predicted, "nothing is predicted"
    assert any(f"check({name}" in cell for name in predicted for cell in code), "no prediction meets its outcome"
    assert re.search(ALTERING, prose(said), flags=re.IGNORECASE), "nothing is altered"
    assert re.search(r"^#+ Make$|^#+ Make\b|^#+ .*of your own$", said, flags=re.MULTILINE), "nothing of one's own"


def test_a_lesson_has_exercises_enough(lesson):
    checks = [cell.id for cell in cells(lesson, "code") if cell.id.startswith("check-")]
    assert len(checks) >= FEWEST_EXERCISES


def test_a_lesson_says_how_long_it_takes_and_what_comes_next(lesson):
    first, last = text(lesson)[0], text(lesson)[-1]
    assert re.search(r"about (\d+) minutes", prose(first)), "how long does it take?"
    assert re.search(r"\b[Nn]ext\b" if lesson != LESSONS[-1] else "end of the course", prose(last)), "what comes next?"


def test_a_lesson_sums_up(lesson):
    assert headings(text(lesson)[-1])[-1] in ("What you know now", "What you can do now")


# The teacher's page


@pytest.fixture(scope="module")
def sections():
    """The sections of the teacher's page by lesson number."""
    page = (ROOT / "lessons" / "README.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\d+) · .*$", page, flags=re.MULTILINE)[1:]
    return dict(zip(map(int, parts[::2]), parts[1::2], strict=True))


def test_a_lesson_says_how_long_its_record_says(lesson):
    (minutes,) = re.findall(r"about (\d+) minutes", prose(text(lesson)[0]))
    assert int(minutes) == next(one.minutes for one in RECORDS if one.stem == lesson.stem)


def test_misconceptions_that_a_teacher_reads_of_are_in_the_table(sections):
    named = [code for section in sections.values() for code in re.findall(r"`([A-Z][A-Z0-9_]{3,})`", section)]
    assert sorted({code for code in named if code not in misconceptions_by_code()}) == []
