"""Programs by the code that they must get, or must not get though they come near; the line is that marked `# here`."""

import importlib
import inspect
import pkgutil

from tests.diagnosis import programs


def _functions(module, prefix):
    return [value for name, value in vars(module).items() if name.startswith(prefix) and inspect.isfunction(value)]


_MODULES = {
    info.name.upper(): importlib.import_module(f"{programs.__name__}.{info.name}")
    for info in pkgutil.iter_modules(programs.__path__)
}
MUST = {code: _functions(module, "must_") for code, module in _MODULES.items()}
NEAR = {code: _functions(module, "near_") for code, module in _MODULES.items()}


def cases(table, *codes):
    """Return (code, program) for each program of a table, or for those of some codes."""
    return [(code, program) for code in codes or table for program in table[code]]


def marked_line(program):
    """Return (number, text) of the line marked `# here`: in the program, or in the helper defined right above it."""
    lines = inspect.getsource(inspect.getmodule(program)).splitlines()
    last = program.__code__.co_firstlineno + len(inspect.getsourcelines(program)[0]) - 1
    number = next(n for n in range(last, 0, -1) if lines[n - 1].endswith("# here"))
    return number, lines[number - 1].strip()
