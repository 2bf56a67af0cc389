"""The former names of a recording's fields work for one release, and say what to use."""

import pytest

from tests.tape import programs
from widgets import record

RENAMED = {
    "playbacks": lambda recording: (recording, "backward_passes"),
    "during": lambda recording: (recording.entries[-1], "backward_pass"),
    "opens": lambda recording: (recording.entries[-1], "graph"),
    "known_as": lambda recording: (recording.tensors[0], "tensor_id"),
    "hands": lambda recording: (recording.backward_passes[0].pullbacks[0], "input_gradients"),
    "playback": lambda recording: (recording.sources[0], "backward_pass"),
    "gives": lambda recording: (recording.sources[0], "gradient_tensor"),
    "of": lambda recording: (recording.steps[-1], "subject"),
    "which": lambda recording: (recording.steps[-1], "detail"),
}


@pytest.mark.parametrize("old", RENAMED)
def test_the_old_name_warns_and_reaches_the_new_one(old):
    owner, new = RENAMED[old](record(programs.parabola))
    with pytest.warns(DeprecationWarning, match=new):
        assert getattr(owner, old) == getattr(owner, new)
