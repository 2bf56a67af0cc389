"""The misconceptions that lesson 06, when float32 stops, treats."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="WHOLE_ULP",
        cause=_("An update was thought to need a whole ULP to move x."),
        repair=_("Take half a ULP: from there on, rounding goes to the neighbour."),
        lesson="06",
        exercise="needed",
    ),
    Row(
        code="SIGN_OF_GRADIENT",
        cause=_("The gradient's sign was kept where only its size matters."),
        repair=_("Take the size, with `abs`."),
        lesson="06",
        exercise="needed",
    ),
    Row(
        code="GRADIENT_FORGOTTEN",
        cause=_("The size of the update was given where the learning rate was asked for."),
        repair=_("Divide by the gradient's size: an update is rate times gradient."),
        lesson="06",
        exercise="needed",
    ),
    Row(
        code="FLOAT64_ULP",
        cause=_("The ULP of a float64 was taken for that of a float32."),
        repair=_("Give `np.spacing` the float32 as it comes, without `float` around it."),
        lesson="06",
        exercise="needed",
    ),
    Row(
        code="SAME_ULP_EVERYWHERE",
        cause=_("The ULP of 1 was used for every number."),
        repair=_("Ask `np.spacing` at the number itself: larger numbers have wider ticks."),
        lesson="06",
        exercise="needed",
    ),
    Row(
        code="STAYS",
        cause=_("The rate is so small that its update is less than half a tick, and x stays where it is."),
        repair=_("Take a larger rate."),
        lesson="06",
        exercise="again",
    ),
    Row(
        code="SMALLER_MOVES_TOO",
        cause=_("A rate that moves x was taken for the smallest one."),
        repair=_("Go down, until x only just moves."),
        lesson="06",
        exercise="again",
    ),
    Row(
        code="FLOOR_NOT_STALL",
        cause=_("Descent was thought to arrive exactly where the gradient is 0."),
        repair=_("Follow it in float32, until a step no longer changes x."),
        lesson="06",
        exercise="stops",
    ),
    Row(
        code="FLOAT64_RUN",
        cause=_("The run was in float64, which stalls much later."),
        repair=_("Make x and the rate np.float32, and see that x stays one."),
        lesson="06",
        exercise="stops",
    ),
    Row(
        code="COUNT_NOT_PLACE",
        cause=_("The number of steps was given where the place was asked for."),
        repair=_("Return x where it stalls, and not how long that took."),
        lesson="06",
        exercise="stops",
    ),
    Row(
        code="STOPPED_EARLY",
        cause=_("The loop ended while a step still moved x."),
        repair=_("Go on until x less the update is x."),
        lesson="06",
        exercise="stops",
    ),
    Row(
        code="ONE_FACTOR",
        cause=_("A difference was given where its square was asked for."),
        repair=_("Multiply the difference by itself."),
        lesson="06",
        exercise="honest",
    ),
    Row(
        code="CANCELLED",
        cause=_("Two nearly equal numbers were subtracted after they had been rounded."),
        repair=_("Subtract first, while the difference is still exact, and multiply afterwards."),
        lesson="06",
        exercise="honest",
    ),
)
