"""What an exercise asks for, in the lesson's own words: taken from the reference, and so without its solution."""

import re

_MATHS = re.compile(r"\$([^$]+)\$")
_SIGNS = {r"\cdot": "·", r"\infty": "∞", r"\lambda": "λ"}
_LEFT = ((r"\^(\d)", lambda power: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(power[1])]), (r"\\text\{(\w+)\}", r"\1"), (r"\\([a-z]+)", r"\1"))


def asked(lesson, name):
    """Return the text under an exercise's heading, as markdown without formulas; "" where there is no such heading."""
    heading = re.compile(rf"^#+ [^\n]*`{re.escape(name)}`[^\n]*\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
    prose = ("".join(cell["source"]) for cell in lesson.solution["cells"] if cell["cell_type"] == "markdown")
    found = next(filter(None, map(heading.search, prose)), None)
    return in_letters(found[1].strip()) if found else ""


def examples(lesson, exercise):
    """Return the lines that the check prints under a right answer at the course's own seed, as one text.

    Only of a function: of a number or a widget they would be the answer.
    """
    if f"def {exercise.name}(" not in exercise.solution:
        return ""
    cell = next(cell for cell in lesson.solution["cells"] if cell.get("id") == exercise.check)
    printed = "".join("".join(output.get("text", "")) for output in cell["outputs"])
    return "\n".join(line.strip() for line in printed.splitlines() if line.startswith("  "))


def in_letters(text):
    """Write the formulas of a lesson's text in plain letters: a page that loads nothing cannot set them."""
    return _MATHS.sub(lambda formula: _plain(formula[1]), text)


def _plain(formula):
    for sign, letter in _SIGNS.items():
        formula = formula.replace(sign, letter)
    for pattern, instead in _LEFT:
        formula = re.sub(pattern, instead, formula)
    return formula
