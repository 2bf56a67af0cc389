"""Which answers need a cell of the learner's own, which is not run: so that whoever put a helper there hears of it."""

import ast
import functools

from widgets.grading.answers.advice import names_in, parsed

_TO_IPYTHON = ("%", "!")


def needing(answers, own, lesson):
    """Return the names of the answers that use what nothing but cells of the learner's own defines.

    Args:
        answers: the learner's source of each exercise, by name.
        own: the sources of cells that the learner has added.
        lesson: the Lesson.
    """
    given = _defined([*lesson.sources.values(), *answers.values()])
    theirs = _defined(own) - given
    return [name for name, source in answers.items() if theirs & _used(source)]


def _defined(sources):
    return {name for source in sources for name in _names(source)[1]}


def _used(source):
    return _names(source)[0]


@functools.lru_cache(maxsize=1024)  # a lesson's own cells are asked about for every learner
def _names(source):
    """Return the names that what is Python in a cell uses, and those that it binds."""
    lines = (line for line in source.splitlines() if not line.lstrip().startswith(_TO_IPYTHON))
    return names_in(parsed("\n".join(lines)) or ast.Module([], []))
