"""A race as the JSON texts that its front end shows: what is run, which stays, and how it stands, which changes."""

import json

from widgets.race.compute import NOT_RUN
from widgets.race.execution_modes import code
from widgets.race.figure import limits
from widgets.race.labels import WORDS
from widgets.race.mode_names import (
    ABOUT,
    NAMES,
    arrival,
    cannot,
    duration,
    first,
    spread,
    standing,
    traces,
    waits,
    warning,
)
from widgets.race.text import about, machine, says, title


def lower(race):
    """Return what is run: it is the same before, during and after."""
    names = [{"name": NAMES[one.kind], "about": ABOUT[one.kind], "code": code(one.kind, race)} for one in race.results]
    return _text({"title": title(race), "about": about(race), "contestants": names, "words": WORDS})


def lower_standings(race):
    """Return how a race stands: all numbers as text, and as seconds to draw bars from."""
    return _text(
        {
            "state": race.state,
            "says": says(race),
            "machine": "" if race.state == NOT_RUN else machine(race),
            "limits": limits(race),
            "results": [_result(result) for result in race.results],
        }
    )


def _result(result):
    found = result.spread
    return {
        "state": result.state,
        "bar": [found.lower, found.median, found.upper] if found else None,
        "first": result.first.seconds if result.first else None,
        "time": duration(found.median) if found else "",
        "known": [
            spread(result) if found else waits(result),
            first(result) if result.first else "",
            traces(result) if result.first else "",
            arrival(result) if result.x is not None else "",
        ],
        "says": "; ".join(standing(result)),
        "trouble": cannot(result) or warning(result),
    }


def _text(facts):
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
