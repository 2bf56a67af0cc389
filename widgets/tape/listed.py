"""Parts of a sentence: lists of few or many things, texts cut to fit, and the numbers of ops that have one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby

from widgets.common.catalogue import _
from widgets.tape.forward_model import Entry

FEW = 5
"""Items of a list in a sentence, at most."""

ROOM = 100
"""Letters of a list that is to be read at a glance, at most."""


def numbered_ops(entries: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """Yield (entry, number) for the ops on the way to the result of a piece of source; 0 if it ran that op once.

    A piece of source that runs many ops, as `tf.linspace(0.0, 1.0, 5)`, means the result of its last one.
    """
    others = (entry for entry in entries if entry.op != "ReadVariableOp" and not entry.is_forward_mode)
    for _place, group in groupby(others, key=lambda entry: (entry.place, entry.backward_pass)):
        several = [entry for entry in group if entry.outputs]
        times, seen = Counter(entry.op for entry in several), Counter[str]()
        for entry in several:
            seen[entry.op] += 1
            if entry is not several[-1] or entry.backward_pass >= 0:
                yield entry.index, seen[entry.op] if times[entry.op] > 1 else 0


def shortened(text: str, longest: int) -> str:
    """Return a text with at most so many letters, the last one an ellipsis where it was cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def few_of(parts: Iterable[str]) -> str:
    """Return the first few parts of a list, and how many more there are."""
    parts = [*parts]
    if len(parts) <= FEW + 1:
        return ", ".join(parts)
    return _("{parts}, and {count} more").format(parts=", ".join(parts[:FEW]), count=len(parts) - FEW)


def joined(parts: Iterable[str]) -> str:
    """Return parts of a sentence as a list: `a`, `a and b`, `a, b, and c`; of many only the first few."""
    parts = [*parts]
    if len(parts) > FEW + 1:
        return few_of(parts)
    *others, last = parts or [""]
    if len(others) < 2:
        return _("{first} and {last}").format(first=others[0], last=last) if others else last
    return _("{others}, and {last}").format(others=", ".join(others), last=last)


def joined_briefly(parts: Iterable[str]) -> str:
    """Return parts of a sentence as a list: of many only the first, as far as two lines have room; one at least."""
    parts = [*parts]
    ends = [*accumulate(len(part) + 2 for part in parts)]
    count = max(1, sum(end <= ROOM for end in ends))
    if count >= len(parts) - 1:  # the last one takes no more room than to say that there is one more
        return joined(parts)
    return _("{parts}, and {count} more").format(parts=", ".join(parts[:count]), count=len(parts) - count)
