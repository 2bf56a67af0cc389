"""What any wrong answer may be told, in whatever lesson: it says what was seen, and does not guess at the cause."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import MisconceptionKind

NOT_A_FUNCTION = MisconceptionKind(
    "NOT_A_FUNCTION",
    cause=_("Something that cannot be called was handed to a check that asks for a function."),
    repair=_("Hand over the function's name, with no brackets behind it."),
    exercise="double",
)
NOT_A_NUMBER = MisconceptionKind(
    "NOT_A_NUMBER",
    cause=_("Something came back that is no number."),
    repair=_("Give a number, or a tensor that holds one."),
    exercise="came_back",
)
A_LIST = MisconceptionKind(
    "A_LIST",
    cause=_("A list came back where one number was asked for."),
    repair=_("Give `tape.gradient` the source itself, and not a list with the source in it."),
    exercise="came_back",
)
SHAPE = MisconceptionKind(
    "SHAPE",
    cause=_("An array came back where one number was asked for."),
    repair=_("Give a number of shape (): no brackets around it, and no axis too many."),
    exercise="derivative",
)
HOW_MANY = MisconceptionKind(
    "HOW_MANY",
    cause=_("More or fewer numbers came back than were asked for."),
    repair=_("Return exactly the numbers that are asked for, with commas between them."),
    exercise="both",
)
ERROR = MisconceptionKind(
    "ERROR",
    cause=_("The code stopped with an exception."),
    repair=_("Read its last line first, then look at the line of yours that led to it."),
    exercise="double",
)
NOT_FINITE = MisconceptionKind(
    "NOT_FINITE",
    cause=_("A number came out that is not finite."),
    repair=_("Look for the first step that gives inf or nan, often a division by 0 or a logarithm of 0."),
    exercise="came_back",
)
SAME_FOR_ALL = MisconceptionKind(
    "SAME_FOR_ALL",
    cause=_("The answer does not depend on what is asked."),
    repair=_("Use the arguments, and not numbers or names from an earlier cell."),
    exercise="double",
)
SIGN = MisconceptionKind(
    "SIGN",
    cause=_("The size is right, and the sign is the wrong way round."),
    repair=_("Look for a minus too many or too few."),
    exercise="double",
)
FACTOR = MisconceptionKind(
    "FACTOR",
    cause=_("Every number is the same multiple of what it should be."),
    repair=_("Look for a factor that is missing or was taken twice."),
    exercise="double",
)
OFFSET = MisconceptionKind(
    "OFFSET",
    cause=_("Every number is off by the same amount."),
    repair=_("Look for a term that was added or left out."),
    exercise="double",
)
NEARLY = MisconceptionKind(
    "NEARLY",
    cause=_("The numbers are close, yet further away than rounding explains."),
    repair=_("Look for an approximation, or for a number that was rounded on the way."),
    exercise="double",
)
DIFFERENT = MisconceptionKind(
    "DIFFERENT",
    cause=_("The numbers differ from an independent calculation, in no way that has a name."),
    repair=_("Work one question out by hand, step by step, and see where the two part."),
    exercise="came_back",
)
NONE = MisconceptionKind(
    "NONE",
    cause=_("None came back."),
    repair=_("See that every way through the function ends in a `return` with a value."),
    exercise="double",
)
NO_RETURN = MisconceptionKind(
    "NO_RETURN",
    cause=_("The tape gave a gradient, and the function did not hand it on."),
    repair=_("End the function with `return` and the gradient."),
    exercise="derivative",
)
NOT_ASKED = MisconceptionKind(
    "NOT_ASKED",
    cause=_("A tape was recorded, and never asked for a gradient."),
    repair=_("Call `tape.gradient(target, source)` after the block."),
    exercise="derivative",
)
ANOTHER_VARIABLE = MisconceptionKind(
    "ANOTHER_VARIABLE",
    cause=_("The two tapes were asked about two different Variables."),
    repair=_("Make one Variable, and give it to both tapes as their source."),
    exercise="nth",
)
"""What `none_gradient` finds out about two tapes, and `explain` does not say."""

GENERAL = (
    NOT_A_FUNCTION,
    NOT_A_NUMBER,
    A_LIST,
    SHAPE,
    HOW_MANY,
    ERROR,
    NOT_FINITE,
    SAME_FOR_ALL,
    SIGN,
    FACTOR,
    OFFSET,
    NEARLY,
    DIFFERENT,
    NONE,
    NO_RETURN,
    NOT_ASKED,
)
"""Codes that say what came back and not why."""
