"""The exercise `taylor_sine`: the first terms of the sine's Taylor series."""

import math

from widgets.teaching import OwnExercise, OwnMisconception


def partial_sum(x, terms, sign=-1, first=1):
    """Return a sum of powers of x over factorials, every second of which is left out."""
    powers = range(first, first + 2 * terms, 2)
    return sum(sign**place * x**power / math.factorial(power) for place, power in enumerate(powers))


EXERCISE = OwnExercise(
    question="""
Write `taylor_sine(x, terms)`: the sum of the first `terms` terms of the series

$$\\sin x = x - \\frac{x^3}{3!} + \\frac{x^5}{5!} - \\dots$$
""",
    stub="""
def taylor_sine(x, terms):
    return ...
""",
    solution="""
import math

def taylor_sine(x, terms):
    return sum((-1)**n * x**(2*n + 1) / math.factorial(2*n + 1) for n in range(terms))
""",
    inputs=lambda rng: [(round(float(rng.uniform(0.5, 2.5)), 2), terms) for terms in (1, 2, 4)],
    due=partial_sum,
    misconceptions=(
        OwnMisconception(
            code="SIGNS_NOT_ALTERNATING",
            sentence="the size of each term is right, but the signs alternate: plus, minus, plus.",
            sample="""
import math

def taylor_sine(x, terms):
    return sum(x**(2*n + 1) / math.factorial(2*n + 1) for n in range(terms))
""",
            formula=lambda x, terms: partial_sum(x, terms, sign=1),
        ),
        OwnMisconception(
            code="SERIES_OF_COSINE",
            sentence="this is the series of the cosine, which has the even powers.",
            sample="""
import math

def taylor_sine(x, terms):
    return sum((-1)**n * x**(2*n) / math.factorial(2*n) for n in range(terms))
""",
            formula=lambda x, terms: partial_sum(x, terms, first=0),
        ),
        OwnMisconception(
            code="WHOLE_SINE",
            sentence="this is the sine itself. The exercise asks for its first terms alone.",
            sample="""
def taylor_sine(x, terms):
    return tf.sin(x)
""",
            formula=lambda x, terms: math.sin(x),
        ),
    ),
    hints=(
        "The n-th term has the power 2n + 1, counted from n = 0.",
        "Its sign is (-1)**n, and it is divided by the factorial of 2n + 1.",
        "return sum((-1)**n * x**(2*n + 1) / math.factorial(2*n + 1) for n in range(terms))",
    ),
    right="each term makes the sum follow the sine a little further.",
    points=2,
)
