"""The picture of a race: bars as long as the facts say, text in place of bars where there are none, nothing cut off."""

import io

import pytest
import tensorflow as tf
from matplotlib.patches import Rectangle

from widgets.race.benchmark import new_race, run_race
from widgets.race.figure import race_figure
from widgets.race.model import MODES, TRACED
from widgets.race.text import DESCRIPTIONS, NAMES, duration


def parabola(x):
    return x * x - 2.0 * x


def with_text(x):
    return x * x + 0.0 * tf.cast(tf.strings.length(tf.strings.as_string(x)), tf.float32)


@pytest.fixture(scope="module")
def race():
    return list(run_race(parabola, new_race(parabola, seconds=0.1)))[-1]


def texts(figure):
    found = [text.get_text() for text in (*figure.texts, *figure.axes[0].texts)]
    return " ".join(" ".join(found).split())


def ends(axes):
    return [bar.get_x() + bar.get_width() for bar in axes.patches if isinstance(bar, Rectangle)]


def test_bars_end_at_the_medians_and_the_first_calls(race):
    axes = race_figure(race).axes[0]
    expected = [seconds for one in race.results for seconds in (one.spread.median, one.first.seconds)]
    assert ends(axes) == pytest.approx(expected)
    whiskers = [line.get_xdata() for line in axes.lines]
    assert [tuple(xs) for xs in whiskers] == [(one.spread.lower, one.spread.upper) for one in race.results]


def test_the_scale_holds_all_that_was_measured(race):
    low, high = race.time_scale
    assert low <= min(ends(race_figure(race).axes[0])) and max(ends(race_figure(race).axes[0])) <= high


def test_numbers_stand_beside_the_bars(race):
    said = texts(race_figure(race))
    assert all(NAMES[mode] in said for mode in MODES)
    assert f"{duration(race.result(TRACED).spread.median)}; middle half of" in said
    assert "TensorFlow" in said and "same bits as eager" in said


def test_before_it_has_run_the_picture_tells_what_will_run():
    figure = race_figure(new_race(parabola))
    assert ends(figure.axes[0]) == []
    assert all(words in texts(figure) for words in DESCRIPTIONS.values()) and "TensorFlow 2" not in texts(figure)


def test_before_it_has_run_the_picture_is_the_same_every_time():
    pictures = []
    for _ in range(2):
        png = io.BytesIO()
        race_figure(new_race(parabola)).savefig(png, format="png", metadata={"Software": None})
        pictures.append(png.getvalue())
    assert pictures[0] == pictures[1]


def test_who_cannot_run_f_has_its_reason_in_place_of_a_bar():
    race = list(run_race(with_text, new_race(with_text, 1.0, seconds=0.05)))[-1]
    figure = race_figure(race)
    assert "cannot run this function" in texts(figure) and "AsString" in texts(figure)
    assert len(ends(figure.axes[0])) == 2 * (len(MODES) - 1)


@pytest.mark.parametrize("f", [parabola, with_text])
def test_nothing_is_cut_off_and_no_name_meets_its_numbers(f):
    figure = race_figure(list(run_race(f, new_race(f, 1.0, seconds=0.05)))[-1])
    figure.canvas.draw()
    width, height = figure.bbox.size
    boxes = [text.get_window_extent() for text in (*figure.texts, *figure.axes[0].texts)]
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height for box in boxes)
    rows = [text.get_window_extent() for text in figure.axes[0].texts]
    assert not any(one.overlaps(other) for i, one in enumerate(rows) for other in rows[:i])
