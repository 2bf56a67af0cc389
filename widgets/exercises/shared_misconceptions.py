"""The misconceptions that several exercises may meet: each with its code, cause and repair, once."""

from widgets.common.catalogue import _
from widgets.exercises.exercise import MisconceptionKind

ANOTHER_VARIABLE = MisconceptionKind(
    "ANOTHER_VARIABLE",
    cause=_("The two tapes were used with two different Variables."),
    repair=_("Create one Variable, and use it as the source of both tapes."),
    exercise="nth",
)
"""What `none_gradient` finds out about two tapes, and `explain` does not say."""

DERIVATIVE_NOT_FUNCTION = MisconceptionKind(
    "DERIVATIVE_NOT_FUNCTION",
    cause=_("The answer is the derivative, but the exercise asks for the function itself."),
    repair=_("Return the function itself; the tape takes its derivative."),
)
ONE_PATH = MisconceptionKind(
    "ONE_PATH",
    cause=_("Only one of the paths from x to the result was counted."),
    repair=_("Find every place where x enters, compute the slope along each path, and add the slopes."),
)
INNER_FORGOTTEN = MisconceptionKind(
    "INNER_FORGOTTEN",
    cause=_("The chain rule was applied without the slope of the inner function."),
    repair=_("Multiply the slope of the outer function by the slope of the inner one."),
)
PATHS_MULTIPLIED = MisconceptionKind(
    "PATHS_MULTIPLIED",
    cause=_("The gradients of two paths were multiplied where the paths meet."),
    repair=_("Multiply along a path, and add where paths meet."),
)
SWAPPED = MisconceptionKind(
    "SWAPPED",
    cause=_("The gradients are right, but in the wrong order."),
    repair=_("Return them in the order that the exercise asks for."),
)
WRONG_SOURCE = MisconceptionKind(
    "WRONG_SOURCE",
    cause=_("The gradient was taken with respect to an intermediate value, not to x."),
    repair=_("Pass x as the source, the second argument of `tape.gradient`."),
)
SAME_TARGET = MisconceptionKind(
    "SAME_TARGET",
    cause=_("One target was differentiated twice, the other not at all."),
    repair=_("Call `tape.gradient` once with each of the two targets."),
)
VALUE_NOT_DERIVATIVE = MisconceptionKind(
    "VALUE_NOT_DERIVATIVE",
    cause=_("The answer is the value of the function, but the exercise asks for its derivative."),
    repair=_("Record the function on a tape, and return the result of `tape.gradient`."),
    exercise="derivative",
)
FUNCTION_IGNORED = MisconceptionKind(
    "FUNCTION_IGNORED",
    cause=_("The answer always uses the same function, whatever function is passed to it."),
    repair=_("Inside the `with` block of the tape, call the function that is the argument."),
)
UPSTREAM_FORGOTTEN = MisconceptionKind(
    "UPSTREAM_FORGOTTEN",
    cause=_("The local gradient of an operation was not multiplied by its upstream gradient."),
    repair=_(
        "Multiply the local gradient of each operation by the upstream gradient, the gradient that its output received."
    ),
)
FIRST_NOT_SECOND = MisconceptionKind(
    "FIRST_NOT_SECOND",
    cause=_("The answer is the first derivative, but the exercise asks for the second."),
    repair=_("Use an outer tape to take the gradient of the inner tape's gradient."),
)
SLOPE_SQUARED = MisconceptionKind(
    "SLOPE_SQUARED",
    cause=_("The slope was squared, as if that were the second derivative."),
    repair=_("Differentiate a second time, with a second tape around the first."),
)
UPSIDE_DOWN = MisconceptionKind(
    "UPSIDE_DOWN",
    cause=_("A fraction is upside down."),
    repair=_("Swap numerator and denominator: the larger the divisor, the smaller the result."),
)
MULTIPLIED = MisconceptionKind(
    "MULTIPLIED",
    cause=_("A number was multiplied where it should be divided."),
    repair=_("Divide instead: when one of the two grows, the other has to shrink."),
)
STEP_NOT_PLACE = MisconceptionKind(
    "STEP_NOT_PLACE",
    cause=_("The answer is the step, but the exercise asks for the new position."),
    repair=_("Add the step to the position it starts from."),
)
UPHILL = MisconceptionKind(
    "UPHILL",
    cause=_("The step follows the gradient, which points uphill."),
    repair=_("Subtract the learning rate times the gradient."),
    exercise="walk",
)
RATE_FORGOTTEN = MisconceptionKind(
    "RATE_FORGOTTEN",
    cause=_("The gradient was not multiplied by the learning rate."),
    repair=_("Multiply the gradient by the learning rate before you subtract it."),
)
SAME_GRADIENT = MisconceptionKind(
    "SAME_GRADIENT",
    cause=_("The gradient at the start was used for every step."),
    repair=_("Record and compute the gradient again in each iteration, at the current x."),
)
NOT_MOVED = MisconceptionKind(
    "NOT_MOVED",
    cause=_("A new x was computed, but the Variable was never changed."),
    repair=_("Change its value with `assign_sub`, or let the optimizer do so with `apply_gradients`."),
)
ONE_STEP = MisconceptionKind(
    "ONE_STEP",
    cause=_("The loop ends after its first step, whatever the number of steps."),
    repair=_("Put `return` after the loop, not into it."),
)
ONE_TOO_MANY = MisconceptionKind(
    "ONE_TOO_MANY",
    cause=_("There is one step too many."),
    repair=_("Count from 0 and stop before the number of steps, as `range` does."),
    exercise="walk",
)
ONE_TOO_FEW = MisconceptionKind(
    "ONE_TOO_FEW",
    cause=_("There is one step too few."),
    repair=_("Start at 0: `range(n)` already has n numbers."),
    exercise="walk",
)
VALUE_NOT_PLACE = MisconceptionKind(
    "VALUE_NOT_PLACE",
    cause=_("The answer is y, the function's value, but the exercise asks for x."),
    repair=_("Return x, not y."),
)
GRADIENT_NONE = MisconceptionKind(
    "GRADIENT_NONE",
    cause=_("The gradient was None, so the step could not be computed."),
    repair=_("Make x a Variable, and call the function inside the `with` block of the tape."),
    exercise="make_train",
)
NO_MINIMIZE = MisconceptionKind(
    "NO_MINIMIZE",
    cause=_("`optimizer.minimize` was called, which the optimizers of Keras 3 do not have."),
    repair=_("Compute the gradient with a tape, and pass it to `apply_gradients`."),
)
NOT_PAIRS = MisconceptionKind(
    "NOT_PAIRS",
    cause=_("`apply_gradients` got something other than pairs of a gradient and its Variable."),
    repair=_("Pass a list of pairs, the gradient first: [(gradient, x)]."),
    exercise="train",
)
NOT_A_VARIABLE = MisconceptionKind(
    "NOT_A_VARIABLE",
    cause=_("An ordinary tensor was to be changed, which only a Variable can be."),
    repair=_("Create x as a `tf.Variable` once, before the loop, and keep it."),
    exercise="loop_order",
)
NOT_A_TENSOR = MisconceptionKind(
    "NOT_A_TENSOR",
    cause=_("A tape was given a Python or NumPy number, and it knows only tensors."),
    repair=_("Make a tensor of it first, `x = tf.Variable(3.0)`, and stay in TensorFlow up to the target."),
    exercise="derivative",
)
OPTIMIZER_IGNORED = MisconceptionKind(
    "OPTIMIZER_IGNORED",
    cause=_("The answer always makes plain SGD steps, whatever optimizer it gets."),
    repair=_("Let the optimizer that is passed as an argument make each step."),
)
CURVATURE_NOT_RATE = MisconceptionKind(
    "CURVATURE_NOT_RATE",
    cause=_("The answer is a curvature, but the exercise asks for a learning rate."),
    repair=_("Divide 1 by the curvature."),
)
SIGN_OF_GRADIENT = MisconceptionKind(
    "SIGN_OF_GRADIENT",
    cause=_("The sign of the gradient was kept, but only its size matters."),
    repair=_("Use its absolute value, `abs`."),
)
NOT_LINES = MisconceptionKind(
    "NOT_LINES",
    cause=_("Something else came than an order of the lines that there are."),
    repair=_("Give their numbers in a list, each at most once, like [3, 1, 2]."),
)
NOT_A_GRAPH = MisconceptionKind(
    "NOT_A_GRAPH",
    cause=_("Python runs the function in every call: it was not traced into a graph."),
    repair=_("Put `@tf.function` on the line above `def`."),
)
FULL_BATCH = MisconceptionKind(
    "FULL_BATCH",
    cause=_("All rows were used in one step."),
    repair=_("Use `size` rows at a time, and make a step for each batch."),
)
SAME_BATCH = MisconceptionKind(
    "SAME_BATCH",
    cause=_("Every step used the first rows again."),
    repair=_("Move on by `size` with each step: xs[at:at + size]."),
)
SUM_NOT_MEAN = MisconceptionKind(
    "SUM_NOT_MEAN",
    cause=_("The loss is a sum over the rows, so its gradient grows with their number."),
    repair=_("Use the mean, so that one learning rate suits batches of any size."),
)
