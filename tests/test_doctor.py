"""`tapedeck doctor`: on this machine, and beside installations of TensorFlow that are really broken."""

import dataclasses
import os
import subprocess
import sys

import pytest

from widgets.cli import main
from widgets.doctor import Finding, _browser, _cure, _fits, _node, _old_browsers, _sandbox, examine, report

GONE = "raise ModuleNotFoundError(\"No module named 'tensorflow'\", name='tensorflow')"
NO_PROCESSOR = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"
NO_LIBRARY = "raise ImportError('libstdc++.so.6: version GLIBCXX_3.4.30 not found')"
FROM_ANOTHER_TIME = "__version__ = '9.0.0'"


def doctor(**environment):
    """Run the command as a learner would; return its exit status and what it says."""
    command = [sys.executable, "-c", "from widgets.cli import main; raise SystemExit(main(['doctor']))"]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    return run.returncode, run.stdout, run.stderr


@pytest.fixture(scope="module")
def findings():
    return examine()


def test_everything_a_learner_needs_is_here(findings):
    assert [finding.what for finding in findings if finding.stops_a_learner] == []
    assert "All is well" in report(findings)


def test_it_looks_for_each_thing(findings):
    assert [finding.what for finding in findings] == [
        *("Python", "TensorFlow", "the tape recorder", "Keras", "JupyterLab", "anywidget"),
        *("Chromium", "bubblewrap", "libseccomp", "Node.js"),
    ]
    assert all(finding.remedy for finding in findings if not finding.found)


def test_findings_are_frozen(findings):
    with pytest.raises(dataclasses.FrozenInstanceError):
        findings[0].found = "another"


@pytest.mark.parametrize(
    ("tensorflow", "says"),
    [
        (GONE, "pip install -r requirements.txt"),
        (NO_PROCESSOR, "lacks instructions (AVX)"),
        (NO_LIBRARY, "It does not start: ImportError: libstdc++.so.6"),
        (FROM_ANOTHER_TIME, "TensorFlow 9.0.0 lacks names that the recorder hooks into"),
    ],
    ids=["gone", "crashes", "does not load", "without the seams"],
)
def test_a_broken_tensorflow_is_named_and_stops_a_learner(tmp_path, tensorflow, says):
    (tmp_path / "tensorflow.py").write_text(tensorflow)
    status, said, complaints = doctor(PYTHONPATH=str(tmp_path))
    assert status == 1
    assert says in said
    assert "The lessons will not run yet." in said
    assert complaints == ""


def test_another_version_than_those_that_work_is_named_without_starting_it(tmp_path, monkeypatch):
    for name, version in (("tensorflow_cpu", "2.17.1"), ("keras", "2.15.0")):
        about = tmp_path / f"{name}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    monkeypatch.syspath_prepend(tmp_path)
    said = {finding.what: finding for finding in examine()}
    for name, version, wanted in (("TensorFlow", "2.17.1", ">=2.18,<3"), ("Keras", "2.15.0", ">=3.6,<4")):
        assert said[name].stops_a_learner and f"{version}. Tapedeck needs {wanted}." in said[name].remedy
    assert _fits("3.0", ">=2.18,<3") is False and _fits("2.22.0rc0", ">=2.18,<3") and _fits("2.18", ">=2.18")


@pytest.mark.parametrize(
    ("status", "said", "helps"),
    [
        (-6, "F0000 TensorFlow was compiled to use AVX instructions, but these aren't available.\n", "Colab"),
        (0xC000001D, "", "Colab"),
        (1, "ImportError: DLL load failed while importing _x.\n\nSee https://a.b/errors\n", "winget install"),
    ],
    ids=["aborted", "illegal instruction", "no runtime"],
)
def test_the_cause_is_found_wherever_it_is_said(status, said, helps):
    assert helps in _cure(status, said) and "https" not in _cure(status, said)


def test_what_only_maintainers_need_stops_nobody(findings, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TAPEDECK_CHROMIUM", "")
    learners = [finding for finding in findings if not finding.only_for]  # TensorFlow is slow to be asked again
    monkeypatch.setattr("widgets.doctor.examine", lambda: (*learners, _browser(), _sandbox(), _node()))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert said.count("missing") == 3
    assert "Chromium (only needed for the browser tests)" in said


def test_an_old_browser_is_named_unless_there_is_a_newer_one(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _old_browsers() == []
    for name, says in (("firefox", "Mozilla Firefox 115.2"), ("chromium", "Chromium 120.0.1")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {says}\n")
        (tmp_path / name).chmod(0o755)
        told = [(finding.what, "115.2" in finding.remedy, finding.stops_a_learner) for finding in _old_browsers()]
        assert told == ([("firefox", True, False)] if name == "firefox" else [])


def test_programs_are_asked_and_not_only_found(tmp_path, monkeypatch):
    browser, node = tmp_path / "my browser", tmp_path / "node"
    browser.write_text("#!/bin/sh\necho Chromium 1.2.3\n")
    node.write_text("not a program")
    browser.chmod(0o755)
    node.chmod(0o755)
    monkeypatch.setenv("TAPEDECK_CHROMIUM", str(browser))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _browser().found == "1.2.3"
    assert _node().found == ""


def test_the_upshot_names_what_is_missing():
    missing = Finding("anywidget", "", remedy="get it")
    said = report((Finding("Python", "3.11.7"), missing, Finding("Node.js", "", "from there", "the bundle")))
    assert said.splitlines() == [
        "  ok       Python 3.11.7",
        "  missing  anywidget",
        "           get it",
        "  missing  Node.js (only needed for the bundle)",
        "           from there",
        "",
        "The lessons will not run yet. Missing: anywidget.",
    ]
