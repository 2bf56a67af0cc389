"""What a batch has found out so far, kept in OUT as it is reached, so that a run that was killed goes on from there.

OUT/batch.json              the secret seed, which only its owner may read
OUT/verdicts/KEY.json       one submission, as it was last graded
OUT/history/KEY-....json    what a late resubmission, or a corrected reference, has replaced
"""

import contextlib
import json
from pathlib import Path

from widgets.common.catalogue import _
from widgets.common.writing import write
from widgets.grading.batches.kept import as_json, from_json
from widgets.grading.handed_in.names import digest

VERSION = 1
"""Of the form of batch.json."""


class Busy(RuntimeError):
    """Another run is keeping its verdicts in the same folder."""


class Ledger:
    """The verdicts in a folder. `seed` is the batch's: found there, or else the given one, which is kept there."""

    def __init__(self, out, seed):
        self._out = Path(out)
        self.seed = self._seed_of_before() or seed
        if self.seed == seed:
            write(self._out / "batch.json", json.dumps({"tapedeck": VERSION, "seed": seed}) + "\n", mode=0o600)

    def kept(self, key, basis):
        """Return the final Graded that is kept under a key if it was found out on this basis, else None."""
        graded, of = from_json(_text(self._verdict(key)))
        return graded if graded and graded.is_final and of == basis else None

    def keep(self, key, basis, graded):
        """Keep a Graded under a key with its basis: a text that differs if anything differs that verdicts hang on."""
        path, text = self._verdict(key), as_json(graded, basis)
        before = _text(path)
        former, of = from_json(before)
        if former and former.is_final and of != basis:
            write(self._out / "history" / f"{key}-{digest(before)}.json", before)
        write(path, text)

    def _verdict(self, key):
        return self._out / "verdicts" / f"{key}.json"

    def _seed_of_before(self):
        try:
            return str(json.loads(_text(self._out / "batch.json"))["seed"])
        except (ValueError, LookupError, TypeError):
            return ""


@contextlib.contextmanager
def opened(out, seed):
    """Give the Ledger of a folder, for this process alone. Raises Busy, or OSError where no such folder can be."""
    Path(out).mkdir(parents=True, exist_ok=True)
    with (Path(out) / ".lock").open("ab") as file:
        if not _taken(file):
            said = _("Another run is grading into {folder}. Wait for it, or choose another folder with --out.")
            raise Busy(said.format(folder=out))
        yield Ledger(out, seed)


def _taken(file):
    """Take the lock that a file stands for, and return whether it was free. It ends with its holder."""
    try:
        import fcntl  # here: Windows has none, where nobody grades a class
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _text(path):
    """Return what a file holds; "" where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
