"""Tests of misconceptions that show in how an answer stops, or in what it gives back instead of numbers."""


def stopped_with(words, code=""):
    """Return a test: did every question stop with these words, in a line with this code?"""
    return lambda evidence: all(
        outcome.fault is not None and words in outcome.fault.message and code in outcome.fault.code
        for outcome in evidence.outcomes
    )


def gave(test):
    """Return a test: did every question give something back, of which `test(returned)` holds?"""
    return lambda evidence: all(outcome.fault is None and test(outcome.returned) for outcome in evidence.outcomes)


def is_nothing(returned):
    """Whether None came back, alone or in every place of a list."""
    return returned is None or (isinstance(returned, list | tuple) and all(part is None for part in returned))
