"""What descents are tried on: points about a line, two blobs with their classes, and two well-known functions."""

import numpy as np

rng = np.random.default_rng(1)
INPUTS = np.sort(rng.uniform(0, 4, 50)).astype(np.float32)
TARGETS = (1.2 * INPUTS + 1 + rng.normal(0, 0.6, 50)).astype(np.float32)
BLOBS = np.concatenate([rng.normal(-1, 0.8, (30, 2)), rng.normal(1, 0.8, (30, 2))]).astype(np.float32)
CLASSES = np.repeat(np.float32([0, 1]), 30)
CORNERS = np.float32([-3, -3]), np.float32([4, 5])


def rosenbrock(x):
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11.0) ** 2 + (x[0] + x[1] ** 2 - 7.0) ** 2
