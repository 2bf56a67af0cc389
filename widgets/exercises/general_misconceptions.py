"""The misconceptions that any wrong answer may show, in whatever lesson: each with its code, cause and repair, once."""

from dataclasses import dataclass

from widgets.common.catalogue import _
from widgets.exercises.exercise import MisconceptionKind


@dataclass(frozen=True)
class GeneralKind(MisconceptionKind):
    """What any wrong answer may be told, in whatever lesson: it says what came back, and does not guess why."""


NOT_A_FUNCTION = GeneralKind(
    "NOT_A_FUNCTION",
    cause=_("The exercise asks for a function, but the answer cannot be called."),
    repair=_("Pass the function itself, without parentheses."),
    exercise="double",
)
NOT_A_NUMBER = GeneralKind(
    "NOT_A_NUMBER",
    cause=_("The result is not a number."),
    repair=_("Return a number, or a tensor that holds one."),
    exercise="came_back",
)
A_LIST = GeneralKind(
    "A_LIST",
    cause=_("The result is a list, but the exercise asks for one number."),
    repair=_("Pass the source itself to `tape.gradient`, not a list with the source in it."),
    exercise="came_back",
)
SHAPE = GeneralKind(
    "SHAPE",
    cause=_("The result is an array, but the exercise asks for one number."),
    repair=_("Return a number of shape (), without square brackets around it and without extra axes."),
    exercise="derivative",
)
HOW_MANY = GeneralKind(
    "HOW_MANY",
    cause=_("The result has more or fewer numbers than the exercise asks for."),
    repair=_("Return exactly the numbers that the exercise asks for, separated by commas."),
    exercise="both",
)
ERROR = GeneralKind(
    "ERROR",
    cause=_("The code raised an exception."),
    repair=_("Read the last line of the message first, then look at the line of your code that led to it."),
    exercise="double",
)
NOT_FINITE = GeneralKind(
    "NOT_FINITE",
    cause=_("A number is not finite."),
    repair=_("Look for the first step that gives inf or nan, often a division by 0 or a logarithm of 0."),
    exercise="came_back",
)
SAME_FOR_ALL = GeneralKind(
    "SAME_FOR_ALL",
    cause=_("The answer is the same for every question."),
    repair=_("Use the arguments, not numbers or names from an earlier cell."),
    exercise="double",
)
SIGN = GeneralKind(
    "SIGN",
    cause=_("The size is right, but the sign is wrong."),
    repair=_("Look for an extra or a missing minus sign."),
    exercise="double",
)
FACTOR = GeneralKind(
    "FACTOR",
    cause=_("Every number is the same multiple of what it should be."),
    repair=_("Look for a factor that is missing or used twice."),
    exercise="double",
)
OFFSET = GeneralKind(
    "OFFSET",
    cause=_("Every number is off by the same amount."),
    repair=_("Look for an extra or a missing term."),
    exercise="double",
)
NEARLY = GeneralKind(
    "NEARLY",
    cause=_("The numbers are close, but further off than rounding explains."),
    repair=_("Look for an approximation, or for a number that was rounded too early."),
    exercise="double",
)
DIFFERENT = GeneralKind(
    "DIFFERENT",
    cause=_("The numbers are wrong, but not in a way that Tapedeck recognizes."),
    repair=_("Compute one question by hand, step by step, and compare."),
    exercise="came_back",
)
NONE = GeneralKind(
    "NONE",
    cause=_("The result is None."),
    repair=_("Make sure that every path through the function ends in a `return` with a value."),
    exercise="double",
)
NO_RETURN = GeneralKind(
    "NO_RETURN",
    cause=_("The tape returned a gradient, but the function did not."),
    repair=_("End the function with `return` and the gradient."),
    exercise="derivative",
)
NOT_ASKED = GeneralKind(
    "NOT_ASKED",
    cause=_("A tape was recorded, but `tape.gradient` was never called."),
    repair=_("Call `tape.gradient(target, source)` after the block."),
    exercise="derivative",
)
GENERAL = tuple(kind for kind in [*globals().values()] if isinstance(kind, GeneralKind))
