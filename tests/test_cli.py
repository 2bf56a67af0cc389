"""The console command: its words, its exit statuses, and that it asks for nothing it does not need."""

import importlib.metadata
import os
import subprocess
import sys

import pytest

from widgets.cli import main

ENTRY = "from widgets.cli import main; raise SystemExit(main({arguments!r}))"


def tapedeck(*arguments, before=""):
    """Run the command in a process of its own, after the Python code `before`."""
    code = f"{before}\n{ENTRY.format(arguments=list(arguments))}"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_the_console_command_is_installed():
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="tapedeck")
    assert script.load() is main


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.strip() == importlib.metadata.version("gradient-tapedeck")


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = capsys.readouterr().out
    assert "doctor" in said
    assert "build" in said


@pytest.mark.parametrize("arguments", [[], ["rewind"], ["build", "--chekc"]])
def test_a_wrong_call_is_a_usage_error(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: tapedeck" in capsys.readouterr().err


def test_only_what_is_required_is_called_so(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["site"])
    assert capsys.readouterr().err.endswith("required: FOLDER\n")


@pytest.mark.parametrize("number", ["77", "one"])
def test_an_unknown_lesson_is_a_sentence_and_not_a_traceback(number, capsys):
    assert main(["build", number, "--check"]) == 2
    said = capsys.readouterr()
    assert number in said.err
    assert "01" in said.err
    assert said.out == ""


def test_without_the_teach_extra_it_says_how_to_get_it():
    run = tapedeck("build", "--check", before="import sys; sys.modules['nbgrader'] = None")
    assert run.returncode == 2
    assert "nbgrader" in run.stderr
    assert ".[teach]" in run.stderr
    assert "Traceback" not in run.stderr


def test_asking_for_help_starts_no_tensorflow():
    before = "import atexit, sys; atexit.register(lambda: print('tensorflow' in sys.modules))"
    assert tapedeck("--help", before=before).stdout.splitlines()[-1] == "False"


def test_letters_that_a_terminal_has_not_are_no_reason_to_stop():
    code = ENTRY.format(arguments=["--help"])
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "TAPEDECK_LANG": "zh"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stderr
    assert "\\u" in run.stdout
