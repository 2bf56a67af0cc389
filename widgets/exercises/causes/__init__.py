"""The one table of misconceptions, which checks, explanations, decks and lessons all read.

Each module of this folder has ROWS, those of one lesson; those that a tape itself shows are `explain`'s own.
"""

import importlib
import pkgutil

from widgets.diagnosis import causes

_PARTS = sorted(module.name for module in pkgutil.iter_modules(__path__))
ROWS = (*causes.ROWS, *(row for part in _PARTS for row in importlib.import_module(f"{__name__}.{part}").ROWS))
TABLE = {row.code: row for row in ROWS}
