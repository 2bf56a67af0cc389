"""Graphs that were made before, to be used again: it takes longer to make one than to run it."""

import collections

from widgets.descent.loop import Loop, Values
from widgets.descent.optimizers import rule

_KEPT = 48
_made = collections.OrderedDict()


def kept(key, make):
    """Return what was made under an equal key before, or make it. The least recently used are forgotten."""
    made = _made.pop(key, None) or make()
    _made[key] = made
    while len(_made) > _KEPT:
        _made.popitem(last=False)
    return made


def forget(key):
    """Forget what was made under a key, and return it, or None."""
    return _made.pop(key, None)


def loop_of(plan, optimizer, dtype):
    """Return the Loop of a Plan under an optimizer, by name. Raises ValueError if its rows do not fit its program."""
    key = Loop, plan.program.fingerprint, plan.rows is not None, plan.alone is not None, optimizer, dtype
    return kept(key, lambda: Loop(plan.program, rule(optimizer), dtype, plan.rows, plain=optimizer == "sgd"))


def values_of(program, dtype):
    """Return the Values of a program."""
    return kept((Values, program.fingerprint, dtype), lambda: Values(program, dtype))
