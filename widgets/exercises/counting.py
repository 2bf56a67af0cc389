"""How often Python itself runs a function: once for each graph that is made of it, and at every call without one."""


class Counted:
    """A function that counts how often Python has run it: `runs`."""

    def __init__(self, function):
        self.function, self.runs = function, 0

    def __call__(self, *given):
        """Count, and run it."""
        self.runs += 1
        return self.function(*given)


def once_or_all(runs, most):
    """Return 1 for as many runs as tracing takes, `most` or fewer, else their number.

    How often a tf.function is traced when it makes variables of its own is TensorFlow's affair: more than once is right, too.
    """
    return 1 if 1 <= runs <= most else runs
