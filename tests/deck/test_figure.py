"""The picture holds the same facts, and no two nodes stand on one spot."""

import io

import pytest

from tests.tape import programs
from widgets import record
from widgets.common.numbers import text_of
from widgets.deck.figure import LARGEST, deck_figure
from widgets.deck.graph_layout import layout

ALL = [*programs.HEALTHY, *programs.FAILING]


def texts(figure):
    return [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.__name__)
def test_it_can_be_drawn_and_nothing_overlaps(program):
    figure = deck_figure(record(program))
    figure.savefig(io.BytesIO(), format="png")
    boxes = [t.get_bbox_patch().get_window_extent() for t in figure.texts if t.get_bbox_patch()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    frame = figure.bbox
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1 for box in boxes)


def test_values_and_gradients_stand_on_the_nodes():
    recording = record(programs.fan_out)
    drawn = texts(deck_figure(recording))
    assert "x\n3.0 | -3.4667816" in drawn
    assert "z\n6.4121184 | 1.0" in drawn
    for source in recording.sources:
        assert any(text_of(source.gradient) in text for text in drawn)


def test_edges_run_forward_and_bend_round_nodes():
    graph = layout(record(programs.fan_out), LARGEST)
    for source, made, bends in graph.edges:
        stops = [graph.spots[source], *bends, graph.spots[made]]
        assert [b[0] - a[0] for a, b in zip(stops, stops[1:], strict=False)] == [1] * (len(stops) - 1)
        assert not set(bends) & set(graph.spots.values())


def test_a_large_recording_says_what_is_left_out():
    def long():
        import tensorflow as tf

        x = tf.Variable(1.0)
        with tf.GradientTape() as tape:
            y = sum(x + float(number) for number in range(2 * LARGEST))
        return tape.gradient(y, x)

    assert f"the first {LARGEST} of" in texts(deck_figure(record(long)))[0]
