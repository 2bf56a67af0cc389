"""The causes of exceptions: how optimizers, tapes, Keras and TensorFlow are called, and what they cannot take."""

from __future__ import annotations

import dataclasses

from widgets.diagnosis.cause import Cause
from widgets.diagnosis.cause import deferred as _

# apply_gradients was given something else than (gradient, variable) pairs.
PAIRS_MISSING = Cause(
    code="PAIRS_MISSING",
    cause=_("`{method}` needs one argument: a list of (gradient, variable) pairs. It was given {given}."),
    repair=_("Pair each gradient with its Variable: `{optimizer}.apply_gradients({pairs})`."),
    lesson="07",
)
PAIRS_SWAPPED = Cause(
    code="PAIRS_SWAPPED",
    cause=_("The pairs are the wrong way round: `apply_gradients` takes (gradient, variable), the gradient first."),
    repair=_("Swap the two: `{optimizer}.apply_gradients(zip(gradients, variables))`."),
    lesson="07",
)
PAIRS_USED_UP = Cause(
    code="PAIRS_USED_UP",
    cause=_("`{name}` is a zip, which can be walked through only once. It was already used up, so no pair was left."),
    repair=_("Make it a list, which can be used again: `{name} = list(zip(...))`."),
    lesson="07",
)
NOT_A_VARIABLE = Cause(
    code="NOT_A_VARIABLE",
    cause=_("An optimizer can change only Variables, and it was given {kind} in place of a Variable."),
    repair=_("Make what is to be learned a `tf.Variable` once, before the loop, and pass the Variable itself."),
    lesson="07",
)
TENSOR_CANNOT_CHANGE = Cause(
    code="TENSOR_CANNOT_CHANGE",
    cause=_("This is a plain tensor, not a Variable, and a tensor has no `{method}`: it never changes."),
    repair=_("Make it a Variable where it is created: `tf.Variable(...)` around its first value."),
    lesson="07",
)
ITEM_ASSIGNED = Cause(
    code="ITEM_ASSIGNED",
    cause=_(
        "A single element cannot be set with `=`: a tensor never changes, and a Variable changes only by `assign`."
    ),
    repair=_(
        "Build the new tensor from its parts with `tf.stack`, `tf.where` or `tf.tensor_scatter_nd_update`, through "
        "which gradients flow; outside the tape, `v[0].assign(...)` changes one element of a Variable."
    ),
)
GRADIENT_SHAPE = Cause(
    code="GRADIENT_SHAPE",
    cause=_(
        "A gradient of shape {gradient} was paired with a Variable of shape {variable}: it belongs to another one."
    ),
    repair=_("List gradients and Variables in the same order: use the same list for `tape.gradient` and for `zip`."),
    lesson="07",
)

# There are no weights to train.
NOT_BUILT_YET = Cause(
    code="NOT_BUILT_YET",
    cause=_("The list of weights is empty, because it was made before the model was built: it had no weights yet."),
    repair=_(
        "Build the model first, with `tf.keras.Input` as its first layer or by calling it once, and ask for "
        "`trainable_variables` after that."
    ),
)
NOT_TRACKED = Cause(
    code="NOT_TRACKED",
    cause=_(
        "The list of weights is empty: Keras does not track a plain `tf.Variable` of a layer or model, such as {name}, "
        "so `trainable_variables` misses it."
    ),
    repair=_("Create it with `self.add_weight(...)`, or as a `keras.Variable`."),
)
MADE_IN_CALL = Cause(
    code="MADE_IN_CALL",
    cause=_(
        "The list of weights is empty: `call` makes a new layer each time it runs, with new weights that the model "
        "does not keep."
    ),
    repair=_("Make the layer once in `__init__`, as in `self.dense = ...`, and only use it in `call`."),
)
ALL_FROZEN = Cause(
    code="ALL_FROZEN",
    cause=_("The list of trainable weights is empty: all layers have `trainable = False`, so they are frozen."),
    repair=_("Set `trainable = True` for the layers to be trained, before the optimizer is made."),
)
NO_WEIGHTS = Cause(
    code="NO_WEIGHTS",
    cause=_("The list of weights is empty, so there is no gradient and no Variable to change."),
    repair=_("Print the list before the step. A model has weights only once it is built, and only those it tracks."),
)

# The target or a source is no tensor.
NUMBER_AS_SOURCE = Cause(
    code="NUMBER_AS_SOURCE",
    cause=_("`{name}` is {kind}, and a tape can be asked only about tensors."),
    repair=_("Make it a Variable before the `with` block: `{name} = tf.Variable({value})`."),
    lesson="01",
)
MODEL_AS_SOURCE = Cause(
    code="MODEL_AS_SOURCE",
    cause=_("A Keras {kind} is an object, not a tensor. The tape can be asked only about its weights."),
    repair=_("Ask for its weights: `{name}.trainable_variables`."),
)
KERAS_TENSOR = Cause(
    code="KERAS_TENSOR",
    cause=_(
        "This is a KerasTensor: a symbolic placeholder that describes the shape of a model's input or output. No "
        "number passes through it."
    ),
    repair=_(
        "Use the actual tensor: watch the tensor that you call the model with, as in `tape.watch(x)`, compute "
        "`y = model(x)` in the block, and ask for the gradient of what comes from y."
    ),
)
KERAS_WEIGHT_WATCHED = Cause(
    code="KERAS_WEIGHT_WATCHED",
    cause=_("`tape.watch` cannot take a Keras weight, and it does not need to: trainable weights are watched anyway."),
    repair=_("Remove this `tape.watch`."),
)
KERAS_WEIGHT_ZERO = Cause(
    code="KERAS_WEIGHT_ZERO",
    cause=_('`unconnected_gradients="zero"` does not work with Keras weights.'),
    repair=_(
        "Leave it out, and skip the pairs without a gradient: "
        "`[(g, v) for g, v in zip(gradients, variables) if g is not None]`."
    ),
)
RETURNS_NOTHING = Cause(
    code="RETURNS_NOTHING",
    cause=_("The target is None: `{function}` has no return statement, so it returns nothing."),
    repair=_("Return the loss at the end of `{function}`: `return {value}`."),
)
TARGET_NONE = Cause(
    code="TARGET_NONE",
    cause=_("The target is None, and only a tensor can be differentiated."),
    repair=_("Check what `{target}` was set to: a function without a return statement returns None."),
)
TARGET_FUNCTION = Cause(
    code="TARGET_FUNCTION",
    cause=_("The target is a function, not the value that it returns."),
    repair=_("Call the function in the `with` block, and use what it returns as the target: `y = f(x)`."),
)
MISSPELT = Cause(
    code="MISSPELT",
    cause=_("`{owner}` has no `{name}`. The method is called `{right}`."),
    repair=_("Write `{right}` in place of `{name}`."),
)
NEEDS_PERSISTENT = Cause(
    code="NEEDS_PERSISTENT",
    cause=_(
        "With `parallel_iterations` (or without pfor) the tape is played more than once, for each row anew, and a tape "
        "that is not persistent can be played only once."
    ),
    repair=_("Make it `tf.GradientTape(persistent=True)`, or leave `parallel_iterations` out."),
    lesson="03",
)
SOURCES_MISSING = Cause(
    code="SOURCES_MISSING",
    cause=_("`tape.gradient` needs two things: the target, and the sources with respect to which it differentiates."),
    repair=_("Add the sources: `tape.gradient(loss, variables)`."),
)

# Inside a tf.function.
NUMBER_IN_GRAPH = Cause(
    code="NUMBER_IN_GRAPH",
    cause=_(
        "Inside a `tf.function` (and in `fit`) a tensor has no number yet while the function is traced, so `.numpy()` "
        "and NumPy functions cannot use it."
    ),
    repair=_("Use TensorFlow's own operations there, or return the tensor and convert it outside the function."),
    lesson="08",
)
BOOL_IN_GRAPH = Cause(
    code="BOOL_IN_GRAPH",
    cause=_("Inside a graph a tensor has no value yet, so Python cannot decide an `if`, a `while` or a loop with it."),
    repair=_(
        "Use `tf.cond`, `tf.where` or `tf.while_loop`, or let `tf.function` convert this function with AutoGraph."
    ),
    lesson="08",
)
LEAKED = Cause(
    code="LEAKED",
    cause=_(
        "This tensor was kept from inside a `tf.function`, where Python ran once while tracing. It is symbolic and "
        "holds no number outside."
    ),
    repair=_("Return the tensor from the function, and use what each call returns."),
    lesson="08",
)
MADE_IN_FUNCTION = Cause(
    code="MADE_IN_FUNCTION",
    cause=_(
        "This makes new Variables each time the `tf.function` is traced, and Variables may be created only at its "
        "first call. (An optimizer or a layer has Variables, too.)"
    ),
    repair=_("Create it once, outside the function, and use it inside."),
    lesson="08",
)

# Shapes, dtypes, values.
LIST_TO_CONSTANT = Cause(
    code="LIST_TO_CONSTANT",
    cause=_("`tf.constant` takes numbers, not a list of tensors."),
    repair=_("Join the tensors with `tf.stack`, through which gradients flow."),
)
SHAPES_DIFFER = Cause(
    code="SHAPES_DIFFER",
    cause=_("The shapes {first} and {second} do not fit together in {op}."),
    repair=_("Print both shapes, and bring one to the other's with `tf.reshape`, `tf.transpose` or `x[:, None]`."),
)
INNER_SIZES_DIFFER = Cause(
    code="INNER_SIZES_DIFFER",
    cause=_("A matrix product of the shapes {first} and {second} does not exist: the inner sizes must be equal."),
    repair=_("Check which of them has to be transposed, as in `tf.matmul(a, b, transpose_b=True)`."),
)
NOT_A_MATRIX = Cause(
    code="NOT_A_MATRIX",
    cause=_("`matmul` (and `@`) needs matrices, and one of the shapes {first} and {second} is not that of a matrix."),
    repair=_("Give the vector a second axis, `v[:, None]`, or use `tf.linalg.matvec(matrix, v)`."),
)
A_SIDE_IS_NO_MATRIX = dataclasses.replace(
    NOT_A_MATRIX, cause=_("`matmul` (and `@`) needs matrices, and one of its two sides has fewer than two axes.")
)
INPUT_SHAPE = Cause(
    code="INPUT_SHAPE",
    cause=_("The layer was built for {expected} features in the last axis, and was given an input of shape {given}."),
    repair=_("Bring the input to that shape, or build the model for this one."),
)
ASSIGNED_SHAPE = Cause(
    code="ASSIGNED_SHAPE",
    cause=_("A Variable keeps its shape: this one has {variable}, and was assigned a value of shape {given}."),
    repair=_("Assign a value of the same shape."),
)
ONE_HOT_FOR_SPARSE = Cause(
    code="ONE_HOT_FOR_SPARSE",
    cause=_("The labels are one-hot rows of shape {labels}, and the sparse loss expects class numbers."),
    repair=_(
        "Use `CategoricalCrossentropy` for one-hot labels, or turn them into class numbers: `tf.argmax(y, axis=-1)`."
    ),
)
NUMBERS_FOR_ONE_HOT = Cause(
    code="NUMBERS_FOR_ONE_HOT",
    cause=_("The labels are class numbers of shape {labels}; this loss expects one-hot rows of shape {output}."),
    repair=_("Use the sparse loss, `SparseCategoricalCrossentropy`, or `tf.one_hot(y, classes)`."),
)
LABEL_OUT_OF_RANGE = Cause(
    code="LABEL_OUT_OF_RANGE",
    cause=_("A label is {label}, but the output has {classes} classes, which are numbered from 0 to the last."),
    repair=_("Count the labels from 0, or give the last layer one unit for each class."),
)

NOT_COMPILED = Cause(
    code="NOT_COMPILED",
    cause=_("`fit` needs a loss and an optimizer, and the model was not told which: it is not compiled."),
    repair=_('Compile it first: `model.compile(optimizer="adam", loss="mse")`.'),
    lesson="11",
)

# A name of another cell.
NOT_IMPORTED = Cause(
    code="NOT_IMPORTED",
    cause=_("`{name}` stands for a library, which has not been imported yet."),
    repair=_("Run `{statement}` first, in this cell or in one before it."),
)

# tf.IndexedSlices and tf.custom_gradient.
INDEXED_SLICES = Cause(
    code="INDEXED_SLICES",
    cause=_("The gradient of a lookup (Embedding, `tf.gather`) is a `tf.IndexedSlices`: it holds only the rows used."),
    repair=_("Convert it to a tensor first: `tf.convert_to_tensor(gradient)`."),
)
BACKWARD_COUNT = Cause(
    code="BACKWARD_COUNT",
    cause=_("The gradient function returned {returned} gradients, and the function has {expected} tensor arguments."),
    repair=_("Return exactly one gradient for each positional argument, in their order."),
)
BACKWARD_MISSING = Cause(
    code="BACKWARD_MISSING",
    cause=_("A function under `tf.custom_gradient` must return two things: its value, and its gradient function."),
    repair=_("Define `def backward(upstream):` inside it, and `return value, backward`."),
    lesson="09",
)
BACKWARD_KEYWORD = Cause(
    code="BACKWARD_KEYWORD",
    cause=_("`tf.custom_gradient` counts only positional arguments, and `{call}` passes {name} by keyword."),
    repair=_("Pass it without its name: `{mended}`."),
)
BACKWARD_VARIABLES = Cause(
    code="BACKWARD_VARIABLES",
    cause=_("The function under `tf.custom_gradient` uses a Variable that is not among its arguments."),
    repair=_(
        "Pass the value as an argument, or let the gradient function take `variables=None` and return a second list "
        "with their gradients."
    ),
)
BACKWARD_ARGUMENTS = Cause(
    code="BACKWARD_ARGUMENTS",
    cause=_("The gradient function of `tf.custom_gradient` must take one upstream gradient for each output."),
    repair=_("Write it as `def backward(upstream):` and multiply by `upstream`."),
    lesson="09",
)
