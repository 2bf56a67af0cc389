"""Make the branch `environment`, which Binder builds: dependencies alone, every one of them with its version.

    python .binder/environment.py pins > pins.txt
    pip install --dry-run --ignore-installed --report report.json -r pins.txt
    python .binder/environment.py branch report.json

Binder builds an image anew at each commit of a branch, and this one gets a commit only when a version changes. Lessons
and our modules are no part of it: nbgitpuller lays them into the folder `tapedeck` when a learner opens the link, at
the tag that the link names. Needs Python 3.11 or newer; `.github/workflows/environment.yml` runs it.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import tomllib

BINDER = Path(__file__).parent
ROOT = BINDER.parent
BRANCH = "environment"
README = """\
Binder builds this branch. `.binder/environment.py` of the branch `main` makes it whenever a version changes there.
"""
POST_BUILD = """\
#!/usr/bin/env bash
# Python looks for `widgets` where nbgitpuller lays it when a learner comes.
set -euo pipefail
echo "$HOME/tapedeck" >"$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tapedeck.pth"
"""


def pins():
    """Return the lines of requirements.txt that a learner needs, not a grader, and what only Binder needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {name(line) for line in project["dependencies"]}
    ours = [line for line in (BINDER / "requirements.txt").read_text("utf-8").splitlines() if "==" in line]
    return [line for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines() if name(line) in needed] + ours


def name(line):
    """Return the package's name that a requirement begins with, as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]*", line)[0]).lower()


def files(report):
    """Return (mode, text) of each file of the branch, by path, for what pip would install."""
    found = (one["metadata"] for one in report["install"])
    locked = sorted(f"{one['name']}=={one['version']}\n" for one in found)
    return {
        "README.md": ("100644", README),
        ".binder/requirements.txt": ("100644", "".join(locked)),
        ".binder/runtime.txt": ("100644", (BINDER / "runtime.txt").read_text("utf-8")),
        ".binder/postBuild": ("100755", POST_BUILD),
    }


def commit(contents):
    """Commit these files to the branch, and nothing else; return whether any of them has changed."""
    tree = git("write-tree", index=contents)
    parent = git("rev-parse", "--verify", "--quiet", f"refs/heads/{BRANCH}", check=False)
    if parent and git("rev-parse", f"{parent}^{{tree}}") == tree:
        return False
    message = f"Pin what {git('rev-parse', '--short', 'HEAD')} of main depends on"
    made = git("commit-tree", tree, *(["-p", parent] if parent else []), "-m", message)
    git("update-ref", f"refs/heads/{BRANCH}", made)
    return True


def git(*arguments, index=None, check=True):
    """Run git, with an index of its own that holds these files; return what it prints."""
    environment = dict(os.environ)
    if index is not None:
        environment["GIT_INDEX_FILE"] = str(Path(git("rev-parse", "--absolute-git-dir")) / "environment-index")
        entries = ""
        for path, (mode, text) in index.items():
            made = subprocess.run(
                ["git", "hash-object", "-w", "--stdin"], input=text, capture_output=True, text=True, check=True
            )
            entries += f"{mode} {made.stdout.strip()}\t{path}\n"
        subprocess.run(["git", "read-tree", "--empty"], env=environment, check=True)
        subprocess.run(["git", "update-index", "--index-info"], env=environment, input=entries, text=True, check=True)
    run = subprocess.run(["git", *arguments], env=environment, capture_output=True, text=True, check=check)
    if index is not None:
        os.unlink(environment["GIT_INDEX_FILE"])
    return run.stdout.strip()


def main():
    """Do what the first argument says."""
    if sys.argv[1:2] == ["pins"]:
        print("\n".join(pins()))
    else:
        changed = commit(files(json.loads(Path(sys.argv[2]).read_text("utf-8"))))
        print(f"{BRANCH} has a new commit" if changed else f"{BRANCH} has these versions already")


if __name__ == "__main__":
    main()
