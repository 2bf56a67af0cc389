"""The misconceptions that lesson 04, derivatives of derivatives, treats."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="FIRST_NOT_SECOND",
        cause=_("The first derivative was given where the second was asked for."),
        repair=_("Ask an outer tape for the gradient of the gradient that the inner one gave."),
        lesson="04",
        exercise="curvature",
    ),
    Row(
        code="SLOPE_SQUARED",
        cause=_("The slope was multiplied by itself, as if that were the slope of the slope."),
        repair=_("Differentiate a second time, with a second tape around the first."),
        lesson="04",
        exercise="curvature",
    ),
    Row(
        code="SLOPES_ADDED",
        cause=_("The outer tape was asked about the value and the slope together, and added their derivatives."),
        repair=_("Give the outer tape the slope alone as its target."),
        lesson="04",
        exercise="curvature",
    ),
    Row(
        code="ANOTHER_VARIABLE",
        cause=_("The two tapes were asked about two different Variables."),
        repair=_("Make one Variable, and give it to both tapes as their source."),
        lesson="04",
        exercise="nth",
    ),
    Row(
        code="NEARLY_LEVEL",
        cause=_("A place where the curve hardly bends was taken for the one where its bend changes sign."),
        repair=_("Look for the place with f″ positive on one side and negative on the other."),
        lesson="04",
        exercise="bend",
    ),
    Row(
        code="BENDS_UPWARD",
        cause=_("A place was taken where f″ is still positive."),
        repair=_("Go on in the direction in which f″ falls, until it is 0."),
        lesson="04",
        exercise="bend",
    ),
    Row(
        code="BENDS_DOWNWARD",
        cause=_("A place was taken where f″ is already negative."),
        repair=_("Go back in the direction in which f″ grows, until it is 0."),
        lesson="04",
        exercise="bend",
    ),
    Row(
        code="DIAGONAL_ONLY",
        cause=_("The mixed second derivatives were taken to be 0."),
        repair=_("Let the outer tape's `jacobian` take every part of the gradient by every parameter."),
        lesson="04",
        exercise="hessian",
    ),
    Row(
        code="UPSIDE_DOWN",
        cause=_("A fraction was turned over."),
        repair=_("Ask what grows with what: the larger the divisor, the smaller the result."),
        lesson="04",
        exercise="newton",
    ),
    Row(
        code="ROOT_NOT_FLOOR",
        cause=_("Newton's rule for f = 0 was used where f′ = 0 is looked for."),
        repair=_("Take the same rule one derivative higher: f′ / f″."),
        lesson="04",
        exercise="newton",
    ),
    Row(
        code="NOT_DIVIDED",
        cause=_("The slope was used as it is, without the curvature."),
        repair=_("Divide the slope by the curvature."),
        lesson="04",
        exercise="newton",
    ),
    Row(
        code="MULTIPLIED",
        cause=_("Something was multiplied by a number that it should be divided by."),
        repair=_("Divide: where one of the two grows, the other has to shrink."),
        lesson="04",
        exercise="newton",
    ),
    Row(
        code="STEP_NOT_PLACE",
        cause=_("How far to go was given where it was asked where one arrives."),
        repair=_("Add the step to the place it starts from."),
        lesson="04",
        exercise="newton",
    ),
    Row(
        code="ORDER_IGNORED",
        cause=_("The answer has the same number of tapes for every order."),
        repair=_("Let the order decide how many tapes there are: with 0 none, else one more than for the order below."),
        lesson="04",
        exercise="nth",
    ),
)
