"""Make a page of every view: `TAPEDECK_LANG=zh python -m tests.browser.chinese_pages FOLDER`.

In a process of its own, for the language is chosen when the widgets are imported.
"""

import pathlib
import sys

import tensorflow as tf

from tests.tape import programs
from widgets import DerivativeExplorer, DescentExplorer, ExecutionRace, PrecisionMicroscope, TapeDeck, check
from widgets.exercises import predictions
from widgets.exercises.ordering_widget import LineOrder
from widgets.exercises.predict_widget import PredictionForm


def course(x):
    return tf.pow(x, 2) - 2.0 * x + 1.0


def slope(start):
    x = tf.Variable(start, name="x")
    with tf.GradientTape() as tape:
        y = tf.sin(x * x) + 2.0 * x
    return tape.gradient(y, x)


def finished_race():
    race = ExecutionRace(course, seconds=0.05)
    race.run()
    return race


def kept():
    explorer = DescentExplorer(course, learning_rate=0.9, iterations=12)
    explorer.keep()
    explorer.learning_rate, explorer.opened = 0.51, True
    return explorer


def magnified():
    microscope = PrecisionMicroscope(course)
    microscope.zoom, microscope.next_rate = 1.0, 0.1
    return microscope


def asked(name, **form):
    predictions.ask(name, **form)
    return PredictionForm(name)


def predicted():
    form = asked("a slope somewhere")
    form.asked = {"value": ["2", 1]}
    check("a slope somewhere", -2.0)
    return form


def ordered():
    lines = LineOrder("loop_order")
    lines.order = [2, 1]
    return lines


VIEWS = {
    "deck": lambda: TapeDeck(slope, start=3.0),
    "deck-nested": lambda: TapeDeck(programs.third_order),
    "deck-reasons": lambda: TapeDeck(programs.not_watched),
    "derivatives": lambda: DerivativeExplorer(course, orders=[0, 1, 2, 3, 4]),
    "derivatives-gaps": lambda: DerivativeExplorer(tf.math.log),
    "descent": kept,
    "descent-valley": lambda: DescentExplorer(course, function="narrow valley", optimizer="nesterov"),
    "microscope": lambda: PrecisionMicroscope(course),
    "microscope-floats": magnified,
    "lines": lambda: LineOrder("loop_order"),
    "lines-ordered": ordered,
    "prediction-choice": lambda: asked("total against 2", choices=("above", "below")),
    "prediction-order": lambda: asked("four moments", order=("record", "gradient", "scale", "assign")),
    "prediction-sketch": lambda: asked("slope of f", sketch=(-1.0, 3.0)),
    "prediction-made": predicted,
    "race": lambda: ExecutionRace(course),
    "race-run": finished_race,
}

if __name__ == "__main__":
    for name, make in VIEWS.items():
        make().save_html(pathlib.Path(sys.argv[1]) / f"{name}.html")
