"""The console command `tapedeck`: for learners, for teachers, and for who works on Tapedeck itself."""

from __future__ import annotations

import argparse
import importlib.util
import io
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from widgets.class_report import class_command as grading  # the arguments only: what grades is imported when it runs
from widgets.common.catalogue import _
from widgets.common.distribution import how_to_install, version
from widgets.course import lesson_copies
from widgets.form import form_command


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
    parser.add_argument("--version", action="version", version=version())
    commands = parser.add_subparsers(required=True, metavar=_("command"))

    doctor = commands.add_parser("doctor", help=_("say what is installed, what is missing and how to get it"))
    doctor.set_defaults(run=_doctor)

    _add_course(commands)
    kernels = commands.add_parser("class-kernels", help=_("keep TensorFlow loaded, and fork a class's kernels from it"))
    kernels.set_defaults(run=_class_kernels)
    grading.add_arguments(commands.add_parser("grade", help=_("grade your own notebook, or a class's")))
    form = commands.add_parser("form", help=_("questions for before and after the course, and what was gained"))
    form_command.add_arguments(form)

    _add_own_course(commands)
    build = commands.add_parser("build", help=_("make notebooks: of a course of your own, or Tapedeck's own lessons"))
    build.add_argument(
        "numbers",
        nargs="*",
        metavar=_("FOLDER"),
        help=_("the folder of your course; or numbers of Tapedeck's lessons, such as 01 (all if none is given)"),
    )
    build.add_argument(
        "--check", action="store_true", help=_("write nothing; fail if a file is not what its source builds")
    )
    build.add_argument("--lang", default="", metavar="LANG", help=_("build lessons/LANG, in this language, such as zh"))
    build.set_defaults(run=_build)

    site = commands.add_parser("site", help=_("write lessons, or your notebooks, as pages that need no kernel"))
    site.add_argument("folder", metavar=_("FOLDER"), help=_("where to; a new folder is made"))
    site.add_argument(
        "notebooks",
        nargs="*",
        default=[],  # else argparse calls it required
        metavar="NOTEBOOK",
        help=_("a notebook, or the number of a lesson (all lessons if none is given)"),
    )
    site.set_defaults(run=_site)

    translate = commands.add_parser(
        "translate", help=_("bring a language's catalogues up to date, and list what needs a translator")
    )
    translate.add_argument("lang", nargs="?", default="", metavar="LANG", help=_("the language, such as zh"))
    translate.add_argument(
        "numbers", nargs="*", metavar="NN", help=_("the folder of your own course; or numbers of lessons")
    )
    translate.add_argument(
        "--report", action="store_true", help=_("write nothing; count what is translated into which language")
    )
    translate.set_defaults(run=_translate)
    return parser


def _add_own_course(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = commands.add_parser("new", help=_("write a small exercise or lesson of your own, to edit"))
    kinds = new.add_subparsers(required=True, metavar=_("kind"), dest="kind")
    for kind, said in (("exercise", _("my_course/slope.py")), ("lesson", _("my_course/01_slopes.py"))):
        one = kinds.add_parser(kind, help=said)
        one.add_argument("path", metavar=_("FILE"), help=_("the file to write, such as {path}").format(path=said))
    new.set_defaults(run=_new)
    check = commands.add_parser(
        "check", help=_("try exercises of your own: is the solution right, each mistake known?")
    )
    check.add_argument("paths", nargs="+", metavar=_("PATH"), help=_("the file of an exercise, or a course's folder"))
    check.set_defaults(run=_check)


def _add_course(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    lessons = commands.add_parser("lessons", help=_("copy the lessons into a folder of yours, and open them"))
    lessons.add_argument("folder", nargs="?", default="", metavar=_("FOLDER"), help=_("where to; a new folder is made"))
    lessons.add_argument("--no-open", action="store_true", help=_("only copy, do not open JupyterLab"))
    lessons.set_defaults(run=_lessons)

    update = commands.add_parser("update", help=_("bring newer lessons; what you changed stays as it is"))
    update.set_defaults(run=_update)
    reset = commands.add_parser("reset", help=_("begin a lesson again; your version of it is kept"))
    reset.set_defaults(run=_reset)
    solutions = commands.add_parser("solutions", help=_("copy the solution of a lesson, for teachers"))
    solutions.set_defaults(run=_solution)
    for command in (reset, solutions):
        command.add_argument("number", metavar="NN", help=_("number of the lesson, such as 05"))
    for command in (update, reset, solutions):
        command.add_argument("folder", nargs="?", default="", metavar=_("FOLDER"), help=_("where your lessons are"))


def _lessons(chosen: argparse.Namespace) -> int:
    folder = _folder(chosen)
    if folder.resolve() == lesson_copies.lessons_folder():
        print(_("The lessons are in {folder}.").format(folder=folder))
    elif status := _say(lambda: lesson_copies.copy_lessons(folder, version())):
        return status
    command = f"jupyter lab {folder}"
    if chosen.no_open:
        print(_("Next: {command}").format(command=command))
        return 0
    if importlib.util.find_spec("jupyterlab") is None:
        print(_("JupyterLab, which opens them, is missing. Get it with: {command}").format(command=how_to_install()))
        return 1
    print(_("JupyterLab opens in your browser. To open it again: {command}").format(command=command), flush=True)
    return subprocess.call([sys.executable, "-m", "jupyterlab", str(folder)])


def _update(chosen: argparse.Namespace) -> int:
    return _say(lambda: lesson_copies.update_lessons(_folder(chosen), version()))


def _reset(chosen: argparse.Namespace) -> int:
    return _say(lambda: lesson_copies.reset_lesson(chosen.number, _folder(chosen), datetime.now()))


def _solution(chosen: argparse.Namespace) -> int:
    return _say(lambda: lesson_copies.copy_solution(chosen.number, _folder(chosen)))


def _folder(chosen: argparse.Namespace) -> Path:
    """Return the folder that was named, or else the lessons at hand, or where new ones go."""
    if chosen.folder:
        return Path(chosen.folder)
    here = Path.cwd()
    found = lesson_copies.nearest_lessons(here)
    return found.relative_to(here) if found else Path(lesson_copies.FOLDER)


def _say(act: Callable[[], list[str]]) -> int:
    """Print what was done; what could not be done is a sentence, and status 2."""
    try:
        print("\n".join(act()))
    except lesson_copies.NoSuchLesson as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        reason = error.strerror or str(error)
        print(_("{file} could not be written: {reason}").format(file=error.filename, reason=reason), file=sys.stderr)
        return 2
    return 0


def _doctor(chosen: argparse.Namespace) -> int:
    from widgets.doctor import examine, report

    findings = examine()
    print(report(findings))
    return int(any(finding.stops_a_learner for finding in findings))


def _class_kernels(chosen: argparse.Namespace) -> int:
    if sys.platform != "linux":
        print(_("Only Linux can fork kernels. Without it, each learner's kernel starts by itself."), file=sys.stderr)
        return 2
    from widgets.classroom.shared_kernels import main

    main()
    return 0


def _build(chosen: argparse.Namespace) -> int:
    from widgets.authoring import MissingTools, build, build_course  # here: what it needs is not installed for learners

    try:
        if chosen.numbers and not all(number.isdigit() for number in chosen.numbers):
            folder, *others = map(Path, chosen.numbers)
            if others:
                print(_("Build one course at a time: tapedeck build {folder}").format(folder=folder), file=sys.stderr)
                return 2
            if not build_course(folder, chosen.check, chosen.lang, _print_now):
                return 1
            return 0
        lines = build(chosen.numbers, check=chosen.check, language=chosen.lang)
    except (MissingTools, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(lines) or _("Every notebook and table is what its source builds."))
    return int(chosen.check and bool(lines))


def _print_now(line: str) -> None:
    print(line, flush=True)


def _new(chosen: argparse.Namespace) -> int:
    from widgets.authoring import MissingTools, need, new_files

    try:
        need("jupytext")
        make = {"exercise": new_files.new_exercise, "lesson": new_files.new_lesson}[chosen.kind]
        print("\n".join(make(Path(chosen.path))))
    except (MissingTools, new_files.NotWritten, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _check(chosen: argparse.Namespace) -> int:
    from widgets.authoring import MissingTools, check_course

    try:
        check_course([Path(path) for path in chosen.paths], _print_now)
    except (MissingTools, ValueError) as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, MissingTools) else 1
    return 0


def _site(chosen: argparse.Namespace) -> int:
    from widgets.authoring import NEEDS, MissingTools, need  # here too

    try:
        need(*NEEDS, "nbconvert")
        from widgets.site.site_folder import CannotBuild, build_site
    except MissingTools as error:
        print(error, file=sys.stderr)
        return 2
    try:
        build_site(Path(chosen.folder), chosen.notebooks, lambda line: print(line, flush=True))
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _translate(chosen: argparse.Namespace) -> int:
    from widgets.authoring import MissingTools, report, translate, translate_course  # here too

    if not (chosen.report or chosen.lang):
        print(_("Which language? For example: tapedeck translate zh"), file=sys.stderr)
        return 2
    try:
        if chosen.report:
            print("\n".join(report()))
            return 0
        own = [Path(name) for name in chosen.numbers if not name.isdigit()]
        lines = translate_course(chosen.lang, own[0]) if own else translate(chosen.lang, chosen.numbers)
    except (MissingTools, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(
        "\n".join(lines)
        or _("Everything is translated. Next: {command}").format(
            command=" ".join(["tapedeck build", *map(str, own), "--lang", chosen.lang])
        )
    )
    return int(bool(lines))
