"""Questions 3, 4, 5, 12 and 13: what TensorFlow's tape watches, and what its graphs do."""

from __future__ import annotations

from widgets.common.catalogue import _
from widgets.form.model import Choice, Part, Posed, Question

_TAPE = """\
x = tf.Variable(2.0)
k = {k}
with tf.GradientTape() as tape:
    {watch}y = {y}
g = tape.gradient(y, k)"""


def _unwatched(k: str, factor: float) -> Posed:
    program = _TAPE.format(k=k, watch="", y=f"x * x + {factor:g} * k")
    choices = (
        Choice(f"{factor:.1f}", "WATCHED_BY_ITSELF"),
        Choice("0.0", "ZERO_NOT_NONE"),
        Choice("None"),
        Choice(_("nothing: TensorFlow raises an error"), "RAISES"),
    )
    return Posed(_("What is g after this program?"), (Part(choices=choices),), program)


UNWATCHED = Question(
    "unwatched",
    "02",
    ({"k": "tf.constant(5.0)", "factor": 3}, {"k": "tf.Variable(5.0, trainable=False)", "factor": 4}),
    _unwatched,
    {
        "WATCHED_BY_ITSELF": _("The tape watches everything that a program uses."),
        "ZERO_NOT_NONE": _("What is not watched has the gradient 0."),
        "RAISES": _("Asking for the gradient of what is not watched is an error."),
    },
)


def _no_influence(y: str) -> Posed:
    program = _TAPE.format(k="tf.constant(5.0)", watch="tape.watch(k)\n    ", y=y)
    choices = (
        Choice("None", "NONE_NOT_ZERO"),
        Choice("0.0"),
        Choice("5.0", "VALUE_NOT_SLOPE"),
        Choice(_("nothing: TensorFlow raises an error"), "RAISES"),
    )
    return Posed(_("Here k is watched. What is g after this program?"), (Part(choices=choices),), program)


NO_INFLUENCE = Question(
    "no_influence",
    "02",
    ({"y": "x * x + 0 * k"}, {"y": "x * x + k - k"}),
    _no_influence,
    {
        "NONE_NOT_ZERO": _("What does not change the result has the gradient None."),
        "VALUE_NOT_SLOPE": _("The gradient is the value of k."),
        "RAISES": _("Asking for the gradient of what does not change the result is an error."),
    },
)

_LOOP = """\
x = tf.Variable(1.0)
for step in range(100):
    with tf.GradientTape() as tape:
        y = x * x
    g = tape.gradient(y, x)
    x = x - 0.1 * g"""


def _what_happens() -> Posed:
    choices = (
        Choice(_("all rounds work, and x comes closer to the minimum of y"), "REASSIGNED_WORKS"),
        Choice(_("g is None already in the first round"), "NONE_AT_ONCE"),
        Choice(_("the first round stops with an error: nothing can be subtracted from a Variable"), "NO_ARITHMETIC"),
        Choice(_("the first round works; in the second, g is None")),
    )
    return Posed(_("What happens when this program runs?"), (Part(choices=choices),), _LOOP)


def _which_line() -> Posed:
    text = _("This program does not work: in the second round, g is None. Which line has to replace its last one?")
    choices = (
        Choice("x.assign(0.1 * g)", "ASSIGNED_THE_UPDATE"),
        Choice("x.assign_sub(0.1 * g)"),
        Choice("x -= 0.1 * g", "OPERATOR_IN_PLACE"),
        Choice("x.assign_add(0.1 * g)", "UPHILL"),
    )
    return Posed(text, (Part(choices=choices),), _LOOP)


REASSIGNED = Question(
    "reassigned",
    "02",
    ({"pose": _what_happens}, {"pose": _which_line}),
    lambda pose: pose(),
    {
        "REASSIGNED_WORKS": _("x = x - ... changes the Variable."),
        "NONE_AT_ONCE": _("The tape does not see what its own round computes."),
        "NO_ARITHMETIC": _("Nothing can be subtracted from a Variable."),
        "ASSIGNED_THE_UPDATE": _("assign changes a Variable by what it is given."),
        "OPERATOR_IN_PLACE": _("-= changes a Variable in place."),
        "UPHILL": _("The update is added."),
    },
)

_COUNT = """\
count = 0

@tf.function
def f(x):
    global count
    count += 1
    return x * x

for value in [{values}]:
    f({argument})"""


def _traces(values: tuple[float, ...], argument: str, due: int) -> Posed:
    program = _COUNT.format(values=", ".join(f"{value:.1f}" for value in values), argument=argument)
    wrong = {"EVERY_CALL": (len(values),), "NEVER_RUN": (0,)} | ({"TRACED_ONCE": (1,)} if due != 1 else {})
    return Posed(_("What is count after this program?"), (Part(due=due, wrong=wrong),), program)


TRACES = Question(
    "traces",
    "08",
    (
        {"values": (1, 2, 3, 4, 5), "argument": "tf.constant(value)", "due": 1},
        {"values": (1, 2, 1), "argument": "value", "due": 2},
    ),
    _traces,
    {
        "EVERY_CALL": _("Python in a tf.function runs at every call."),
        "NEVER_RUN": _("Python in a tf.function never runs."),
        "TRACED_ONCE": _("A tf.function is traced once, whatever it is called with."),
    },
)


def _two_costs(steps: tuple[int, int], seconds: tuple[float, float]) -> Posed:
    text = _(
        "In a graph, {few:,} steps take {short:g} s and {many:,} steps take {long:g} s. What does one step cost, and what is "
        "paid once, however many steps there are?"
    )
    (few, many), (short, long) = steps, seconds
    step = (long - short) / (many - few)
    wrong = {
        "WHOLE_DIVIDED": (short / few * 1e6, long / many * 1e6),
        "STEPS_NOT_DIFFERENCE": ((long - short) / many * 1e6,),
        "UNIT": (step, step * 1e3),
    }
    parts = (
        Part(_("one step"), due=step * 1e6, unit=_("µs (millionths of a second)"), wrong=wrong),
        Part(_("paid once"), due=short - few * step, unit=_("s"), wrong={"FIXED_IS_FIRST": (short,)}),
    )
    return Posed(text.format(few=few, many=many, short=short, long=long), parts)


TWO_COSTS = Question(
    "two_costs",
    "08",
    ({"steps": (2000, 12000), "seconds": (0.5, 0.9)}, {"steps": (1000, 6000), "seconds": (0.3, 0.7)}),
    _two_costs,
    {
        "WHOLE_DIVIDED": _("All of the time is divided among the steps, also what is paid once."),
        "STEPS_NOT_DIFFERENCE": _("The difference of the times is divided by the steps of one run."),
        "UNIT": _("The number is right in another unit."),
        "FIXED_IS_FIRST": _("All of the shorter time is what is paid once."),
    },
)
