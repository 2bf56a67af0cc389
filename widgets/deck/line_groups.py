"""Which entries are one line of code, and which are the inside of one call of TensorFlow."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from widgets.common.catalogue import _
from widgets.deck.grouping import Group
from widgets.deck.source_statements import Statements
from widgets.tape.forward_model import Entry
from widgets.tape.model import Recording

Run: TypeAlias = list[Entry]
"""Entries that follow each other."""

_MANY = 6
"""Operations of one call that are shown one by one, at most; of one that no tape recorded, a single one."""

_ROUNDS = 10
"""Rounds of a loop that are shown, at most."""

_ENDS = 2
"""Rounds that are shown at each end of a longer loop."""

_LONGEST_ROUND = 12
"""Rows of a round that is looked for, at most."""


def line_groups(recording: Recording, statements: Statements) -> list[Group]:
    """Return the entries of a recording as lines of code."""

    def key(entry: Entry) -> Hashable:
        statement = statements.at(entry.place)
        own = entry.index if calls_function(entry) else -1
        return statement and (statement.place.listing, statement.place.line, own)

    runs = [part for run in runs_of(recording, key) for part in rounds_of(run, statements)]
    numbers = numbered((run[0].index, statements.at(run[0].place)) for run in runs)
    groups = (
        _line_group(recording, several, statements, numbers)
        for several in long_loops_folded(recording, runs, key, statements)
    )
    return without_unfinished(recording, groups, statements)


def numbered(named: Iterable[tuple[int, Hashable]]) -> dict[int, tuple[int, int]]:
    """Return which one of how many each is, by its number, of those that share their name; None is no name."""
    named = [*named]
    counts, seen, found = Counter(name for _number, name in named), Counter[Hashable](), {}
    for number, name in named:
        seen[name] += 1
        if counts[name] > 1 and name is not None:
            found[number] = seen[name], counts[name]
    return found


def call_of(recording: Recording, entry: Entry) -> str:
    """Return the call for gradients that ran an entry, as `tape.gradient()`."""
    backward_pass = recording.backward_passes[entry.backward_pass]
    return f"{recording.tapes[backward_pass.tape].name}.{backward_pass.call}()"


def _line_group(
    recording: Recording, runs: Sequence[Run], statements: Statements, numbers: Mapping[int, tuple[int, int]]
) -> Group:
    """Return runs of entries, one or several rounds of it, as a group that has the text of a statement."""
    members = [entry for run in runs for entry in run]
    statement = statements.at(members[0].place)
    indices, scope = tuple(entry.index for entry in members), members[-1].scope
    if statement is None or is_apart(members[0]):  # of code whose lines are not known, a backward pass is one
        return Group(indices, call_of(recording, members[0]) if len(members) > 1 else "")
    text = statement.place.text
    if len(runs) == 1:
        nth, of = numbers.get(indices[0], (0, 0))
        return Group(indices, text, "", statement.place, scope, nth=nth, of=of)
    is_one = all(statements.at(entry.place) == statement for entry in members)
    loop = None if is_one else statements.on_line(statement.place.listing, statement.loop)
    return Group(indices, loop.place.text if loop else text, "", statement.place, scope, times=len(runs))


def call_groups(recording: Recording) -> list[Group]:
    """Return the entries of a recording one by one, but for those that are the inside of a call of TensorFlow."""

    def key(entry: Entry) -> Hashable:
        place = entry.place
        is_call = place and place.column >= 0 and place.text.endswith(")") and entry.scope < 0
        return place if is_call and entry.backward_pass < 0 and not calls_function(entry) else None

    groups = []
    for run in runs_of(recording, key, with_passes=False):
        few = 1 if recording.tapes and not any(entry.recorded_by for entry in run) else _MANY
        place = run[0].place
        if len(run) > few and place and _period(run) == len(run):
            kind = _("{count} operations").format(count=len(run))
            groups.append(Group(tuple(entry.index for entry in run), place.text, kind, place))
        else:
            groups += (Group((entry.index,)) for entry in run)
    return groups


def is_apart(entry: Entry) -> bool:
    """Say whether an entry is never a part of a group: it has a story of its own, or none."""
    return entry.opened is not None or entry.is_forward_mode


def calls_function(entry: Entry) -> bool:
    """Say whether an entry is a call of a `tf.function` that the learner's code names."""
    return bool(entry.graph) and entry.place is not None and f"{entry.op}(" in entry.place.text


def runs_of(recording: Recording, key: Callable[[Entry], Hashable], with_passes: bool = True) -> list[Run]:
    """Return all entries as runs of those that follow each other and have the same key; None is never the same.

    The arithmetic of a backward pass, which its pullbacks interrupt, is one run.
    """
    runs: list[Run] = []
    passes: dict[Hashable, Run] = {}
    told = set()
    followed = {entry.inside for entry in recording.entries}
    last: Hashable = None
    for step in recording.steps:
        if step.kind != "entry":
            last = None
            continue
        entry = recording.entries[step.subject]
        told.add(entry.index)
        context = entry.inside, entry.iteration
        if with_passes and entry.backward_pass >= 0 and not is_apart(entry):
            last = None
            run = passes.setdefault((entry.backward_pass, context), [])
            if not run:
                runs.append(run)
            run.append(entry)
            continue
        # What a call returns is no news of the line before it when the steps inside it follow.
        own = None if is_apart(entry) or (entry.graph and entry.index in followed) else key(entry)
        if own is None or (own, context) != last:
            runs.append([])
        runs[-1].append(entry)
        last = None if own is None else (own, context)
    return runs + [[entry] for entry in recording.entries if entry.index not in told]


def without_unfinished(recording: Recording, groups: Iterable[Group], statements: Statements) -> list[Group]:
    """Return groups, but what ran last in a line that raised an exception one by one: that line made nothing."""
    found = [*groups]
    errors = (step for step in recording.steps if step.kind == "error")
    failed = next((statements.at(step.place) for step in errors), None)
    last = max(found, key=lambda group: group.members[-1], default=None)
    if failed and last and statements.at(recording.entries[last.members[-1]].place) == failed:
        found.remove(last)
        found += (Group((member,)) for member in last.members)
    return found


def rounds_of(run: Run, statements: Statements) -> list[Run]:
    """Return a run as the rounds of the loop whose only line it is; as it is, if it is not one."""
    statement = statements.at(run[0].place)
    length = _period(run) if statement and statement.loop and run[0].backward_pass < 0 else len(run)
    return [run[start : start + length] for start in range(0, len(run), length)]


def _period(run: Run) -> int:
    """Return after how many ops a run begins anew; its length if it never does."""
    ops = [(entry.op, entry.place) for entry in run]
    lengths = (n for n in range(1, len(ops) // 2 + 1) if len(ops) % n == 0 and ops[n] == ops[0])
    return next((n for n in lengths if ops[n:] == ops[:-n]), len(ops))


def long_loops_folded(
    recording: Recording, runs: Sequence[Run], key: Callable[[Entry], Hashable], statements: Statements | None = None
) -> Iterator[list[Run]]:
    """Yield each run alone, but of a loop of many rounds those in its middle together, a run for each round.

    With `statements`, the rounds may also differ, as where each takes another branch.
    """
    stretch = dict(_stretches(recording))  # what a tape does in between is never hidden
    keys: list[tuple[Hashable, int, int] | None] = [
        None
        if (own := key(run[0])) is None or run[0].backward_pass >= 0 or is_apart(run[0])
        else (own, run[0].inside, stretch[run[0].index])
        for run in runs
    ]
    at = 0
    while at < len(runs):
        length, count = _loop(keys, at)
        begins = [at + number * length for number in range(count + 1)]
        if count <= _ROUNDS and statements:
            begins = _branching_loop(runs, keys, at, statements)
        if len(begins) - 1 <= _ROUNDS:
            yield [runs[at]]
            at += 1
            continue
        rounds = [runs[start:end] for start, end in itertools.pairwise(begins)]
        yield from ([run] for one in rounds[:_ENDS] for run in one)
        yield [[entry for run in one for entry in run] for one in rounds[_ENDS:-_ENDS]]
        yield from ([run] for one in rounds[-_ENDS:] for run in one)
        at = begins[-1]


def _stretches(recording: Recording) -> Iterator[tuple[int, int]]:
    """Yield (entry, stretch): entries of one stretch follow each other without any other step."""
    stretch = 0
    for step in recording.steps:
        if step.kind == "entry":
            yield step.subject, stretch
        else:
            stretch += 1


def _branching_loop(
    runs: Sequence[Run], keys: Sequence[tuple[Hashable, int, int] | None], at: int, statements: Statements
) -> list[int]:
    """Return where the rounds of a loop that starts here begin, and where the last ends: each goes down the lines."""
    first, start, line = statements.at(runs[at][0].place), keys[at], -1
    if first is None or start is None or not first.loop:
        return []
    begins, end = [at], at
    while end < len(runs) and (own := keys[end]) and own[1:] == start[1:]:
        statement = statements.at(runs[end][0].place)
        if statement is None or (statement.function, statement.loop) != (first.function, first.loop):
            break
        if statement.place.line <= line:
            begins.append(end)
        line = statement.place.line
        end += 1
    return [*begins, end]


def _loop(keys: Sequence[Hashable], at: int) -> tuple[int, int]:
    """Return how long the rounds are that begin here, and how many there are."""
    for length in range(1, _LONGEST_ROUND + 1):
        end = at + length
        while end < len(keys) and keys[end] is not None and keys[end] == keys[end - length]:
            end += 1
        if (count := (end - at) // length) > _ROUNDS:
            return length, count
    return 1, 1
