"""The misconceptions that several exercises meet: each with its code, cause and repair, declared once."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import MisconceptionKind

DERIVATIVE_NOT_FUNCTION = MisconceptionKind(
    "DERIVATIVE_NOT_FUNCTION",
    cause=_("The derivative was given where the function itself was asked for."),
    repair=_("Return the function; to take its derivative is the tape's work."),
)
ONE_PATH = MisconceptionKind(
    "ONE_PATH",
    cause=_("Only one of the paths from x to the result was followed."),
    repair=_("Find every place where x goes in, take the slope along each path, and add them."),
)
INNER_FORGOTTEN = MisconceptionKind(
    "INNER_FORGOTTEN",
    cause=_("The slope of the inner function was left out of the chain rule."),
    repair=_("Multiply the outer slope by the slope of what is inside."),
)
PATHS_MULTIPLIED = MisconceptionKind(
    "PATHS_MULTIPLIED",
    cause=_("The slopes of two paths were multiplied where they meet."),
    repair=_("Multiply along a path, and add where paths meet."),
)
SWAPPED = MisconceptionKind(
    "SWAPPED",
    cause=_("The right gradients were returned in another order."),
    repair=_("Return them in the order in which they are asked for."),
)
WRONG_SOURCE = MisconceptionKind(
    "WRONG_SOURCE",
    cause=_("A gradient was taken with respect to something in between, and not to x."),
    repair=_("Give x as the source, the second argument of `tape.gradient`."),
)
SAME_TARGET = MisconceptionKind(
    "SAME_TARGET",
    cause=_("One target was differentiated twice, and the other not at all."),
    repair=_("Ask the tape once with each of the two targets."),
)
VALUE_NOT_DERIVATIVE = MisconceptionKind(
    "VALUE_NOT_DERIVATIVE",
    cause=_("The value of the function was given where its derivative was asked for."),
    repair=_("Record the function under a tape, and return what `tape.gradient` gives."),
    exercise="derivative",
)
FUNCTION_IGNORED = MisconceptionKind(
    "FUNCTION_IGNORED",
    cause=_("The answer always works with the same function, whatever function is handed in."),
    repair=_("Call the function that is the argument, inside the block of the tape."),
)
UPSTREAM_FORGOTTEN = MisconceptionKind(
    "UPSTREAM_FORGOTTEN",
    cause=_("The slope of an operation was taken alone, without the gradient that comes down to it."),
    repair=_("Multiply each operation's own slope by the upstream gradient, what its output received."),
)
FIRST_NOT_SECOND = MisconceptionKind(
    "FIRST_NOT_SECOND",
    cause=_("The first derivative was given where the second was asked for."),
    repair=_("Ask an outer tape for the gradient of the gradient that the inner one gave."),
)
SLOPE_SQUARED = MisconceptionKind(
    "SLOPE_SQUARED",
    cause=_("The slope was multiplied by itself, as if that were the slope of the slope."),
    repair=_("Differentiate a second time, with a second tape around the first."),
)
UPSIDE_DOWN = MisconceptionKind(
    "UPSIDE_DOWN",
    cause=_("A fraction was turned over."),
    repair=_("Ask what grows with what: the larger the divisor, the smaller the result."),
)
MULTIPLIED = MisconceptionKind(
    "MULTIPLIED",
    cause=_("Something was multiplied by a number that it should be divided by."),
    repair=_("Divide: where one of the two grows, the other has to shrink."),
)
STEP_NOT_PLACE = MisconceptionKind(
    "STEP_NOT_PLACE",
    cause=_("How far to go was given where it was asked where one arrives."),
    repair=_("Add the step to the place it starts from."),
)
UPHILL = MisconceptionKind(
    "UPHILL",
    cause=_("The step goes along the gradient, which points uphill."),
    repair=_("Subtract the gradient's part from x."),
    exercise="walk",
)
RATE_FORGOTTEN = MisconceptionKind(
    "RATE_FORGOTTEN",
    cause=_("Each step is the whole gradient."),
    repair=_("Multiply the gradient by the learning rate before it is subtracted."),
)
SAME_GRADIENT = MisconceptionKind(
    "SAME_GRADIENT",
    cause=_("The gradient of the start was used for every step."),
    repair=_("Record and ask again in each iteration, at the place where x is then."),
)
NOT_MOVED = MisconceptionKind(
    "NOT_MOVED",
    cause=_("A new x was worked out, but the Variable was never changed."),
    repair=_("Change its value with `assign_sub`, or let the optimizer do so with `apply_gradients`."),
)
ONE_STEP = MisconceptionKind(
    "ONE_STEP",
    cause=_("The loop ends after its first step, however many were asked for."),
    repair=_("Put `return` after the loop, not into it."),
)
ONE_TOO_MANY = MisconceptionKind(
    "ONE_TOO_MANY",
    cause=_("It was done once more often than asked."),
    repair=_("Count from 0 and stop before the number asked for, as `range` does."),
    exercise="walk",
)
ONE_TOO_FEW = MisconceptionKind(
    "ONE_TOO_FEW",
    cause=_("It was done once less often than asked."),
    repair=_("Begin at 0: `range(n)` already has n numbers."),
    exercise="walk",
)
VALUE_NOT_PLACE = MisconceptionKind(
    "VALUE_NOT_PLACE",
    cause=_("The height of the function was given where the place was asked for."),
    repair=_("Return x, not y."),
)
GRADIENT_NONE = MisconceptionKind(
    "GRADIENT_NONE",
    cause=_("The gradient was None, and the step could not be worked out."),
    repair=_("Make x a Variable, and work out the function inside the block of the tape."),
)
NO_MINIMIZE = MisconceptionKind(
    "NO_MINIMIZE",
    cause=_("`optimizer.minimize` was called, which the optimizers of Keras 3 do not have."),
    repair=_("Take the gradient with a tape, and hand it to `apply_gradients`."),
)
NOT_PAIRS = MisconceptionKind(
    "NOT_PAIRS",
    cause=_("`apply_gradients` was given something other than pairs of a gradient and its Variable."),
    repair=_("Give it a list of pairs, the gradient first: [(gradient, x)]."),
    exercise="train",
)
OPTIMIZER_IGNORED = MisconceptionKind(
    "OPTIMIZER_IGNORED",
    cause=_("The steps are plain ones, whatever optimizer is handed in."),
    repair=_("Let the optimizer that is the argument take each step."),
)
CURVATURE_NOT_RATE = MisconceptionKind(
    "CURVATURE_NOT_RATE",
    cause=_("The curvature was given where a learning rate was asked for."),
    repair=_("Take 1 divided by the curvature."),
)
SIGN_OF_GRADIENT = MisconceptionKind(
    "SIGN_OF_GRADIENT",
    cause=_("The gradient's sign was kept where only its size matters."),
    repair=_("Take the size, with `abs`."),
)
F_TAKES_NOTHING = MisconceptionKind(
    "F_TAKES_NOTHING",
    cause=_("A function that takes nothing was called with something in its brackets."),
    repair=_("Call it as `f()`: it reads its Variables by itself."),
)
NOT_A_GRAPH = MisconceptionKind(
    "NOT_A_GRAPH",
    cause=_("Python runs the function at every call: nothing was made into a graph."),
    repair=_("Put `@tf.function` on the line above `def`."),
)
FULL_BATCH = MisconceptionKind(
    "FULL_BATCH",
    cause=_("All rows went into one step."),
    repair=_("Take `size` rows at a time, and make a step for each batch."),
)
SAME_BATCH = MisconceptionKind(
    "SAME_BATCH",
    cause=_("Every step saw the first rows again."),
    repair=_("Move on by `size` with each step: xs[at:at + size]."),
)
SUM_NOT_MEAN = MisconceptionKind(
    "SUM_NOT_MEAN",
    cause=_("The loss is a sum over the rows, so its gradient grows with their number."),
    repair=_("Take the mean, so that one rate fits batches of any size."),
)
