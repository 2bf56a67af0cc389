"""What an exception of TensorFlow, Keras or Python says about the learner's gradients: told by its type and message."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from widgets.diagnosis import causes, old_names
from widgets.diagnosis import error_causes as new
from widgets.diagnosis import habit_causes as habits
from widgets.diagnosis.cause import Cause

_INT, _FLOAT = r"u?int\d*", "(float|double|half|bfloat16)"
_SHAPE = r"\[[\d,]*\]"


class Pattern(NamedTuple):
    """Exceptions of a kind (a class name in its bases) whose message matches have this cause.

    Named groups of the message fill the words in braces of the cause's sentences.
    """

    kind: str
    message: str
    cause: Cause


PATTERNS = (
    Pattern("RuntimeError", "non-persistent GradientTape can only be used to compute one", causes.TAPE_ALREADY_USED),
    Pattern("RuntimeError", "must be created with persistent=True", new.NEEDS_PERSISTENT),
    Pattern("RuntimeError", r"variable -?\+?\*?/?= value.* is not supported", causes.REASSIGNED_VARIABLE),
    Pattern("ValueError", "Unknown variable: .* optimizer can only be called for", causes.UNKNOWN_KERAS_VARIABLE),
    Pattern("LookupError", "gradient registry has no entry for", causes.NOT_DIFFERENTIABLE),
    Pattern("ValueError", "No gradients provided for any variable", causes.NO_GRADIENTS),
    Pattern("TypeError", "unsupported operand type.*NoneType", causes.NO_GRADIENTS),
    Pattern("ValueError", r"convert a value \(None\)|None values not supported", causes.NO_GRADIENTS),
    Pattern("AttributeError", "'NoneType' object has no attribute", causes.NO_GRADIENTS),
    Pattern(
        "AttributeError",
        "'(?P<optimizer>[^']*)' object has no attribute '(?P<method>minimize|get_gradients|compute_gradients)'",
        old_names.NO_MINIMIZE,
    ),
    Pattern("NameError", "name '(?P<name>tf|keras|np|plt)' is not defined", new.NOT_IMPORTED),
    Pattern("ValueError", r"must call `compile\(\)` before|No loss to compute", new.NOT_COMPILED),
    Pattern("RuntimeError", "tf.gradients is not supported when eager", old_names.NO_TF_GRADIENTS),
    Pattern("RuntimeError", "passed to Optimizer.compute_gradients should be a function", old_names.NO_TF_GRADIENTS),
    Pattern(
        "(Value|Type)Error", r"(not recognized: \{|unexpected keyword argument )'(?P<name>lr)'", old_names.OLD_ARGUMENT
    ),
    Pattern(
        "AttributeError",
        r"module '(?P<module>tensorflow|keras)[\w.]*' has no attribute '(?P<name>\w+)'",
        old_names.OLD_NAME,
    ),
    Pattern(
        "Exception", "[Tt]ensor' object has no attribute 'numpy'|symbolic tf.Tensor .* to a numpy", new.NUMBER_IN_GRAPH
    ),
    Pattern("Exception", "not '(Symbolic)?Tensor'$", new.NUMBER_IN_GRAPH),
    Pattern("TypeError", "is out of scope and cannot be used here", new.LEAKED),
    Pattern("Exception", "symbolic `?tf.Tensor`? .*(bool|[Ii]terating)|Iterating over a symbolic", new.BOOL_IN_GRAPH),
    Pattern("ValueError", "only supports singleton tf.Variables", new.MADE_IN_FUNCTION),
    Pattern(
        "Exception",
        "has never been called and thus has no defined|KerasTensor cannot be used as input|KerasTensor is symbolic",
        new.KERAS_TENSOR,
    ),
    Pattern("AttributeError", r"Tensor' object has no attribute '(?P<method>assign\w*)'", new.TENSOR_CANNOT_CHANGE),
    Pattern("TypeError", "(Tensor|Variable)' object does not support item assignment", new.ITEM_ASSIGNED),
    Pattern("AttributeError", "'IndexedSlices' object has no attribute", new.INDEXED_SLICES),
    Pattern("TypeError", "unsupported operand type.*IndexedSlices|'IndexedSlices' object is not", new.INDEXED_SLICES),
    Pattern("ValueError", "Scalar tensor has no `len", new.LIST_TO_CONSTANT),
    Pattern(
        "ValueError",
        r"custom_gradient function expected to return (?P<expected>\d+) gradients, but returned (?P<returned>\d+)",
        new.BACKWARD_COUNT,
    ),
    Pattern("TypeError", "grad_fn must accept keyword argument 'variables'", new.BACKWARD_VARIABLES),
    Pattern("AttributeError", "object has no attribute '(dtype|_id)'", causes.NOT_A_TENSOR),
    Pattern("TypeError", r"the argument `type_value`: \S+ to a TensorFlow DType", causes.NOT_A_TENSOR),
    # A Variable of Keras is no number; that a tape watches it unasked is not what this exception says.
    Pattern("ValueError", r"Passed in object (?!.* of type '\w*Variable').* not tf.Tensor", causes.WATCHED_A_NUMBER),
    Pattern("Exception", "but is a string tensor|Cast string to|of string is not in the list", causes.STRINGS),
    Pattern("TypeError", f"Cannot convert .* to EagerTensor of dtype {_INT}$", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"a {_INT} tensor but is a {_FLOAT} ", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"a {_FLOAT} tensor but is a {_INT} ", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"Value for attr 'T' of {_INT} is not in the list", causes.INTEGER_DTYPE),
    Pattern("InvalidArgumentError", f"expected to be a {_FLOAT} tensor but is a {_FLOAT} ", causes.FLOAT_WIDTHS),
    Pattern("ValueError", f"dtype {_FLOAT}\\d* for Tensor with dtype {_FLOAT}\\d*:", causes.FLOAT_WIDTHS),
    Pattern("TypeError", f"type {_FLOAT}\\d* that does not match type {_FLOAT}\\d* of", causes.FLOAT_WIDTHS),
    Pattern(
        "InvalidArgumentError",
        rf"Incompatible shapes: (?P<first>{_SHAPE}) vs. (?P<second>{_SHAPE})( \[Op:(?P<op>\w+))?",
        new.SHAPES_DIFFER,
    ),
    Pattern(
        "ValueError",
        r"Dimensions must be equal, but .* = (?P<op>\w+)\[.*"
        rf"input shapes: (?P<first>{_SHAPE}), (?P<second>{_SHAPE})",
        new.SHAPES_DIFFER,
    ),
    Pattern(
        "InvalidArgumentError",
        rf"size-incompatible: In\[0\]: (?P<first>{_SHAPE}), In\[1\]: (?P<second>{_SHAPE})",
        new.INNER_SIZES_DIFFER,
    ),
    Pattern(
        "InvalidArgumentError",
        rf"In\[0\] and In\[1\] has different ndims: (?P<first>{_SHAPE}) vs. (?P<second>{_SHAPE})",
        new.NOT_A_MATRIX,
    ),
    Pattern("InvalidArgumentError", r"In\[[01]\] ndims must be >= 2", new.A_SIDE_IS_NO_MATRIX),  # of oneDNN's product
    Pattern(
        "ValueError",
        r"expected axis -1 of input shape to have value (?P<expected>\d+), but received input with shape "
        r"(?P<given>\([^)]*\))",
        new.INPUT_SHAPE,
    ),
    Pattern(
        "ValueError",
        r"Shape mismatch.*variable shape (?P<variable>\([^)]*\)), and the assigned value shape (?P<given>\([^)]*\))",
        new.ASSIGNED_SHAPE,
    ),
    Pattern(
        "ValueError",
        r"`logits` and `labels` must have the same shape, received \((?P<first>\([^)]*\)) vs (?P<second>\([^)]*\))",
        new.SHAPES_DIFFER,
    ),
    Pattern("ValueError", r"Could not interpret loss identifier: (?P<name>[\w ]+)", habits.NO_SUCH_LOSS),
    Pattern("InvalidArgumentError", r"unsupported operations when .* XLA\w*: (?P<op>\w+)", habits.NOT_IN_XLA),
    Pattern("ValueError", r"must have rank \(ndim\) .*target.shape=(?P<labels>\([^)]*\))", new.ONE_HOT_FOR_SPARSE),
    Pattern(
        "ValueError",
        r"must have the same (rank|shape)(?! up until).*"
        r"target.shape=(?P<labels>\([^)]*\)), output.shape=(?P<output>\([^)]*\))",
        new.NUMBERS_FOR_ONE_HOT,
    ),
    Pattern(
        "InvalidArgumentError",
        r"label value of (?P<label>-?\d+) which is outside the valid range of \[0, (?P<classes>\d+)\)",
        new.LABEL_OUT_OF_RANGE,
    ),
)


def fitting(kinds: Collection[str], message: str) -> tuple[Cause, Mapping[str, str]]:
    """Return the cause of an exception and the words that its message gives; ANY_ERROR if no pattern fits.

    Args:
        kinds: the names of its class and of that class's bases.
        message: what it says.

    Returns:
        The Cause, and the named parts of the message.
    """
    for one in PATTERNS:
        if any(re.fullmatch(one.kind, kind) for kind in kinds) and (
            found := re.search(one.message, message, re.DOTALL)
        ):
            return one.cause, {name: shown_shape(text) for name, text in found.groupdict().items() if text}
    return causes.ANY_ERROR, {}


def shown_shape(text: str) -> str:
    """Return a part of a message as it is shown: the shape `[3,1]` is written `(3, 1)`."""
    inner = re.fullmatch(r"\[([\d,]*)\]", text)
    if not inner:
        return text
    sizes = [size for size in inner[1].split(",") if size]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"
