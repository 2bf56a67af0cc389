"""A recording in which several entries are one: a box for a layer, or for a line of code.

Such a box takes the tensors that come from outside, and makes those that are used outside. Played backward, it passes
back what its ops pass back to tensors outside. As with folded plumbing, this is a shorter Recording of the same run.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from widgets.deck.box_gradients import passed_back, renumbered, verdicts_of
from widgets.deck.folding import Folded
from widgets.tape.forward_model import Entry, Place, Value
from widgets.tape.model import BackwardPass, Contribution, Pullback, Recording, Step
from widgets.tape.scope_model import OptimizerStep

_FEW = 8
"""Numbers that an axis or a shape has, at most."""


@dataclass(frozen=True)
class Group:
    """Entries that are to be one.

    Attributes:
        members: the entries, by index.
        title: what to call them; "" for a single entry that stays what it is.
        kind: what they are, such as a layer's class.
        place: where in the learner's code.
        scope: the scope that they are the work of, by index; -1 for none.
        times: how many rounds of a loop they are.
        nth: which one it is of those that are called so, from 1; 0 if it is the only one, or stands for several.
        of: how many are called so.
    """

    members: tuple[int, ...]
    title: str = ""
    kind: str = ""
    place: Place | None = None
    scope: int = -1
    times: int = 1
    nth: int = 0
    of: int = 0


@dataclass(frozen=True)
class Box(Entry):
    """Several entries of a run as one.

    Attributes:
        title: what to call it.
        kind: what it is, such as a layer's class; "" if the title says all.
        count: how many operations it stands for.
        assigns: the Variables that it assigns to, by index in `Recording.tensors`.
        times, nth, of: as those of its Group.
    """

    title: str = ""
    kind: str = ""
    count: int = 1
    assigns: tuple[int, ...] = ()
    times: int = 1
    nth: int = 0
    of: int = 0


def grouped(short: Folded, groups: Iterable[Group]) -> Folded:
    """Return a recording with its entries grouped.

    Args:
        short: the recording, maybe without its plumbing.
        groups: each of its entries is in one of them.

    Returns:
        The recording with one entry for each group.
    """
    return _Grouping(short, groups).result()


class _Grouping:
    """Groups the entries of one recording."""

    def __init__(self, short: Folded, groups: Iterable[Group]) -> None:
        self._short, self._recording = short, short.recording
        # A box has happened when its last op has.
        self._groups = sorted(groups, key=lambda group: group.members[-1])
        self._group = {entry: index for index, group in enumerate(self._groups) for entry in group.members}
        self._asked = _asked(self._recording)
        self._users: dict[int, set[int]] = {}  # tensor → the groups that take it
        for entry in self._recording.entries:
            for tensor in entry.inputs:
                self._users.setdefault(tensor, set()).add(self._group[entry.index])
        self._boxes = tuple(self._box(index, group) for index, group in enumerate(self._groups))
        self._inner = [  # what is made and used in a box alone
            {tensor for entry in self._members(group) for tensor in entry.outputs}.difference(box.outputs)
            for group, box in zip(self._groups, self._boxes, strict=True)
        ]

    def _members(self, group: Group) -> list[Entry]:
        return [self._recording.entries[index] for index in group.members]

    def result(self) -> Folded:
        recording, passes, homes = self._recording, [], []
        for backward_pass in recording.backward_passes:
            played, home = self._backward_pass(backward_pass)
            passes.append(played)
            homes.append(home)
        steps, parts, stops = self._steps(homes)
        earlier = self._short.stops[recording.earlier_steps - 1] if recording.earlier_steps else 0
        shorter = dataclasses.replace(
            recording,
            entries=self._boxes,
            backward_passes=tuple(passes),
            steps=tuple(steps),
            earlier_steps=sum(stop <= earlier for stop in stops),
            optimizer_steps=tuple(map(self._optimizer_step, recording.optimizer_steps)),
        )
        return Folded(shorter, tuple(map(tuple, parts)), (*stops[:-1], *self._short.stops[-1:]))

    def _optimizer_step(self, step: OptimizerStep) -> OptimizerStep:
        group = self._group[step.last]
        return dataclasses.replace(step, first=group, last=group)

    def _box(self, index: int, group: Group) -> Entry:
        members = self._members(group)
        inside = self._group.get(members[0].inside, -1)
        if not group.title:
            return dataclasses.replace(members[0], index=index, inside=inside)
        outputs = self._outputs(index, members)
        graphs = [entry for entry in members if entry.graph]
        called = graphs[0] if len(graphs) == 1 else None
        updates = [step.scope for step in self._recording.optimizer_steps if step.last in group.members]
        return Box(
            index=index,
            op=self._recording.scopes[updates[-1]].class_name if updates else group.kind or members[-1].op,
            inputs=self._inputs(members),
            outputs=tuple(outputs),
            values=tuple(outputs.values()),
            place=group.place,
            verdicts=verdicts_of(members),
            backward_pass=members[0].backward_pass,
            graph=called.graph if called else (),
            has_no_tape=called.has_no_tape if called else False,
            scope=group.scope,
            is_forward_mode=members[0].is_forward_mode,
            inside=inside,
            iteration=members[0].iteration,
            title=group.title,
            kind=group.kind,
            count=sum(entry.count if isinstance(entry, Box) else 1 for entry in members),
            assigns=tuple(dict.fromkeys(entry.inputs[0] for entry in members if _assigns(entry))),
            times=group.times,
            nth=group.nth,
            of=group.of,
        )

    def _outputs(self, index: int, members: Sequence[Entry]) -> dict[int, Value]:
        """Return what a group makes for others, with the values; if that is nothing, what its last op made."""
        made = {tensor: value for entry in members for tensor, value in zip(entry.outputs, entry.values, strict=False)}
        last = next((entry.outputs for entry in reversed(members) if entry.outputs), ())
        tensors = self._recording.tensors
        wanted = [
            tensor
            for tensor in made
            if self._users.get(tensor, set()) - {index}
            or tensor in self._asked
            or (tensor in last and tensors[tensor].name)
        ]
        if not wanted and not any(map(_assigns, members)):
            wanted = [tensor for tensor in last if tensor in made]
        return {tensor: made[tensor] for tensor in wanted}

    def _inputs(self, members: Sequence[Entry]) -> tuple[int, ...]:
        """Return what a group takes from outside: not the numbers, axes and shapes that are written in its code."""
        made: set[int] = set()
        taken: dict[int, None] = {}
        for entry in members:
            taken.update((tensor, None) for tensor in entry.inputs if tensor not in made)
            made.update(entry.outputs)
        return tuple(tensor for tensor in taken if not self._is_written_number(tensor))

    def _is_written_number(self, tensor: int) -> bool:
        fact = self._recording.tensors[tensor]
        if fact.name or fact.kind != "constant" or tensor in self._asked:
            return False
        return fact.value.size <= 1 or (fact.value.size <= _FEW and fact.value.dtype.startswith(("int", "string")))

    def _backward_pass(self, backward_pass: BackwardPass) -> tuple[BackwardPass, list[int]]:
        """Return a backward pass with one pullback for each box, and where each old one is.

        A pullback joins the last one of its box unless that would change what was there before it: the gradients that
        it starts from, or the order in which the contributions to a tensor add up. Then the box has another pullback.
        """
        runs: list[tuple[int, list[Pullback]]] = []
        latest: dict[int, int] = {}  # group → its last run
        arrived: dict[int, int] = {}  # tensor → the run that passed back the last gradient to it
        home = []
        for pullback in backward_pass.pullbacks:
            group = self._group.get(pullback.entry, -1)
            targets = [one.tensor for one in pullback.input_gradients if not one.skipped]
            outputs = self._recording.entries[pullback.entry].outputs if group >= 0 else ()
            run = latest.get(group, -1) if group >= 0 else -1
            if run < 0 or run < max((arrived.get(tensor, -1) for tensor in (*outputs, *targets)), default=-1):
                run = latest[group] = len(runs)
                runs.append((group, []))
            runs[run][1].append(pullback)
            arrived.update(dict.fromkeys(targets, run))
            home.append(run)
        seen = Counter(seed.tensor for seed in backward_pass.seeds)
        pullbacks = []
        for group, several in runs:
            pullbacks.append(self._pullback(group, several, seen, backward_pass.reconciled))
            seen.update(one.tensor for each in several for one in each.input_gradients if not one.skipped)
        return renumbered(dataclasses.replace(backward_pass, pullbacks=tuple(pullbacks))), home

    def _pullback(self, group: int, several: Sequence[Pullback], seen: Counter[int], is_trusted: bool) -> Pullback:
        if group < 0:
            return several[0]
        box = self._boxes[group]
        if not isinstance(box, Box):
            return dataclasses.replace(several[0], entry=group)
        upstream = {
            tensor: gradient
            for pullback in several
            for tensor, gradient in zip(
                self._recording.entries[pullback.entry].outputs, pullback.upstream, strict=False
            )
            if gradient
        }
        visible = [
            [one for one in pullback.input_gradients if self._is_visible(one, group, box)] for pullback in several
        ]
        received = [tensor for tensor in box.outputs if tensor in upstream]
        return Pullback(
            entry=group,
            op=box.op,
            upstream=tuple(upstream.get(tensor) for tensor in box.outputs),
            input_gradients=passed_back(visible, seen, is_trusted, is_one_op=len(several) == 1 and bool(received)),
        )

    def _is_visible(self, one: Contribution, group: int, box: Box) -> bool:
        if one.skipped:
            return one.tensor in box.inputs
        return one.tensor not in self._inner[group]

    def _steps(self, homes: Sequence[list[int]]) -> tuple[list[Step], list[list[int]], list[int]]:
        """Return the steps, of which old ones each consists, and where in the whole recording each has happened."""
        steps: list[Step] = []
        parts: list[list[int]] = []
        stops: list[int] = []
        waiting: dict[int, list[int]] = {}  # group → the parts of its ops so far
        played: dict[tuple[int, int], int] = {}  # (backward pass, pullback) → step
        for step, part, stop in zip(self._recording.steps, self._short.parts, self._short.stops, strict=True):
            own = [*part]
            if step.kind == "entry":
                group = self._group[step.subject]
                waiting.setdefault(group, []).extend(own)
                if step.subject != self._groups[group].members[-1]:
                    continue
                own = waiting[group]
                step = dataclasses.replace(step, subject=group, place=self._boxes[group].place)
            elif step.kind == "pullback":
                home = homes[step.subject][step.detail]
                if (index := played.get((step.subject, home))) is not None:
                    parts[index] += own
                    if index == len(steps) - 1:
                        stops[index] = stop
                    continue
                played[step.subject, home] = len(steps)
                entry = self._recording.backward_passes[step.subject].pullbacks[step.detail].entry
                place = self._boxes[self._group[entry]].place if entry in self._group else step.place
                step = dataclasses.replace(step, detail=home, place=place)
            steps.append(step)
            parts.append(own)
            stops.append(stop)
        return steps, parts, stops


def _asked(recording: Recording) -> set[int]:
    """Return the tensors that a backward pass begins or ends at, or that a tape was told to watch."""
    found = {step.detail for step in recording.steps if step.kind == "watch"}
    found.update(source.gradient_tensor for source in recording.sources)
    for backward_pass in recording.backward_passes:
        found.update(backward_pass.targets, backward_pass.sources, (seed.tensor for seed in backward_pass.seeds))
        moved = (one for pullback in backward_pass.pullbacks for one in pullback.input_gradients if not one.skipped)
        found.update(one.tensor for one in moved if recording.tensors[one.tensor].kind != "result")
    return found


def _assigns(entry: Entry) -> bool:
    return entry.op.startswith("Assign") and bool(entry.inputs)
