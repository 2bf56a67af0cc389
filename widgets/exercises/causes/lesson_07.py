"""The misconceptions that lesson 07 treats: what minimize does, and a step as a graph."""

from widgets.common.catalogue import _
from widgets.diagnosis.cause import Row

ROWS = (
    Row(
        code="F_TAKES_NOTHING",
        cause=_("A function that takes nothing was called with something in its brackets."),
        repair=_("Call it as `f()`: it reads its Variables by itself."),
        lesson="07",
        exercise="gradients",
    ),
    Row(
        code="FUNCTION_NOT_VALUE",
        cause=_("The tape was asked about a function, and not about the value that it gave."),
        repair=_("Work out `y = f()` inside the block, and ask the tape about y."),
        lesson="07",
        exercise="gradients",
    ),
    Row(
        code="ONE_VARIABLE",
        cause=_("Only the first of several Variables gets a step."),
        repair=_("Pair every gradient with its Variable: `zip(gradients, variables)`."),
        lesson="07",
        exercise="minimize",
    ),
    Row(
        code="STEPS_IN_A_CALL",
        cause=_("One call makes more than one step."),
        repair=_("Let one call open one tape and call `apply_gradients` once; the loop belongs outside."),
        lesson="07",
        exercise="minimize",
    ),
    Row(
        code="STEP_NOT_RETURNED",
        cause=_("The function was called where it should have been handed back, so nothing came back."),
        repair=_("Return the function's name, with no brackets behind it."),
        lesson="07",
        exercise="make_step",
    ),
    Row(
        code="STEP_WANTS_ARGUMENTS",
        cause=_("The function that was made still wants to be given what it could have kept."),
        repair=_("Define it with empty brackets, inside the function that has the optimizer, f and the variables."),
        lesson="07",
        exercise="make_step",
    ),
    Row(
        code="NOT_A_GRAPH",
        cause=_("Python runs the function at every call: nothing was made into a graph."),
        repair=_("Put `@tf.function` on the line above `def`."),
        lesson="07",
        exercise="make_step",
    ),
    Row(
        code="NEVER_STOPS",
        cause=_("The loop looks at slopes that never change, so it never ends."),
        repair=_("Take the slopes anew in each round, after the Variables have moved."),
        lesson="07",
        exercise="until",
    ),
    Row(
        code="ONE_IS_ENOUGH",
        cause=_("The loop ends as soon as one slope is small, while another may still be steep."),
        repair=_("Wait until the largest of them is small."),
        lesson="07",
        exercise="until",
    ),
    Row(
        code="VALUE_NOT_SLOPE",
        cause=_("The height of the function was compared, where its slope tells whether a floor is near."),
        repair=_("Compare the size of the gradients."),
        lesson="07",
        exercise="until",
    ),
)
