"""The console command: `tapedeck doctor`, `tapedeck grade`, `tapedeck build` and `tapedeck translate`."""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import sys
from collections.abc import Callable, Sequence

from widgets.common.catalogue import _
from widgets.grading import command as grading  # the arguments only: what grades is imported when it runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `tapedeck`.

    Args:
        arguments: such as `["doctor"]`; those of the command line if None.

    Returns:
        The exit status: 0 if all went well.
    """
    _escape_unprintable_letters()
    chosen = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    return run(chosen)


def _escape_unprintable_letters() -> None:
    """Print letters that a terminal does not have, as some on Windows, as escapes: better than no grades."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # others, of a test or an editor, take every letter
            stream.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tapedeck", description=_("Play TensorFlow's gradient tape, and build its lessons.")
    )
    parser.add_argument("--version", action="version", version=importlib.metadata.version("tapedeck"))
    commands = parser.add_subparsers(required=True, metavar=_("command"))

    doctor = commands.add_parser("doctor", help=_("say what is installed, what is missing and how to get it"))
    doctor.set_defaults(run=_doctor)

    grading.add_arguments(commands.add_parser("grade", help=_("grade your own notebook, or a class's")))

    build = commands.add_parser("build", help=_("make the notebooks from solutions/*.py, and the tables of the pages"))
    build.add_argument(
        "numbers", nargs="*", metavar="NN", help=_("number of a lesson, such as 01 (all if none is given)")
    )
    build.add_argument(
        "--check", action="store_true", help=_("write nothing; fail if a file is not what its source builds")
    )
    build.add_argument("--lang", default="", metavar="LANG", help=_("build lessons/LANG, in this language, such as zh"))
    build.set_defaults(run=_build)

    translate = commands.add_parser(
        "translate", help=_("bring a language's catalogues up to date, and list what needs a translator")
    )
    translate.add_argument("lang", nargs="?", default="", metavar="LANG", help=_("the language, such as zh"))
    translate.add_argument("numbers", nargs="*", metavar="NN", help=_("number of a lesson to begin to translate"))
    translate.add_argument(
        "--report", action="store_true", help=_("write nothing; count what is translated into which language")
    )
    translate.set_defaults(run=_translate)
    return parser


def _doctor(chosen: argparse.Namespace) -> int:
    from widgets.doctor import examine, report

    findings = examine()
    print(report(findings))
    return int(any(finding.stops_a_learner for finding in findings))


def _build(chosen: argparse.Namespace) -> int:
    from widgets.authoring import MissingTools, build  # here: what it needs is not installed for learners

    try:
        lines = build(chosen.numbers, check=chosen.check, language=chosen.lang)
    except (MissingTools, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(lines) or _("Every notebook and table is what its source builds."))
    return int(chosen.check and bool(lines))


def _translate(chosen: argparse.Namespace) -> int:
    from widgets.authoring import MissingTools, report, translate  # here too

    if not (chosen.report or chosen.lang):
        print(_("Which language? For example: tapedeck translate zh"), file=sys.stderr)
        return 2
    try:
        if chosen.report:
            print("\n".join(report()))
            return 0
        lines = translate(chosen.lang, chosen.numbers)
    except (MissingTools, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(
        "\n".join(lines)
        or _("Everything is translated. Next: tapedeck build --lang {language}").format(language=chosen.lang)
    )
    return int(bool(lines))
