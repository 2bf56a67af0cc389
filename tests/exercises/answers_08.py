"""Answers to the exercises of lesson 08: right ones written differently, and wrong ones with the reason due to each."""

import tensorflow as tf

NAMES = ("slope_and_value", "steady", "make_train")

FLOAT = tf.TensorSpec([], tf.float32)


def pair(function, x, order=lambda slope, y: (slope, y), watch=True):
    """The slope and the value at a tensor, as lesson 08 gets them."""
    with tf.GradientTape() as tape:
        if watch:
            tape.watch(x)
        y = function(x)
    return order(tape.gradient(y, x), y)


def slope_and_value(function, **changed):
    @tf.function
    def compiled(x):
        return pair(function, x, **changed)

    return compiled


def slope_and_value_from_a_lambda(function):
    return tf.function(lambda x: list(pair(function, x)))


def slope_and_value_compiled(function):
    return tf.function(lambda x: pair(function, x), jit_compile=True, input_signature=[FLOAT])


def slope_and_value_outside(function):
    """The graph holds the function only; the tape goes round it."""
    graph = tf.function(function)
    return lambda x: pair(graph, x)


def slope_and_value_eager(function):
    return lambda x: pair(function, x)


def slope_and_value_by_numpy(function):
    return slope_and_value(function, order=lambda slope, y: (slope.numpy(), y.numpy()))


def slope_and_value_of_a_variable(function):
    @tf.function
    def compiled(x):
        return pair(function, tf.Variable(x))

    return compiled


def slope(function, x):
    return pair(function, x)[0]


def steady(function):
    return tf.function(lambda x: slope(function, x), input_signature=[FLOAT])


def steady_by_converting(function):
    graph = tf.function(lambda x: slope(function, x))
    return lambda x: graph(tf.constant(x))


def steady_by_a_variable(function):
    place = tf.Variable(0.0)

    @tf.function
    def graph():
        with tf.GradientTape() as tape:
            y = function(place)
        return tape.gradient(y, place)

    def ask(x):
        place.assign(x)
        return graph()

    return ask


def steady_with_one_concrete_function(function):
    graph = tf.function(lambda x: slope(function, x)).get_concrete_function(FLOAT)
    return lambda x: graph(tf.convert_to_tensor(x, tf.float32)).numpy()


def converting_inside(function):
    return tf.function(lambda x: slope(function, tf.convert_to_tensor(x)))


def converting_nowhere(function):
    return tf.function(lambda x: slope(function, x))


def watching_nothing(function):
    return tf.function(lambda x: pair(function, x, watch=False)[0], input_signature=[FLOAT])


def steady_by_numpy(function):
    return tf.function(lambda x: slope(function, x).numpy(), input_signature=[FLOAT])


def steady_of_a_variable(function):
    return tf.function(lambda x: slope(function, tf.Variable(x)), input_signature=[FLOAT])


def loop(function, x, rate, epochs, in_turn=tf.range):
    for _ in in_turn(epochs):
        x.assign_sub(rate * slope(function, x))


def make_train(function, start, rate):
    x = tf.Variable(start)

    @tf.function
    def train(epochs):
        for _ in tf.range(epochs):
            with tf.GradientTape() as tape:
                y = function(x)
            x.assign_sub(rate * tape.gradient(y, x))
        return x

    return train


def make_train_with_keras(function, start, rate):
    x, optimizer = tf.Variable(start), tf.keras.optimizers.SGD(rate)

    @tf.function
    def train(epochs):
        epoch = 0
        while epoch < tf.convert_to_tensor(epochs):
            optimizer.apply_gradients([(slope(function, x), x)])
            epoch += 1
        return x.read_value()

    return train


def make_train_of_tensors(function, start, rate):
    """The place is a tensor inside the graph, and goes into the Variable at the end."""
    place = tf.Variable(start)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def train(epochs):
        x = place.read_value()
        for _ in range(epochs):
            x = x - rate * slope(function, x)
        return place.assign(x)

    return train


def make_train_compiled(function, start, rate):
    x = tf.Variable(start)

    @tf.function(jit_compile=True)
    def step(epochs):
        for _ in tf.range(epochs):
            x.assign_sub(rate * slope(function, x))
        return x + 0.0

    return lambda epochs: float(step(tf.constant(epochs)))


def unrolled(function, start, rate):
    x = tf.Variable(start)

    @tf.function
    def train(epochs):
        for _ in range(epochs):
            x.assign_sub(rate * slope(function, x))
        return x

    return train


def trained_by_python(function, start, rate):
    x = tf.Variable(start)

    def train(epochs):
        for _ in range(epochs):
            x.assign_sub(rate * slope(function, x))
        return x.numpy()

    return train


def begun_again(function, start, rate):
    @tf.function
    def train(epochs):
        x = tf.constant(start)
        for _ in tf.range(epochs):
            x = x - rate * slope(function, x)
        return x

    return train


def one_step(function, start, rate):
    x = tf.Variable(start)

    @tf.function
    def train(epochs):
        x.assign_sub(rate * slope(function, x))
        return x

    return train


def with_a_variable_inside(function, start, rate):
    @tf.function
    def train(epochs):
        x = tf.Variable(start)
        for _ in tf.range(epochs):
            x.assign_sub(rate * slope(function, x))
        return x

    return train


def returning_y(function, start, rate):
    train = make_train(function, start, rate)
    return lambda epochs: function(train(epochs))


def going_nowhere(function, start, rate):
    x = tf.Variable(start)

    @tf.function
    def train(epochs):
        for _ in tf.range(epochs):
            slope(function, x)
        return x

    return train


def ending_in_numpy(function, start, rate):
    x = tf.Variable(start)

    @tf.function
    def train(epochs):
        for _ in tf.range(epochs):
            x.assign_sub(rate * slope(function, x))
        return x.numpy()

    return train


def watching_no_tensor(function, start, rate):
    x = tf.constant(start)

    @tf.function
    def train(epochs):
        return x - rate * pair(function, x, watch=False)[0]

    return train


RIGHT = {
    "slope_and_value": [
        slope_and_value,
        slope_and_value_from_a_lambda,
        slope_and_value_compiled,
        slope_and_value_outside,
    ],
    "steady": [steady, steady_by_converting, steady_by_a_variable, steady_with_one_concrete_function],
    "make_train": [make_train, make_train_with_keras, make_train_of_tensors, make_train_compiled],
}

WRONG = {
    "slope_and_value": [
        ("NUMPY_IN_GRAPH", slope_and_value_by_numpy),
        ("VARIABLE_IN_GRAPH", slope_and_value_of_a_variable),
        ("GRAPH_NOT_RETURNED", lambda function: None),
        ("GRAPH_NOT_RETURNED", lambda function: slope_and_value(function)(tf.constant(1.0))),
        ("CONSTANT_NOT_WATCHED", lambda function: slope_and_value(function, watch=False)),
        ("SWAPPED", lambda function: slope_and_value(function, order=lambda slope, y: (y, slope))),
        ("NOT_A_GRAPH", slope_and_value_eager),
        ("SAME_TARGET", lambda function: slope_and_value(function, order=lambda slope, y: (slope, slope))),
        ("HOW_MANY", lambda function: slope_and_value(function, order=lambda slope, y: slope)),
        ("SIGN", lambda function: slope_and_value(function, order=lambda slope, y: (-slope, y))),
        ("ERROR", lambda: None),
    ],
    "steady": [
        ("NUMPY_IN_GRAPH", steady_by_numpy),
        ("VARIABLE_IN_GRAPH", steady_of_a_variable),
        ("GRAPH_NOT_RETURNED", lambda function: 3.0),
        ("NUMBER_WATCHED", converting_nowhere),
        ("CONSTANT_NOT_WATCHED", watching_nothing),
        ("RETRACED", converting_inside),
        ("NOT_A_GRAPH", lambda function: lambda x: slope(function, tf.constant(x))),
        ("FACTOR", lambda function: steady(lambda x: 2 * function(x))),
        ("ERROR", lambda: None),
    ],
    "make_train": [
        ("NUMPY_IN_GRAPH", ending_in_numpy),
        ("VARIABLE_IN_GRAPH", with_a_variable_inside),
        ("GRAPH_NOT_RETURNED", lambda *given: make_train(*given)(5)),
        ("GRADIENT_NONE", watching_no_tensor),
        ("UNROLLED", unrolled),
        ("NOT_A_GRAPH", trained_by_python),
        ("STARTS_AGAIN", begun_again),
        ("ONE_STEP", one_step),
        ("VALUE_NOT_PLACE", returning_y),
        ("NOT_MOVED", going_nowhere),
        ("DIFFERENT", lambda function, start, rate: make_train(function, start, rate / 2)),
        ("ERROR", lambda: None),
    ],
}
