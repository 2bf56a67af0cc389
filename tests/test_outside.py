"""The outside of the house: what a newcomer, a fork, an installer, Binder and CI see of it."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from widgets.authoring import pages
from widgets.common.lessons import LESSONS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT, VERSION = SETTINGS["project"], SETTINGS["tool"]["hatch"]["version"]
DOCS = (ROOT / "docs").glob("*.md")
README, CONTRIBUTING = ((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))
START = "pip install -r requirements.txt && jupyter lab lessons"
TEST = 'pip install -r requirements.txt -e ".[test]" && pytest'

PINS = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()]
PINS = [Requirement(line) for line in PINS if line and line != "-e ."]
EXTRAS = {extra: [Requirement(line) for line in lines] for extra, lines in PROJECT["optional-dependencies"].items()}
RANGES = [Requirement(line) for line in PROJECT["dependencies"]]
LEARNERS = [*RANGES, *EXTRAS["grade"]]
PYTHONS = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"])
PYTHONS = [f"3.{minor}" for minor in range(int(PYTHONS[1]), int(PYTHONS[2]))]
COLAB = [Requirement(line) for line in (ROOT / ".ci/colab.txt").read_text("utf-8").splitlines() if line[0] != "#"]
JOBS = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))["jobs"]
PLATFORMS = {
    "Linux": {"sys_platform": "linux", "platform_machine": "x86_64"},
    "Linux on ARM": {"sys_platform": "linux", "platform_machine": "aarch64"},
    "Windows": {"sys_platform": "win32", "platform_machine": "AMD64"},
    "macOS": {"sys_platform": "darwin", "platform_machine": "arm64"},
}
ENVIRONMENTS = [
    pytest.param({**platform, "python_version": python, "extra": ""}, id=f"{name}, {python}")
    for name, platform in PLATFORMS.items()
    for python in PYTHONS
]


def applying(requirements, environment):
    """The requirements whose markers hold there, by name; none may be named twice."""
    chosen = [r for r in requirements if r.marker is None or r.marker.evaluate(environment)]
    assert len({r.name for r in chosen}) == len(chosen)
    return {r.name: r for r in chosen}


def version_key(version):
    return [int(part) for part in version.split(".")]


def committed():
    """The files that git tracks or would track."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def addresses(text):
    return re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)


# what is installed


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_direct_dependency_is_pinned_exactly_and_within_its_range(environment):
    pins, ranges = applying(PINS, environment), applying(LEARNERS, environment)
    assert set(pins) == set(ranges)
    for name, pin in pins.items():
        (exact,) = pin.specifier
        assert exact.operator == "=="
        assert ranges[name].specifier.contains(exact.version)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_there_is_one_tensorflow_and_the_small_one_where_it_exists(environment):
    small = environment["sys_platform"] == "win32" or environment["platform_machine"] == "x86_64"
    names = [name for name in applying(PINS, environment) if name.startswith("tensorflow")]
    assert names == ["tensorflow-cpu" if small else "tensorflow"]


def test_the_pins_are_what_these_tests_run_with():
    here = {name: pin.specifier for name, pin in applying(PINS, {"extra": ""}).items()}
    assert all(specifier.contains(importlib.metadata.version(name)) for name, specifier in here.items())


def test_the_pythons_are_the_same_everywhere():
    prefix = "Programming Language :: Python :: "
    assert [line.removeprefix(prefix) for line in PROJECT["classifiers"] if line.startswith(prefix)] == PYTHONS
    assert JOBS["test"]["strategy"]["matrix"]["python"] == PYTHONS
    span = f"{PYTHONS[0]} to {PYTHONS[-1]}"
    for page in ("README.md", "requirements.txt", "docs/recorder.md"):
        assert f"Python {span}" in (ROOT / page).read_text("utf-8"), page
    assert span.replace(" to ", "-") in (ROOT / ".ci/run").read_text("utf-8")


def test_the_ends_of_the_ranges_are_tested_and_said():
    jobs = {job["name"]: job for job in JOBS["versions"]["strategy"]["matrix"]["include"]}
    minor = r"(\d+\.\d+)"
    lowest = {one.name: re.search(rf">={minor}", f"{one.specifier}") for one in RANGES}
    tensorflow, keras = lowest["tensorflow"][1], lowest["keras"][1]
    newest = re.search(rf"tensorflow-cpu>={minor}", jobs["next"]["install"])[1]
    pinned = max(re.findall(rf"^keras=={minor}", (ROOT / "requirements.txt").read_text("utf-8"), re.M), key=version_key)
    assert f"TensorFlow {tensorflow} to {newest} and Keras {keras} to {pinned}" in README
    assert f"TensorFlow {tensorflow}, Keras {keras}" in (ROOT / "docs/recorder.md").read_text("utf-8")
    assert jobs["oldest"]["python"] == PYTHONS[0]
    assert "--resolution lowest-direct" in jobs["oldest"]["install"]
    assert jobs["colab"]["python"] == PYTHONS[-1]
    assert ".ci/colab.txt" in jobs["colab"]["install"]
    played = [step for step in JOBS["versions"]["steps"] if step.get("run") == "python .ci/colab.py"]
    assert [step["if"] for step in played] == ["matrix.name == 'colab'"]


def test_what_colab_has_is_within_the_ranges():
    ranges = {requirement.name: requirement.specifier for requirement in RANGES}
    known = {pin.name: next(iter(pin.specifier)).version for pin in COLAB if pin.name in ranges}
    assert {"tensorflow-cpu", "keras", "numpy", "ipython", "ipywidgets", "traitlets", "matplotlib"} <= set(known)
    assert [name for name, version in known.items() if not ranges[name].contains(version)] == []


def test_the_package_itself_is_installed_last():
    assert (ROOT / "requirements.txt").read_text("utf-8").splitlines()[-1] == "-e ."


def test_everything_imported_is_declared():
    used = [*LEARNERS, *EXTRAS["teach"], *EXTRAS["class"]]
    declared = {requirement.name for requirement in used} | {PROJECT["name"]}
    declared.add("pandas")  # a table is handed over in it where it is installed, and said where it is not
    distributions = {"pandas": ["pandas"], **importlib.metadata.packages_distributions()}
    for path in (path for path in (ROOT / "widgets").rglob("*.py") if path.name != "build_hook.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"widgets"}:
                known_as = {name.replace("_", "-").lower() for name in distributions[top]}
                assert declared & known_as, f"{path.name} imports {top}"


def test_contributing_argues_for_every_dependency():
    named = {requirement.name for requirement in [*RANGES, *(one for extra in EXTRAS.values() for one in extra)]}
    table = CONTRIBUTING.partition("## Dependencies")[2]
    argued = {name for row in re.findall(r"^\| ([^|]+) \|", table, re.M) for name in re.findall(r"[\w@/-]+", row)}
    assert named - {PROJECT["name"]} <= argued


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of the files in the wheel, built from the checkout as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("gradient_tapedeck-*.whl")
    return zipfile.ZipFile(path).namelist()


def test_the_wheel_plays_without_node(wheel):
    assert {"widgets/static/deck.js", "widgets/static/deck.css"} <= set(wheel)
    assert "widgets/common/view/standalone.html" in wheel


def test_the_wheel_has_the_lessons_and_their_solutions(wheel):
    packed = {name.removeprefix("widgets/course/") for name in wheel if name.startswith("widgets/course/")}
    assert packed >= {f"{kind}/{lesson.stem}.ipynb" for lesson in LESSONS for kind in ("lessons", "solutions")}
    assert "lessons/data/penguins.csv" in packed


def test_the_wheel_is_the_package_and_nothing_else(wheel):
    assert {name.split("/")[0].partition("-")[0] for name in wheel} == {"widgets", "gradient_tapedeck"}
    assert not [name for name in wheel if "node_modules" in name or "__pycache__" in name]


# what a newcomer reads


def test_the_readme_gives_the_two_commands():
    assert re.findall(r"^pip install .*$", README, re.M) == [START, TEST]


PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".github/SECURITY.md", *sorted(f"docs/{p.name}" for p in DOCS)]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_inside_leads_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    inside = [a or b for a, b in addresses(text) if "://" not in (a or b)]
    assert [link for link in inside if not ((ROOT / page).parent / link.partition("#")[0]).exists()] == []


def test_the_readme_is_short():
    assert len(README.splitlines()) < 150


def test_the_lesson_list_is_the_lessons():
    linked = re.findall(r"\]\(lessons/(\d\d_\w+\.ipynb)\)", README)
    assert linked == sorted(path.name for path in (ROOT / "lessons").glob("[0-9]*.ipynb"))


def test_every_folder_is_on_the_map():
    folders = {path.parent.name for path in (ROOT / "widgets").glob("*/*.py")}
    mapped = set(re.findall(r"\]\(widgets/(\w+)\)", CONTRIBUTING))
    assert folders <= mapped, "give it a row in the table under Layout in CONTRIBUTING.md"


def test_no_leftovers_are_committed():
    """What editors, tools and experiments leave behind: backups, caches, logs, archives, nameless notebooks."""
    leftover = re.compile(
        r"(^|/)(\.DS_Store|Thumbs\.db|__pycache__|\.ipynb_checkpoints|node_modules|[Uu]ntitled\d*\..*)(/|$)"
    )
    ending = re.compile(r"(~|\.(orig|rej|bak|swp|tmp|log|pyc|zip|tar|gz|whl))$")
    assert [name for name in committed() if leftover.search(name) or ending.search(name)] == []


def test_a_project_one_can_join_has_its_pages():
    pages = ("CITATION.cff", ".github/SECURITY.md", ".github/CODE_OF_CONDUCT.md", ".github/pull_request_template.md")
    assert [name for name in pages if not (ROOT / name).is_file()] == []
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        assert yaml.safe_load(form.read_text("utf-8")), form.name


def test_nothing_committed_names_somebodys_machine():
    nobodys = rb"learner|teacher|HOME|REFERENCE"  # places inside the sandbox, and made up ones
    somewhere = re.compile(rb"/(?:root|home|Users)/(?!" + nobodys + rb")\w|site-packages/")
    texts = [name for name in committed() if not name.endswith(".png") and name != "tests/test_outside.py"]
    assert [name for name in texts if somewhere.search((ROOT / name).read_bytes())] == []


def test_the_lock_file_names_no_registry():
    locks = [name for name in committed() if name.endswith("package-lock.json")]
    assert [name for name in locks if "resolved" in (ROOT / name).read_text("utf-8")] == []


def test_the_licence_is_the_one_that_is_declared():
    assert PROJECT["license"] == "BSD-3-Clause"
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("BSD 3-Clause License")
    assert "The Tapedeck authors" in text


# what a fork changes


def test_one_setting_makes_the_badges(tmp_path, monkeypatch):
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    setting = '[project.urls]\nRepository = "https://github.com/ada/first-fork"\n'
    (tmp_path / "pyproject.toml").write_text(project.replace("[project.urls]\n", setting), "utf-8")
    assert pages.repository(tmp_path) == "ada/first-fork"
    monkeypatch.setattr(pages, "repository", lambda: "ada/first-fork")
    links = [a or b for a, b in addresses(pages.fill(README))]
    hosts = (r"mybinder\.org/v2/gh", r"colab\.research\.google\.com/github")
    assert all(any(re.search(f"{host}/ada/first-fork/", link) for link in links) for host in hosts)


def test_no_page_names_a_repository_that_there_is_not():
    texts = [name for name in committed() if not name.endswith((".png", "test_outside.py"))]
    assert [name for name in texts if b"OWNER/REPO" in (ROOT / name).read_bytes()] == []


# what is released


def test_the_version_is_that_of_the_tag_and_of_the_changelog_without_git():
    newest = re.search(r"^## \[([\d.]+)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)[1]
    assert PROJECT["dynamic"] == ["version"] and VERSION["source"] == "vcs"
    assert VERSION["fallback-version"] == newest
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"] == newest


def test_a_copy_without_git_has_a_version_too(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    run = [sys.executable, "-m", "hatchling", "version"]
    said = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.strip() == VERSION["fallback-version"]


def test_what_is_released_was_installed_on_each_system_from_each_package():
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]
    matrix = jobs["install"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert matrix["package"] == ["*.whl", "*.tar.gz"]
    assert (jobs["install"]["needs"], jobs["publish"]["needs"]) == ("build", "install")
    assert any("twine check" in step.get("run", "") for step in jobs["build"]["steps"])


# what Binder and CI run


def accepted_by_binder(folder):
    """What the builder says of a folder that it accepts."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT.parent)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def test_binder_accepts_the_repository():
    said = accepted_by_binder(ROOT)
    copied, installed = said.find("COPY --chown=0:0 src/ ${REPO_DIR}/"), said.find('.binder/requirements.txt"')
    assert 0 < copied < installed  # `-e .` needs the checkout to be there


def test_binder_builds_the_dependencies_alone_and_only_when_one_changes(tmp_path):
    if sys.version_info < (3, 11):
        pytest.skip("the script reads pyproject.toml with Python 3.11's own parser")

    def run(*command):
        return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True).stdout

    clone = tmp_path / "clone"
    shutil.copytree(ROOT / ".binder", clone / ".binder")
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, clone)
    run("git", "init", "-q")
    for setting in ("user.name=Ada", "user.email=ada@example.org"):
        run("git", "config", *setting.split("="))
    run("git", "commit", "-q", "--allow-empty", "-m", "main")

    script = (sys.executable, ".binder/environment.py")
    pins = run(*script, "pins").splitlines()
    here = [one for one in map(Requirement, pins) if one.marker is None or one.marker.evaluate()]
    needed = {Requirement(one).name for one in PROJECT["dependencies"]}
    assert {one.name for one in map(Requirement, pins)} == needed | {"nbgitpuller"}
    assert all(str(one.specifier).startswith("==") for one in here)

    for version, changed in (("1.0", True), ("1.0", False), ("1.1", True)):
        install = [{"metadata": {"name": one.name, "version": version}} for one in here]
        (tmp_path / "report.json").write_text(json.dumps({"install": install}))
        before = run("git", "for-each-ref", "refs/heads/environment")
        run(*script, "branch", str(tmp_path / "report.json"))
        assert (run("git", "for-each-ref", "refs/heads/environment") != before) is changed
    assert run("git", "rev-list", "--count", "environment").strip() == "2"

    run("git", "clone", "-q", "--branch", "environment", ".", str(tmp_path / "environment"))
    assert {*run("git", "ls-tree", "-r", "--name-only", "environment").split()} == {
        "README.md", ".binder/postBuild", ".binder/requirements.txt", ".binder/runtime.txt"
    }  # fmt: skip
    made = tmp_path / "environment/.binder"
    assert os.access(made / "postBuild", os.X_OK)
    assert f'"$HOME/{pages.CLONE}"' in (made / "postBuild").read_text()
    locked = (made / "requirements.txt").read_text().splitlines()
    assert locked == sorted(f"{one.name}==1.1" for one in here)
    assert "postBuild" in accepted_by_binder(tmp_path / "environment")


def test_binder_links_lead_from_the_dependencies_to_the_lessons_of_a_release():
    link = urllib.parse.urlsplit(pages.binder_link("ada/first-fork", "0.2.0"))
    assert link.path == "/v2/gh/ada/first-fork/environment"
    pull = urllib.parse.urlsplit(urllib.parse.parse_qs(link.query)["urlpath"][0])
    assert pull.path == "git-pull"
    lesson = f"lab/tree/{pages.CLONE}/lessons/00_start_here.ipynb"
    assert urllib.parse.parse_qs(pull.query) == {
        "repo": ["https://github.com/ada/first-fork"],
        "branch": ["v0.2.0"],
        "targetpath": [pages.CLONE],
        "urlpath": [lesson],
    }


def test_the_workflow_of_the_environment_runs_the_script_with_binders_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/environment.yml").read_text("utf-8"))
    steps = workflow["jobs"]["branch"]["steps"]
    assert {"requirements.txt", ".binder/**"} <= {*workflow[True]["push"]["paths"]}  # YAML reads `on` as true
    (python,) = [step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", "")]
    assert f"python-{python}" == (ROOT / ".binder/runtime.txt").read_text().strip()
    commands = [step.get("run", "") for step in steps]
    assert [sum(f"environment.py {verb}" in one for one in commands) for verb in ("pins", "branch")] == [1, 1]


def test_binder_has_a_python_that_works():
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(
        (ROOT / ".binder/runtime.txt").read_text().strip().removeprefix("python-")
    )


def test_ci_runs_the_readmes_test_command():
    script = (ROOT / ".ci/run").read_text("utf-8")
    install, test = TEST.split(" && ")
    assert script.index(f"{install}\n") < script.index(".ci/checks") < script.index(f"\n{test} ")
    assert TEST in CONTRIBUTING
    for name in (".ci/run", ".ci/checks"):
        assert os.access(ROOT / name, os.X_OK)
        subprocess.run(["bash", "-n", name], cwd=ROOT, check=True)


def test_the_workflow_runs_the_same_script_on_every_python():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    job = workflow["jobs"]["test"]
    assert job["needs"] == "checks"
    assert ".ci/checks" in [step.get("run") for step in workflow["jobs"]["checks"]["steps"]]
    assert {"macos-latest", "windows-latest"} <= set(workflow["jobs"]["learner"]["strategy"]["matrix"]["os"])
    assert ".ci/run --pictures" in [step.get("run") for step in job["steps"]]
    assert [f"Programming Language :: Python :: {python}" for python in job["strategy"]["matrix"]["python"]] == [
        line for line in PROJECT["classifiers"] if re.search(r"Python :: 3\.", line)
    ]


def test_the_hooks_are_valid_and_need_no_network():
    config = ROOT / ".pre-commit-config.yaml"
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", str(config)], check=True)
    hooks = yaml.safe_load(config.read_text("utf-8"))["repos"]
    assert {repo["repo"] for repo in hooks} == {"local"}
    assert {hook["language"] for repo in hooks for hook in repo["hooks"]} == {"system"}
