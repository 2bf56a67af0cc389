"""Answers to the exercises of lesson 07: right ones written differently, and wrong ones with the reason due to each."""

import numpy as np
import tensorflow as tf

NAMES = ("gradients", "minimize", "make_step", "until")


def gradients(f, variables):
    with tf.GradientTape() as tape:
        y = f()
    return tape.gradient(y, variables)


def gradients_by_a_persistent_tape(f, variables):
    with tf.GradientTape(persistent=True) as tape:
        y = f()
    return [tape.gradient(y, variable) for variable in variables]


def gradients_watching_only_these(f, variables):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        for variable in variables:
            tape.watch(variable)
        y = f()
    return tuple(tape.gradient(y, variables))


def gradients_one_tape_each(f, variables):
    return np.array([gradients(f, [variable])[0].numpy() for variable in variables])


def gradients_of_a_number(f, variables):
    y = f()
    with tf.GradientTape() as tape:
        pass
    return tape.gradient(y, variables)


def gradients_of_the_function(f, variables):
    with tf.GradientTape() as tape:
        f()
    return tape.gradient(f, variables)


def gradients_asked_twice(f, variables):
    with tf.GradientTape() as tape:
        y = f()
    return [tape.gradient(y, variable) for variable in variables]


def gradients_handing_over(f, variables):
    with tf.GradientTape() as tape:
        y = f(*variables)
    return tape.gradient(y, variables)


def minimize(optimizer, f, variables, pairs=zip):
    optimizer.apply_gradients(pairs(gradients(f, variables), variables))


def minimize_with_apply(optimizer, f, variables):
    if not optimizer.built:
        optimizer.build(variables)
    optimizer.apply(gradients(f, variables))
    return "done"


def minimize_pair_by_pair(optimizer, f, variables):
    with tf.GradientTape() as tape:
        y = f()
    slopes = tape.gradient(y, variables)
    optimizer.apply_gradients([(slopes[i], variables[i]) for i in range(len(variables))])
    return y


def minimize_by_minimize(optimizer, f, variables):
    optimizer.minimize(f, variables)


def minimize_the_value(optimizer, f, variables):
    optimizer.apply_gradients(zip(gradients_of_a_number(f, variables), variables, strict=True))


def minimize_by_hand(optimizer, f, variables):
    for gradient, variable in zip(gradients(f, variables), variables, strict=True):
        variable.assign_sub(0.01 * gradient)


def minimize_twice(optimizer, f, variables):
    for _ in range(2):
        minimize(optimizer, f, variables)


def minimize_uphill(optimizer, f, variables):
    optimizer.apply_gradients([(-g, v) for g, v in zip(gradients(f, variables), variables, strict=True)])


def make_step(optimizer, f, variables):
    @tf.function
    def step():
        minimize(optimizer, f, variables)

    return step


def make_step_from_a_lambda(optimizer, f, variables):
    return tf.function(lambda: minimize(optimizer, f, variables))


def make_step_compiled(optimizer, f, variables):
    optimizer.build(variables)

    @tf.function(jit_compile=True)
    def step():
        minimize(optimizer, f, variables)
        return variables

    return step


def make_step_eager(optimizer, f, variables):
    def step():
        minimize(optimizer, f, variables)

    return step


def make_step_called(optimizer, f, variables):
    return make_step(optimizer, f, variables)()


def make_step_at_once(optimizer, f, variables):
    minimize(optimizer, f, variables)
    return tf.function(lambda: variables[0] + 0.0)


def make_step_of_nothing(optimizer, f, variables):
    return tf.function(lambda: None)


def make_step_blind(optimizer, f, variables):
    return tf.function(lambda: minimize_the_value(optimizer, f, variables))


def counted(optimizer, f, variables, is_over):
    steps = 0
    while not is_over([g.numpy() for g in gradients(f, variables)], f()):
        minimize(optimizer, f, variables)
        steps += 1
    return steps


def until(optimizer, f, variables, small):
    return counted(optimizer, f, variables, lambda slopes, y: max(abs(g) for g in slopes) < small)


def until_in_one_loop(optimizer, f, variables, small):
    steps = 0
    while True:
        slopes = gradients(f, variables)
        if all(bool(tf.abs(g) < small) for g in slopes):
            return steps
        optimizer.apply_gradients(zip(slopes, variables, strict=True))
        steps += 1


def until_by_recursion(optimizer, f, variables, small):
    if np.abs(np.stack(gradients(f, variables))).max() < small:
        return tf.constant(0)
    minimize(optimizer, f, variables)
    return 1 + until_by_recursion(optimizer, f, variables, small)


def until_with_the_first_slopes(optimizer, f, variables, small):
    slopes, steps = gradients(f, variables), 0
    while max(abs(g.numpy()) for g in slopes) >= small:
        minimize(optimizer, f, variables)
        steps += 1
    return steps


RIGHT = {
    "gradients": [
        gradients,
        gradients_by_a_persistent_tape,
        gradients_watching_only_these,
        gradients_one_tape_each,
    ],
    "minimize": [minimize, minimize_with_apply, minimize_pair_by_pair],
    "make_step": [make_step, make_step_from_a_lambda, make_step_compiled],
    "until": [until, until_in_one_loop, until_by_recursion],
}

WRONG = {
    "gradients": [
        ("F_TAKES_NOTHING", gradients_handing_over),
        ("FUNCTION_NOT_VALUE", gradients_of_the_function),
        ("TAPE_ALREADY_USED", gradients_asked_twice),
        ("OUTSIDE_TAPE", gradients_of_a_number),
        ("NONE", lambda f, variables: None),
        ("SWAPPED", lambda f, variables: gradients(f, variables)[::-1]),
        ("HOW_MANY", lambda f, variables: gradients(f, variables)[:1]),
        ("SIGN", lambda f, variables: [-g if i == 0 else g for i, g in enumerate(gradients(f, variables))]),
        ("FACTOR", lambda f, variables: [g / 2 for g in gradients(f, variables)]),
        ("NOT_A_NUMBER", lambda f, variables: [f, f]),
        ("ERROR", lambda f, variables: variables[2]),
    ],
    "minimize": [
        ("NO_MINIMIZE", minimize_by_minimize),
        ("F_TAKES_NOTHING", lambda optimizer, f, variables: f(*variables)),
        ("OUTSIDE_TAPE", minimize_the_value),
        ("NOT_PAIRS", lambda optimizer, f, variables: optimizer.apply_gradients(gradients(f, variables))),
        ("NOT_PAIRS", lambda *given: minimize(*given, pairs=lambda gradients, x: zip(x, gradients, strict=True))),
        ("NOT_MOVED", lambda optimizer, f, variables: gradients(f, variables)),
        ("ONE_VARIABLE", lambda optimizer, f, variables: minimize(optimizer, f, variables[:1])),
        ("OPTIMIZER_IGNORED", minimize_by_hand),
        ("STEPS_IN_A_CALL", minimize_twice),
        ("UPHILL", minimize_uphill),
        ("DIFFERENT", lambda optimizer, f, variables: [v.assign_add(1.0 / v) for v in variables]),
        ("ERROR", lambda optimizer, f, variables: variables[2]),
    ],
    "make_step": [
        ("STEP_NOT_RETURNED", make_step_called),
        ("STEP_WANTS_ARGUMENTS", lambda *given: tf.function(minimize)),
        ("GRADIENT_NONE", make_step_blind),
        ("NOT_A_GRAPH", make_step_eager),
        ("ONE_STEP", make_step_at_once),
        ("NOT_MOVED", make_step_of_nothing),
        ("NOT_A_NUMBER", lambda *given: "step"),
        ("ERROR", lambda optimizer: None),
    ],
    "until": [
        ("NEVER_STOPS", until_with_the_first_slopes),
        ("F_TAKES_NOTHING", lambda optimizer, f, variables, small: f(small)),
        ("SIGN_OF_GRADIENT", lambda *given: counted(*given[:3], lambda slopes, y: max(slopes) < given[3])),
        ("ONE_IS_ENOUGH", lambda *given: counted(*given[:3], lambda slopes, y: min(map(abs, slopes)) < given[3])),
        ("VALUE_NOT_SLOPE", lambda *given: counted(*given[:3], lambda slopes, y: y < given[3])),
        ("ONE_TOO_MANY", lambda *given: until(*given) + 1),
        ("ONE_TOO_FEW", lambda *given: until(*given) - 1),
        ("SAME_FOR_ALL", lambda *given: 4),
        ("NONE", lambda *given: None),
        ("ERROR", lambda optimizer: None),
    ],
}
