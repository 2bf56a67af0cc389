"""The glossary: one record for each term, from which `lessons/GLOSSARY.md` is made.

A term with a lesson stands there in bold at its first use, and in no earlier lesson (`tests/notebooks/test_prose.py`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term of the course.

    Attributes:
        name: the term, as lessons print it in bold.
        meaning: one sentence or two.
        elsewhere: what other books and libraries call it, "" if the same.
        lesson: the number of the lesson that introduces it, such as "01"; "" if it is only met in widgets and pages.
    """

    name: str
    meaning: str
    elsewhere: str = ""
    lesson: str = ""


TERMS = (
    Term(
        "tape",
        "TensorFlow's list of the operations that ran inside `with tf.GradientTape()`",
        "gradient tape (TensorFlow), Wengert list",
        "01",
    ),
    Term(
        "automatic differentiation",
        (
            "computing exact derivatives of a program from the derivatives of its operations; reverse mode works "
            "from the result back to the inputs"
        ),
        "autodiff, autograd",
        "01",
    ),
    Term(
        "source",
        "what a gradient is taken with respect to: the x of dy/dx; in a model, its parameters",
        "input, parameter; leaf (PyTorch)",
        "01",
    ),
    Term("target", "what is differentiated: the y of dy/dx; in training, the loss", "output, loss", "01"),
    Term(
        "gradient",
        "how fast the target changes with a source; where several paths meet, the sum of their contributions",
        "derivative; with several parameters, the vector of partial derivatives",
        "01",
    ),
    Term("derivative", "the slope of a function at a point", "slope", "01"),
    Term(
        "Variable",
        "a number, or an array of numbers, that the program means to change later",
        "parameter, weight",
        "01",
    ),
    Term("record", "put an operation on the tape", "trace (JAX, PyTorch)", "01"),
    Term("entry", "one operation that ran, with its inputs and outputs", "node of the computation graph", "01"),
    Term(
        "computation graph",
        "the operations as nodes, and the tensors that pass between them as edges",
        "expression graph (micrograd)",
        "01",
    ),
    Term("forward pass", "running the operations from the sources to the target", "forward propagation", "00"),
    Term(
        "backward pass",
        "going through the tape from its end, turning gradients of outputs into gradients of inputs",
        "backpropagation, backprop, reverse pass",
        "01",
    ),
    Term("backpropagation", "the backward pass of a neural network", "backprop", "01"),
    Term(
        "upstream gradient",
        (
            "the gradient of the target with respect to an operation's output, which the operation's backward "
            "step starts from"
        ),
        "`out.grad` (micrograd), cotangent (JAX), adjoint",
        "01",
    ),
    Term(
        "pullback",
        "one operation's part in the backward pass: from its upstream gradient to the gradients of its inputs",
        "vector-Jacobian product, VJP (JAX); `_backward` (micrograd); gradient function (TensorFlow)",
        "01",
    ),
    Term(
        "persistent",
        "said of a tape that can compute several gradients, and keeps its tensors until it is deleted",
        "`retain_graph` (PyTorch)",
        "01",
    ),
    Term(
        "watch",
        (
            "follow a tensor: operations that depend on it are recorded. Trainable Variables are watched when "
            "they are read, constants only on request"
        ),
        "track; `requires_grad` (PyTorch)",
        "02",
    ),
    Term(
        "local gradient",
        "the derivative of one operation by itself, by which it multiplies its upstream gradient",
        "local derivative",
        "03",
    ),
    Term(
        "fan-out",
        "one tensor going into several operations; in the backward pass its gradients are added",
        "gradients accumulate; multivariable chain rule",
        "03",
    ),
    Term(
        "seed",
        "the number that the backward pass starts with, 1 unless `output_gradients` gives another",
        "initial upstream gradient, the vector of a VJP",
        "03",
    ),
    Term("intermediate value", "a tensor between the sources and the target", "activation (in a network)", "03"),
    Term(
        "Jacobian",
        (
            "the matrix of all first derivatives of several results: a row for each result, a column for each "
            "number of the source"
        ),
        "Jacobian matrix",
        "03",
    ),
    Term(
        "finite difference",
        "an estimate of a derivative from values of the function alone",
        "numerical differentiation",
        "03",
    ),
    Term("central difference", "(f(x + h) − f(x − h)) / 2h: the symmetric finite difference", "", "03"),
    Term("gradient checking", "comparing a gradient with a finite difference, to find mistakes", "", "03"),
    Term("truncation error", "the part of a finite difference's error that falls with h", "discretization error"),
    Term(
        "second derivative",
        "the derivative of the derivative: how fast the slope changes",
        "curvature (in one dimension)",
        "04",
    ),
    Term("inflection point", "the place where a curve changes from bending up to bending down", "", "04"),
    Term(
        "osculating parabola",
        "the parabola with the value, slope, and second derivative of f at a point",
        "second-order Taylor approximation",
        "04",
    ),
    Term("Hessian", "the matrix of all second derivatives of a function of several numbers", "Hessian matrix", "04"),
    Term(
        "minimum",
        "the lowest point of a function, or of its surroundings (a local minimum)",
        "minimizer (for the place)",
        "04",
    ),
    Term("loss function", "the function that training minimizes", "objective, cost, criterion", "05"),
    Term("learning rate", "what a gradient is multiplied by to make an update", "step size, η, `lr`", "05"),
    Term("update", "learning rate × gradient: what a step of SGD subtracts from x", "parameter update", "05"),
    Term(
        "step",
        "once: forward pass, backward pass, update. Step k leads from x[k − 1] to x[k]",
        "iteration, training step",
        "05",
    ),
    Term("verdict", "which of eight kinds a run of gradient descent is (the table below)", "", "05"),
    Term(
        "curvature",
        (
            "how fast the gradient changes, in the steepest direction (λ). On a quadratic, a learning rate of 1/λ"
            " reaches the minimum in one step, and from 2/λ on nothing converges"
        ),
        "largest eigenvalue of the Hessian, sharpness",
        "05",
    ),
    Term("exploding gradients", "what divergence is called in deep networks", "", "05"),
    Term(
        "ULP",
        "the spacing between a float and the next one: unit in the last place",
        "machine epsilon is one ULP of 1",
        "06",
    ),
    Term(
        "tick",
        (
            "a float, drawn as a mark on the number line. An update smaller than half the gap is rounded away; "
            "one of exactly half goes to the neighbor whose last bit is 0"
        ),
        "floating-point number, machine number",
        "06",
    ),
    Term("significand", "the digits of a float; a float32 has 24 bits of them", "mantissa", "06"),
    Term(
        "rounded to nearest",
        (
            "said of every result: the nearest float is taken (IEEE 754), and of two equally near the one whose "
            "last bit is 0"
        ),
        "round half to even",
        "06",
    ),
    Term(
        "cancellation",
        "the digits that are lost when two nearly equal rounded numbers are subtracted",
        "catastrophic cancellation, loss of significance",
        "06",
    ),
    Term("eager execution", "Python runs each operation as it comes, without `tf.function`", "define by run", "08"),
    Term(
        "graph",
        "a `tf.function`'s stored computation graph, which runs without Python",
        "graph execution, static graph",
        "08",
    ),
    Term("tracing", "running Python once with symbolic tensors, to make a graph of it", "", "08"),
    Term("retracing", "tracing again, for instance for a new Python argument", "recompilation (JAX)", "08"),
    Term(
        "side effects",
        (
            "what Python does besides computing tensors, such as `print`; inside a `tf.function`, only while it "
            "is traced"
        ),
        "",
        "08",
    ),
    Term("XLA", "TensorFlow's compiler: `jit_compile=True` makes machine code of a graph", "JIT compilation", "08"),
    Term(
        "gradient clipping",
        "shortening a gradient that is too long, keeping its direction",
        "clip by (global) norm",
        "09",
    ),
    Term(
        "double-where trick",
        (
            "choosing a harmless input before, and the right output after, so that the branch not taken cannot "
            "make the gradient NaN"
        ),
        "",
        "09",
    ),
    Term(
        "straight-through estimator",
        "a rounding or a threshold whose gradient is taken as if it were not there",
        "STE",
        "09",
    ),
    Term("gradient reversal layer", "a layer that passes its gradient back with the opposite sign", "", "09"),
    Term("loss surface", "the graph of the loss over the parameters", "loss landscape", "10"),
    Term(
        "stationary point",
        "a point where the gradient is zero: a minimum, a maximum, or a saddle point",
        "critical point",
        "10",
    ),
    Term(
        "saddle point", "a stationary point from which the loss rises in one direction and falls in another", "", "10"
    ),
    Term(
        "condition number",
        "the ratio of the largest and the smallest curvature; where it is large, the problem is ill-conditioned",
        "",
        "10",
    ),
    Term(
        "momentum coefficient",
        "the part of the velocity that is kept from step to step",
        "β, `momentum=0.9` in Keras",
        "10",
    ),
    Term("mini-batch", "a few examples of the data; their gradient stands for that of all", "batch", "10"),
    Term("epoch", "once through all of the data, mini-batch by mini-batch", "", "08"),
    Term("learning-rate schedule", "a rule that changes the learning rate from step to step", "decay", "10"),
    Term("broadcasting", "repeating an array along an axis to fit another: a column minus a row is a matrix", "", "11"),
    Term("training set", "the examples that a model learns from", "", "11"),
    Term("test set", "the examples that were put aside to judge it", "hold-out set", "11"),
    Term("overfitted", "said of a model that does well on its training set only", "", "11"),
    Term("logits", "a classifier's raw outputs, before softmax", "", "11"),
    Term("softmax", "turns logits into probabilities", "", "11"),
    Term(
        "topological order",
        "an order in which every operation comes after those it needs; a tape is always in such an order",
        "",
        "12",
    ),
)
"""All terms; those of one lesson in the order in which it introduces them."""
