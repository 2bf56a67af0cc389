"""Answers to the exercises of lesson 10: right ones written differently, and wrong ones with the reason due to each."""

import numpy as np
import tensorflow as tf

NAMES = ("best_rate", "roll", "epoch", "cool")


def slope(function, x):
    with tf.GradientTape() as tape:
        y = function(x)
    return tape.gradient(y, x)


def estimated(function, x):
    """The gradient by central differences, without a tape."""
    sides = [[float(function(x + side)) for side in (h, -h)] for h in np.eye(2) * 1e-5]
    return np.array([(right - left) / 2e-5 for right, left in sides])


def solved(low, high):
    """Where the larger of the two factors is least, by trying."""
    rates = np.linspace(1 / high, 2 / high, 200_001)
    return rates[np.argmin(np.maximum(abs(1 - rates * low), abs(1 - rates * high)))]


def halved(low, high):
    """Where the two factors are equally large, by halving."""
    left, right = 0.0, 2 / high
    for _ in range(60):
        middle = (left + right) / 2
        left, right = (middle, right) if 1 - middle * low > middle * high - 1 else (left, middle)
    return left


def rolled(function, start, rate, keep, iterations):
    x, velocity = tf.Variable(start), tf.Variable([0.0, 0.0])
    for _ in range(iterations):
        velocity.assign(keep * velocity - rate * slope(function, x))
        x.assign_add(velocity)
    return x


def rolled_with_keras(function, start, rate, keep, iterations):
    optimizer, x = tf.keras.optimizers.SGD(rate, momentum=keep), tf.Variable(start)
    for _ in range(iterations):
        optimizer.apply_gradients([(slope(function, x), x)])
    return x.numpy()


def rolled_scaling_late(function, start, rate, keep, iterations):
    """The other way of writing it: the velocity is without the rate."""
    x, velocity = tf.Variable(start), 0.0
    for _ in range(iterations):
        velocity = keep * velocity + slope(function, x)
        x.assign_sub(rate * velocity)
    return list(x.numpy())


def rolled_without_a_tape(function, start, rate, keep, iterations):
    before = x = np.array(start)
    for _ in range(iterations):
        before, x = x, x + keep * (x - before) - rate * estimated(function, x)
    return x


def rolled_losing_the_variable(function, start, rate, keep, iterations):
    x, velocity = tf.Variable(start), 0.0
    for _ in range(iterations):
        velocity = keep * velocity - rate * slope(function, x)
        x = x + velocity
    return x


def rolled_unwatched(function, start, rate, keep, iterations):
    x, velocity = tf.constant(start), 0.0
    for _ in range(iterations):
        velocity = keep * velocity - rate * slope(function, x)
        x = x + velocity
    return x


def rolled_forgetting(function, start, rate, keep, iterations):
    x = tf.Variable(start)
    for _ in range(iterations):
        velocity = 0.0
        velocity = keep * velocity - rate * slope(function, x)
        x.assign_add(velocity)
    return x


def rolled_ahead(function, start, rate, keep, iterations):
    optimizer, x = tf.keras.optimizers.SGD(rate, momentum=keep, nesterov=True), tf.Variable(start)
    for _ in range(iterations):
        optimizer.apply_gradients([(slope(function, x), x)])
    return x


def rolled_with_the_first_gradient(function, start, rate, keep, iterations):
    x, velocity = tf.Variable(start), 0.0
    gradient = slope(function, x)
    for _ in range(iterations):
        velocity = keep * velocity - rate * gradient
        x.assign_add(velocity)
    return x


def rolled_giving_the_velocity(function, start, rate, keep, iterations):
    x, velocity = tf.Variable(start), 0.0
    for _ in range(iterations):
        velocity = keep * velocity - rate * slope(function, x)
        x.assign_add(velocity)
    return velocity


def loss(w, x, y):
    return tf.reduce_mean((w[0] * x + w[1] - y) ** 2)


def stepped(w, batches, rate, of=loss):
    for x, y in batches:
        with tf.GradientTape() as tape:
            value = of(w, x, y)
        w.assign_sub(rate * tape.gradient(value, w))
    return w


def batched(xs, ys, size):
    return [(xs[at : at + size], ys[at : at + size]) for at in range(0, len(xs), size)]


def passed(w, xs, ys, size, rate):
    return stepped(w, batched(xs, ys, size), rate)


def passed_by_dataset(w, xs, ys, size, rate):
    return stepped(w, tf.data.Dataset.from_tensor_slices((xs, ys)).batch(size), rate).numpy()


def passed_by_keras(w, xs, ys, size, rate):
    optimizer = tf.keras.optimizers.SGD(rate)
    rows = np.arange(len(xs))
    while rows.size:
        now, rows = rows[:size], rows[size:]
        with tf.GradientTape() as tape:
            value = tf.keras.losses.MeanSquaredError()(ys[now], w[0] * xs[now] + w[1])
        optimizer.apply_gradients([(tape.gradient(value, w), w)])
    return w


def passed_on_paper(w, xs, ys, size, rate):
    w = w.numpy().astype(float)
    for x, y in batched(xs, ys, size):
        off = w[0] * x + w[1] - y
        w -= rate * 2 * np.array([(off * x).mean(), off.mean()])
    return w


def passed_summing(w, xs, ys, size, rate):
    return stepped(w, batched(xs, ys, size), rate, of=lambda w, x, y: tf.reduce_sum((w[0] * x + w[1] - y) ** 2))


def passed_in_vain(w, xs, ys, size, rate):
    for x, y in batched(xs, ys, size):
        with tf.GradientTape() as tape:
            value = loss(w, x, y)
        w - rate * tape.gradient(value, w)
    return w


def passed_from_the_start(w, xs, ys, size, rate):
    gradients = []
    for x, y in batched(xs, ys, size):
        with tf.GradientTape() as tape:
            value = loss(w, x, y)
        gradients.append(tape.gradient(value, w))
    return w - rate * sum(gradients)


def passed_outside(w, xs, ys, size, rate):
    for x, y in batched(xs, ys, size):
        value = loss(w, x, y)
        with tf.GradientTape() as tape:
            pass
        w.assign_sub(rate * tape.gradient(value, w))
    return w


def cooled(function, start, schedule, iterations):
    x = tf.Variable(start)
    for step in range(iterations):
        x.assign_sub(schedule(step) * slope(function, x))
    return x


def cooled_with_keras(function, start, schedule, iterations):
    optimizer, x = tf.keras.optimizers.SGD(1.0), tf.Variable(start)
    for step in range(iterations):
        optimizer.learning_rate = schedule(step)
        optimizer.apply_gradients([(slope(function, x), x)])
    return x.numpy()


def cooled_watching_a_tensor(function, start, schedule, iterations):
    x, step = tf.constant(start), 0
    while step < iterations:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        x, step = x - schedule(step) * tape.gradient(y, x), step + 1
    return x


def cooled_without_a_tape(function, start, schedule, iterations):
    x = np.array(start)
    for step in range(iterations):
        x = x - schedule(step) * estimated(function, x)
    return list(x)


def cooled_by(rates):
    """Descent whose rate at a step is `rates(schedule, step, iterations)`."""

    def walk(function, start, schedule, iterations):
        return cooled(function, start, lambda step: rates(schedule, step, iterations), iterations)

    return walk


def cooled_losing_the_variable(function, start, schedule, iterations):
    x = tf.Variable(start)
    for step in range(iterations):
        x = x - schedule(step) * slope(function, x)
    return x


def cooled_unwatched(function, start, schedule, iterations):
    x = tf.constant(start)
    for step in range(iterations):
        x = x - schedule(step) * slope(function, x)
    return x


RIGHT = {
    "best_rate": [
        lambda low, high: 2 / (low + high),
        solved,
        halved,
        lambda low, high: tf.constant(1 / (low + high)) * 2,
    ],
    "roll": [rolled, rolled_with_keras, rolled_scaling_late, rolled_without_a_tape],
    "epoch": [passed, passed_by_dataset, passed_by_keras, passed_on_paper],
    "cool": [cooled, cooled_with_keras, cooled_watching_a_tensor, cooled_without_a_tape],
}

WRONG = {
    "best_rate": [
        ("LANDS_ACROSS", lambda low, high: 1 / high),
        ("AT_THE_LIMIT", lambda low, high: 2 / high),
        ("LANDS_ALONG", lambda low, high: 1 / low),
        ("HALF_OF_IT", lambda low, high: 1 / (low + high)),
        ("RATES_AVERAGED", lambda low, high: (1 / low + 1 / high) / 2),
        ("RATES_AVERAGED", lambda low, high: (low * high) ** -0.5),
        ("CURVATURE_NOT_RATE", lambda low, high: (low + high) / 2),
        ("SIGN", lambda low, high: -2 / (low + high)),
        ("FACTOR", lambda low, high: 4 / (low + high)),
        ("DIFFERENT", lambda low, high: 2 / (high - low)),
        ("SAME_FOR_ALL", lambda low, high: 2 / 2.02),
        ("NONE", lambda low, high: None),
        ("NOT_A_FUNCTION", 0.99),
    ],
    "roll": [
        ("REASSIGNED_VARIABLE", rolled_losing_the_variable),
        ("CONSTANT_NOT_WATCHED", rolled_unwatched),
        ("MOMENTUM_FORGOTTEN", rolled_forgetting),
        ("UPHILL", lambda function, start, rate, keep, n: rolled(function, start, -rate, keep, n)),
        ("ALL_IS_KEPT", lambda function, start, rate, keep, n: rolled(function, start, rate, 1.0, n)),
        ("GRADIENT_DAMPED", lambda function, start, rate, keep, n: rolled(function, start, rate * (1 - keep), keep, n)),
        ("LOOKS_AHEAD", rolled_ahead),
        ("SAME_GRADIENT", rolled_with_the_first_gradient),
        ("NOT_MOVED", lambda function, start, rate, keep, n: tf.Variable(start)),
        ("ONE_STEP", lambda function, start, rate, keep, n: rolled(function, start, rate, keep, 1)),
        ("ONE_TOO_MANY", lambda *given: rolled(*given[:4], given[4] + 1)),
        ("ONE_TOO_FEW", lambda *given: rolled(*given[:4], given[4] - 1)),
        ("STEP_NOT_PLACE", rolled_giving_the_velocity),
        ("HOW_MANY", lambda function, *given: function(rolled(function, *given))),
        ("NO_RETURN", lambda *given: [rolled(*given), None][1]),
        ("ERROR", lambda function, start: start),
    ],
    "epoch": [
        ("OUTSIDE_TAPE", passed_outside),
        ("FULL_BATCH", lambda w, xs, ys, size, rate: stepped(w, [(xs, ys)], rate)),
        ("ONE_STEP", lambda w, xs, ys, size, rate: stepped(w, batched(xs, ys, size)[:1], rate)),
        ("SAME_BATCH", lambda w, xs, ys, size, rate: stepped(w, batched(xs, ys, size)[:1] * -(-len(xs) // size), rate)),
        ("REST_DROPPED", lambda w, xs, ys, size, rate: stepped(w, batched(xs, ys, size)[: len(xs) // size], rate)),
        ("SUM_NOT_MEAN", passed_summing),
        ("SAME_GRADIENT", passed_from_the_start),
        ("UPHILL", lambda w, xs, ys, size, rate: passed(w, xs, ys, size, -rate)),
        ("RATE_FORGOTTEN", lambda w, xs, ys, size, rate: passed(w, xs, ys, size, 1.0)),
        ("NOT_MOVED", passed_in_vain),
        ("HOW_MANY", lambda w, xs, ys, size, rate: loss(passed(w, xs, ys, size, rate), xs, ys)),
        ("DIFFERENT", lambda w, xs, ys, size, rate: passed(w, xs[::-1], ys[::-1], size, rate)),
        ("ERROR", lambda w, xs, ys: w),
    ],
    "cool": [
        ("REASSIGNED_VARIABLE", cooled_losing_the_variable),
        ("CONSTANT_NOT_WATCHED", cooled_unwatched),
        ("RATE_FROZEN", cooled_by(lambda schedule, step, n: schedule(0))),
        ("COUNTS_FROM_ONE", cooled_by(lambda schedule, step, n: schedule(step + 1))),
        ("LAST_RATE", cooled_by(lambda schedule, step, n: schedule(n))),
        ("SCHEDULE_BACKWARD", cooled_by(lambda schedule, step, n: schedule(n - 1 - step))),
        ("UPHILL", cooled_by(lambda schedule, step, n: -schedule(step))),
        ("RATE_FORGOTTEN", cooled_by(lambda schedule, step, n: 1.0)),
        ("NOT_MOVED", lambda function, start, schedule, n: tf.Variable(start)),
        ("ONE_STEP", lambda function, start, schedule, n: cooled(function, start, schedule, 1)),
        ("ONE_TOO_MANY", lambda *given: cooled(*given[:3], given[3] + 1)),
        ("ONE_TOO_FEW", lambda *given: cooled(*given[:3], given[3] - 1)),
        ("ERROR", lambda function, start, schedule, n: walked_with_a_function(schedule)),
    ],
}


def walked_with_a_function(rate):
    """What happens to those who take the schedule for a number."""
    return rate * tf.constant([1.0, 1.0])
