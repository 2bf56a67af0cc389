"""The exercise `coefficient`: a Taylor coefficient of any function, by nested tapes."""

import math

import numpy as np

from widgets.teaching import Given, OwnExercise, OwnMisconception


def functions(rng):
    """Return exponential functions, each with the rate that its formulas need, and the order that is asked for."""
    rates = [round(float(rate), 1) for rate in rng.uniform(0.5, 1.9, size=3)]
    return [(Given(f"lambda x: tf.exp({rate} * x)", rate), k) for k, rate in enumerate(rates)]


EXERCISE = OwnExercise(
    question="Write `coefficient(function, k)`: the function's k-th derivative at 0, divided by k!.",
    stub="""
def coefficient(function, k):
    return ...
""",
    solution="""
import math

def coefficient(function, k):
    x = tf.Variable(0.0)
    def derivative(order):
        if order == 0:
            return function(x)
        with tf.GradientTape() as tape:
            lower = derivative(order - 1)
        return tape.gradient(lower, x)
    return derivative(k) / math.factorial(k)
""",
    inputs=functions,
    due=lambda rate, k: rate**k / math.factorial(k),
    misconceptions=(
        OwnMisconception(
            code="FACTORIAL_LEFT_OUT",
            sentence="this is the k-th derivative. Divide it by the factorial of k.",
            sample="""
def coefficient(function, k):
    x = tf.Variable(0.0)
    def derivative(order):
        if order == 0:
            return function(x)
        with tf.GradientTape() as tape:
            lower = derivative(order - 1)
        return tape.gradient(lower, x)
    return derivative(k)
""",
            formula=lambda rate, k: np.power(rate, k),
        ),
    ),
    hints=(
        "One tape gives one derivative. For the next, the first has to be computed inside another tape.",
        "Write a function of the order that calls itself, with a tape around the call.",
        "return derivative(k) / math.factorial(k)",
    ),
    right="derivatives of any order come from tapes around tapes.",
)
