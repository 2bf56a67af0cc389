"""The picture holds the same facts, and no two nodes stand on one spot."""

import io

import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from tests.tape import programs
from widgets import record
from widgets.common.numbers import text_of
from widgets.common.outlined_text import canvas_of, lines_within
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
    caption, *nodes = (text.get_window_extent(canvas_of(figure).get_renderer()) for text in figure.texts)
    boxes += [caption, *nodes]
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1 for box in boxes)
    assert all(node.y1 < caption.y0 for node in nodes)


def test_a_caption_is_wrapped_only_where_it_is_too_long_and_cut_where_it_never_ends():
    figure = Figure(figsize=(6, 1), dpi=100)
    for text, count in (("brief", 1), ("of many words " * 16, 3), ("x" * 130, 2), ("one\ntwo", 2), ("no end " * 99, 4)):
        lines = lines_within(figure, text, 10, 580, most=4)
        assert len(lines) == count, lines
        renderer, font = canvas_of(figure).get_renderer(), FontProperties(size=10)
        assert all(renderer.get_text_width_height_descent(line, font, False)[0] <= 580 for line in lines)
        joined = "".join("".join(lines).split()).removesuffix("…")
        assert joined == "".join(text.split())[: len(joined)]
        assert lines[-1].endswith(" …") == (text[0] == "n")


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
