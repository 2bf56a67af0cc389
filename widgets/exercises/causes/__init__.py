"""The one table of misconceptions, which checks, explanations, decks and lessons all read.

Each module of this folder has ROWS: those of one lesson, or those that a tape itself shows.
"""

import importlib
import pkgutil

_PARTS = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "row")
ROWS = tuple(row for part in _PARTS for row in importlib.import_module(f"{__name__}.{part}").ROWS)
TABLE = {row.code: row for row in ROWS}
