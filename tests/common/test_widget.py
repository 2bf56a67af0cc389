"""What all views share: they refuse what is not a setting of theirs, and say what may have been meant."""

import pytest
import tensorflow as tf
import traitlets

from widgets import DerivativeExplorer, DescentExplorer
from widgets.common.widget import View


class Dial(View):
    """A view of nothing."""

    _bundle = "race"

    turned = traitlets.Int(0).tag(sync=True)


def test_a_setting_that_is_spelled_wrongly_is_not_ignored():
    with pytest.raises(TypeError, match=r"^Dial\(\) has no setting turnd\. Did you mean turned\?$"):
        Dial(turnd=3)
    assert Dial(turned=3).turned == 3


def test_so_it_is_for_a_learners_widgets():
    with pytest.raises(TypeError, match="Did you mean learning_rate"):
        DescentExplorer(tf.square, start=1.0, learning_rat=0.1)
    with pytest.raises(TypeError, match="has no setting qqq"):
        DerivativeExplorer(tf.sin, qqq=1)
