"""The levels of a recording: each is the same run, in which no step, no gradient and no sum is lost."""

import pytest

from tests.tape import kinds, programs
from widgets import record
from widgets.deck.levels import levels, opening_level

WITHOUT_PREPARATION = [program for program in kinds.PROGRAMS if program.before is None]
FEW_KINDS = {program.kind: program for program in WITHOUT_PREPARATION}
ALL = [*programs.HEALTHY, *programs.FAILING, *FEW_KINDS.values()]


def recorded(program):
    try:
        return record(program)
    except Exception:  # of some kinds the call for gradients raises
        pytest.skip("This program raises, and record raises with it.")


def totals(recording):
    """Return what each backward pass comes to at each tensor: the last sum."""
    return [
        {
            one.tensor: one.total
            for one in (*played.seeds, *(one for pullback in played.pullbacks for one in pullback.input_gradients))
            if not one.skipped
        }
        for played in recording.backward_passes
    ]


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_each_level_is_the_whole_run(program):
    recording = recorded(program)
    whole = totals(recording)
    some = levels(recording)
    assert opening_level(some) in some
    for level in some:
        shown, parts, stops = level.shown.recording, level.shown.parts, level.shown.stops
        assert sorted(index for part in parts for index in part) == list(range(len(recording.steps)))
        assert list(stops) == sorted(set(stops))
        assert not stops or stops[-1] == len(recording.steps)
        assert len(parts) == len(stops) == len(shown.steps)
        for few, all_of_them in zip(totals(shown), whole, strict=True):
            assert few.items() <= all_of_them.items()
            assert {source.tensor for source in recording.sources} & all_of_them.keys() <= few.keys()
        for played in shown.backward_passes:
            assert_sums_are_in_order(played, is_renumbered=level.key in ("lines", "layers"))
        told = [step.subject for step in shown.steps if step.kind == "entry"]
        assert len(told) == len(set(told))
        assert [entry.index for entry in shown.entries] == list(range(len(shown.entries)))


def assert_sums_are_in_order(played, is_renumbered):
    seen = {}
    for one in (*played.seeds, *(one for pullback in played.pullbacks for one in pullback.input_gradients)):
        if one.skipped or one.tensor < 0:
            continue
        before = seen.get(one.tensor, 0)
        assert one.nth == before + 1 if is_renumbered else one.nth >= before
        seen[one.tensor] = one.nth


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_a_box_is_what_its_ops_are(program):
    """What a box takes was there before it, and what others take of it, it makes."""
    for level in levels(recorded(program)):
        makers = {}
        for entry in level.shown.recording.entries:
            for tensor in entry.outputs:
                makers.setdefault(tensor, entry.index)
        for entry in level.shown.recording.entries:
            assert len(entry.values) == len(entry.outputs)
            if entry.backward_pass < 0 and not entry.is_forward_mode:
                assert all(makers.get(tensor, -1) < entry.index or tensor in entry.outputs for tensor in entry.inputs)
        for played in level.shown.recording.backward_passes:
            for pullback in played.pullbacks:
                if pullback.entry >= 0:
                    assert len(pullback.upstream) == len(level.shown.recording.entries[pullback.entry].outputs)
