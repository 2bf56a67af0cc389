"""Tables in the pages that are made from records: `tapedeck build` writes each one between its two markers.

<!-- table: lessons -->
<!-- end of table -->
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from widgets.authoring import building
from widgets.common.catalogue import LANGUAGE, _
from widgets.common.grader_protocol import MisconceptionRow, table_as_json
from widgets.common.lessons import LESSONS
from widgets.grading.verdict_kinds import table_rows as grading_verdicts

PAGES = (
    "README.md",
    "lessons/README.md",
    "lessons/GRADING.md",
    "lessons/GLOSSARY.md",
    "docs/own_exercises.md",
    "docs/form.md",
)
"""Pages that have such tables."""

DATA = "widgets/common/misconceptions.json"
"""The table of misconceptions as data, for the grader."""

_COLAB = "https://colab.research.google.com"
_COLAB_BADGE = f"[![Open in Colab]({_COLAB}/assets/colab-badge.svg)]"
_BINDER = "https://mybinder.org"
_BINDER_BADGE = f"[![Open in Binder]({_BINDER}/badge_logo.svg)]"

CLONE = "tapedeck"
"""The folder that nbgitpuller lays a release into: `.binder/environment.py` has Python look for our modules there."""

_MARKED = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def build(check: bool = False, root: Path = building.CHECKOUT) -> list[str]:
    """Bring the tables of all pages, and the one that the grader reads, up to date.

    Args:
        check: write nothing.
        root: the checkout.

    Returns:
        A line for each file that was written, or with `check` for each that is out of date.

    Raises:
        ValueError: in another language than English, in which the records would speak.
    """
    if LANGUAGE != "en":
        raise ValueError(_("The pages are built in English: set TAPEDECK_LANG=en, then run `tapedeck build` again."))
    files = {root / name: fill((root / name).read_text("utf-8")) for name in PAGES if (root / name).exists()}
    if (root / DATA).exists():
        files[root / DATA] = table_as_json(_rows_of_misconceptions())
    changed = [(path, text) for path, text in files.items() if path.read_text("utf-8") != text]
    return building.deliver(changed, check, root)


def fill(page: str) -> str:
    """Fill in the tables of a page.

    Args:
        page: the page's text.

    Returns:
        The same text, with each table between its markers as its records say.

    Raises:
        KeyError: if a marker names a table that does not exist.
    """
    return _MARKED.sub(lambda marked: marked[1] + "\n".join(["", *TABLES[marked[2]](), "", marked[3]]), page)


def repository(root: Path = building.CHECKOUT) -> str:
    """Return where the code is published on GitHub, such as "ada/tapedeck"; "" while pyproject.toml does not say."""
    setting = re.compile(r"""^Repository *= *["']https://github\.com/([\w.-]+/[\w.-]+?)/?["']""", re.M)
    said = setting.search((root / "pyproject.toml").read_text("utf-8"))
    return said[1] if said else ""


def rows(heads: Iterable[str], cells: Iterable[Iterable[object]]) -> list[str]:
    """Return the lines of a Markdown table."""
    heads = list(heads)
    return [_row(heads), "|" + "---|" * len(heads), *map(_row, cells)]


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def _lessons() -> list[str]:
    """The table in README: what a learner can do after each lesson."""
    return rows(
        ("", "lesson", "afterwards you can"),
        ((int(one.number), f"[{one.title}]({one.path})", one.outcome) for one in LESSONS),
    )


def binder_link(where: str, version: str) -> str:
    """Return the address of a Binder that has what the branch `environment` has, and the lessons of a release."""
    first = f"lab/tree/{CLONE}/{LESSONS[0].path}"
    clone = f"repo=https://github.com/{where}%26branch=v{version}%26targetpath={CLONE}%26urlpath={first}"
    return f"{_BINDER}/v2/gh/{where}/environment?urlpath=git-pull?{clone}"


def newest_version() -> str:
    """Return the version of the latest release, which the changelog says."""
    changes = (building.CHECKOUT / "CHANGELOG.md").read_text("utf-8")
    released = re.search(r"^## \[(\d[\d.]*)\]", changes, re.M)
    return released[1] if released else "0"


def _online() -> list[str]:
    """The badges in README, which have to name the repository, and what to do without them."""
    where = repository()
    if not where:
        return [
            f"In [Colab]({_COLAB}), upload a lesson from [lessons/](lessons). Its first code cell installs",
            "what is missing there.",
        ]
    return [
        f"{_BINDER_BADGE}({binder_link(where, newest_version())})",
        f"{_COLAB_BADGE}({_COLAB}/github/{where}/blob/main/{LESSONS[1].path})",
        "",
        "Binder is ready when it opens. In Colab the first code cell of a lesson installs what is missing there.",
    ]


def _teaching() -> list[str]:
    """The table for teachers: how long each lesson takes, and what it is for."""
    return rows(
        ("", "lesson", "minutes", "aims"),
        ((int(one.number), f"[{one.title}]({one.stem}.ipynb)", one.minutes, one.aims) for one in LESSONS),
    )


def _rows_of_misconceptions() -> tuple[MisconceptionRow, ...]:
    from widgets.exercises.registry import misconceptions  # here, since it brings TensorFlow

    return misconceptions()


def _misconceptions() -> list[str]:
    """The table of codes: what each misconception is, how to fix it, and where it is met."""
    return rows(
        ("lesson", "code", "what happened", "what to do", "exercise"),
        (
            (int(row.lesson), f"`{row.code}`", row.cause, row.repair, f"`{row.exercise}`")
            for row in sorted(_rows_of_misconceptions(), key=lambda row: row.lesson)
        ),
    )


def _descent_verdicts() -> list[str]:
    """The eight kinds of a run of gradient descent."""
    from widgets.descent.verdicts import VERDICTS  # here, since it brings TensorFlow

    return rows(("verdict", "meaning"), ((kind.name, kind.meaning) for kind in VERDICTS))


def _grading_verdicts() -> list[str]:
    """The verdicts of the grader, for teachers."""
    return rows(("verdict", "meaning", "what you do"), grading_verdicts())


def _own_uses() -> list[str]:
    """How answers to a teacher's own exercises can be put to use."""
    from widgets.exercises.own_exercise import OWN_USES

    return rows(("use", "what happens"), ((f"`{name}`", said) for name, said in OWN_USES.items()))


def _form_questions() -> list[str]:
    """The questions for before and after the course, and their wrong ideas."""
    from widgets.form.questions import QUESTIONS  # here: most pages need no questions

    return rows(
        ("question", "name", "lesson", "wrong ideas"),
        (
            (number, f"`{one.name}`", one.lesson, "<br>".join(f"`{code}` {said}" for code, said in one.ideas.items()))
            for number, one in enumerate(QUESTIONS, 1)
        ),
    )


TABLES: dict[str, Callable[[], list[str]]] = {
    "lessons": _lessons,
    "online": _online,
    "teaching": _teaching,
    "misconceptions": _misconceptions,
    "descent-verdicts": _descent_verdicts,
    "grading-verdicts": _grading_verdicts,
    "own-uses": _own_uses,
    "form-questions": _form_questions,
}
