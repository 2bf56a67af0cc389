"""The descent explorer in words: those on it, keyed by their English, and its text twin."""

from widgets.common.catalogue import _, words
from widgets.derivatives import title_of
from widgets.descent.text import readout, twin
from widgets.descent.verdict_sentences import says

OPTIMIZERS = {
    "sgd": _("SGD"),
    "momentum": _("SGD with momentum 0.9"),
    "nesterov": _("SGD with Nesterov momentum 0.9"),
    "rmsprop": _("RMSprop"),
    "adam": _("Adam"),
}
"""What learners read for the names that `descend` takes."""

LANDSCAPES = {
    "two minima": _("two minima"),
    "plateau": _("a plateau"),
    "narrow valley": _("a narrow valley"),
    "saddle": _("a saddle"),
}
"""What learners read for the names of the functions that are there beside their own."""

CODES = {
    "sgd": "tf.keras.optimizers.SGD(learning_rate=«learning_rate»)",
    "momentum": "tf.keras.optimizers.SGD(learning_rate=«learning_rate», momentum=0.9)",
    "nesterov": "tf.keras.optimizers.SGD(learning_rate=«learning_rate», momentum=0.9, nesterov=True)",
    "rmsprop": "tf.keras.optimizers.RMSprop(learning_rate=«learning_rate»)",
    "adam": "tf.keras.optimizers.Adam(learning_rate=«learning_rate»)",
}
"""The Python text that makes each of them, with a blank for the learning rate."""

MOMENTS = {
    "record": "with tf.GradientTape() as tape: y = f(x)",
    "gradient": "gradient = tape.gradient(y, x)",
    "scale": "step = learning_rate * gradient",
    "assign": "x.assign_sub(step)",
}
"""The code of the four moments of a step."""

WORDS = words(
    lambda _: (
        _("assign"),
        _("Close the step"),
        _("Contours and the path over them"),
        _("Copied."),
        _("Copy as code"),
        _("differs from the run shown by step {step}"),
        _("first differs from the run shown at step {step}"),
        _("Forget"),
        _("Function"),
        _("gradient"),
        _("Gradient descent on {title}"),
        _("iteration"),
        _("Iterations"),
        _("Keep this run"),
        _("Learning rate"),
        _("logarithmic"),
        _("no step yet"),
        _("Numbers"),
        _("Open the step"),
        _("Optimizer"),
        _("Pause"),
        _("Play"),
        _("record"),
        _("scale"),
        _("Start"),
        _("The browser does not allow copying. In Python, print(explorer.code) shows it."),
        _("The curve and the path on it"),
        _("the same as the run shown"),
        _("The value after {step} iterations is {y}"),
        _("The value at each iteration"),
        _("This needs a running notebook."),
        _("Waiting for Python."),
        _("y − lowest y"),
        _("{rate}, {optimizer}, {dtype}, from {start}"),
        _("{title}: from {start} to {place}"),
    )
)


def rule(optimizer):
    """Return what is said in place of numbers where a step is not simply learning rate × gradient."""
    return _("{optimizer} makes a step of it by its own rule").format(optimizer=OPTIMIZERS[optimizer])


def bands_of(paths, bands):
    """Return Bands for paths that they hold for: plain SGD's. Other rules have other limits."""
    return bands if paths.optimizer == "sgd" else None


def marks(bands):
    """Return the learning rates to mark on the slider: what each is called, the rate, both as text."""
    if bands is None or not bands.limit:
        return []
    return [(name, rate, f"{name} = {rate:.6g}") for name, rate in (("1/λ", bands.fastest), ("2/λ", bands.limit))]


def choices(yours, f):
    """Return the lists to choose from, each entry as (value, text). `yours` is the value of the learner's own f."""
    return {
        "function": [(yours, title_of(f)), *LANDSCAPES.items()],
        "optimizer": list(OPTIMIZERS.items()),
        "dtype": [("float32", "float32"), ("float64", "float64")],
    }


def run_shown(paths, at, iterations):
    """Return what a run shows after so many iterations, on one line: the rate at position `at`, and what is printed."""
    said = _("Learning rate {rate}, iterations {iterations}: {readout}")
    last = readout(paths.y[iterations, at], paths.x[iterations, at])
    return said.format(rate=float(paths.learning_rates[at]), iterations=iterations, readout=last)


def explorer_twin(paths, bands, at, iterations, kept):
    """Return an explorer as text: all verdicts, the bands, the run shown, and kept runs with the step where they part.

    `kept` has a pair for each kept run: what it is called, and the step where it parts from the run shown, as a pair.
    """
    verdict = says(paths.verdicts[at], paths.x[:, at], paths.y[:, at])
    lines = [twin(paths, bands_of(paths, bands)), run_shown(paths, at, iterations), verdict]
    return "\n".join([*lines, *(_("Kept: {run}; {parting}").format(run=run, parting=parts(*at)) for run, at in kept)])


def parts(step, is_exact):
    """Return where a kept run parts from the run shown: at a step, by a step, or (None) nowhere."""
    if step is None:
        return WORDS["the same as the run shown"]
    said = (
        "first differs from the run shown at step {step}" if is_exact else "differs from the run shown by step {step}"
    )
    return WORDS[said].format(step=step)


def kept_run(run):
    """Return what a kept run is called. `run` has its learning_rate, optimizer, dtype and start."""
    said = WORDS["{rate}, {optimizer}, {dtype}, from {start}"]
    blanks = {"rate": run["learning_rate"], "optimizer": OPTIMIZERS[run["optimizer"]]}
    return said.format(**blanks, dtype=run["dtype"], start=run["start"])
