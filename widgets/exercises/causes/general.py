"""What any wrong answer may be told, in whatever lesson: it says what was seen, and does not guess at the cause."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="NOT_A_FUNCTION",
        cause=_("Something that cannot be called was handed to a check that asks for a function."),
        repair=_("Hand over the function's name, with no brackets behind it."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="NOT_A_NUMBER",
        cause=_("Something came back that is no number."),
        repair=_("Give a number, or a tensor that holds one."),
        lesson="00",
        exercise="came_back",
    ),
    Row(
        code="A_LIST",
        cause=_("A list came back where one number was asked for."),
        repair=_("Give `tape.gradient` the source itself, and not a list with the source in it."),
        lesson="00",
        exercise="came_back",
    ),
    Row(
        code="SHAPE",
        cause=_("An array came back where one number was asked for."),
        repair=_("Give a number of shape (): no brackets around it, and no axis too many."),
        lesson="01",
        exercise="derivative",
    ),
    Row(
        code="HOW_MANY",
        cause=_("More or fewer numbers came back than were asked for."),
        repair=_("Return exactly the numbers that are asked for, with commas between them."),
        lesson="01",
        exercise="both",
    ),
    Row(
        code="ERROR",
        cause=_("The code stopped with an exception."),
        repair=_("Read its last line first, then look at the line of yours that led to it."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="NOT_FINITE",
        cause=_("A number came out that is not finite."),
        repair=_("Look for the first step that gives inf or nan, often a division by 0 or a logarithm of 0."),
        lesson="00",
        exercise="came_back",
    ),
    Row(
        code="SAME_FOR_ALL",
        cause=_("The answer does not depend on what is asked."),
        repair=_("Use the arguments, and not numbers or names from an earlier cell."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="SIGN",
        cause=_("The size is right, and the sign is the wrong way round."),
        repair=_("Look for a minus too many or too few."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="FACTOR",
        cause=_("Every number is the same multiple of what it should be."),
        repair=_("Look for a factor that is missing or was taken twice."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="OFFSET",
        cause=_("Every number is off by the same amount."),
        repair=_("Look for a term that was added or left out."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="NEARLY",
        cause=_("The numbers are close, yet further away than rounding explains."),
        repair=_("Look for an approximation, or for a number that was rounded on the way."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="DIFFERENT",
        cause=_("The numbers differ from an independent calculation, in no way that has a name."),
        repair=_("Work one question out by hand, step by step, and see where the two part."),
        lesson="00",
        exercise="came_back",
    ),
    Row(
        code="NONE",
        cause=_("None came back."),
        repair=_("See that every way through the function ends in a `return` with a value."),
        lesson="00",
        exercise="double",
    ),
    Row(
        code="NO_RETURN",
        cause=_("The tape gave a gradient, and the function did not hand it on."),
        repair=_("End the function with `return` and the gradient."),
        lesson="01",
        exercise="derivative",
    ),
    Row(
        code="NOT_ASKED",
        cause=_("A tape was recorded, and never asked for a gradient."),
        repair=_("Call `tape.gradient(target, source)` after the block."),
        lesson="01",
        exercise="derivative",
    ),
)
