"""Tapes written by hand: lists of entries (output, inputs, pullback), with what each source is due on paper."""

import math
from dataclasses import dataclass


class Node:
    """A number on a sheet, told from others by which it is and not by its value, as the learner's own numbers are."""

    def __init__(self, value):
        self.value = value


@dataclass(frozen=True)
class Sheet:
    """Entries in the order in which they were made, the target, and the sources x and w."""

    entries: list
    target: Node
    x: Node
    w: Node


def chain(x, w):
    """Return sin(x·w): each entry has one that follows."""
    x, w, entries = Node(x), Node(w), []
    y = _sine(entries, _times(entries, x, w))
    return Sheet(entries, y, x, w), (w.value * math.cos(x.value * w.value), x.value * math.cos(x.value * w.value))


def fork(x, w):
    """Return x·x + x·w: three ways lead to x, two of them from one entry."""
    x, w, entries = Node(x), Node(w), []
    y = _plus(entries, _times(entries, x, x), _times(entries, x, w))
    return Sheet(entries, y, x, w), (2 * x.value + w.value, x.value)


def dead_ends(x, w):
    """Return s·s + s·x with s = x + w, among entries that the target does not depend on, one of them the last."""
    x, w, entries = Node(x), Node(w), []
    s = _plus(entries, x, w)
    square = _times(entries, s, s)
    _sine(entries, s)
    y = _plus(entries, square, _times(entries, s, x))
    _times(entries, y, w)
    total = x.value + w.value
    return Sheet(entries, y, x, w), (3 * total + x.value, 2 * total + x.value)


def _plus(entries, a, b):
    return _written(entries, a.value + b.value, [a, b], lambda upstream, a, b: (upstream, upstream))


def _times(entries, a, b):
    return _written(entries, a.value * b.value, [a, b], lambda upstream, a, b: (upstream * b.value, upstream * a.value))


def _sine(entries, a):
    return _written(entries, math.sin(a.value), [a], lambda upstream, a: (upstream * math.cos(a.value),))


def _written(entries, value, inputs, pullback):
    output = Node(value)
    entries.append((output, inputs, pullback))
    return output
