"""Answers to the exercises of lesson 11: right ones written differently, and wrong ones with the reason due to each."""

import numpy as np
import tensorflow as tf

NAMES = ("mse", "one_step", "my_fit", "accuracy")

entropy = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def recorded(model, x, labels):
    """The loss of a model, and its gradients."""
    with tf.GradientTape() as tape:
        loss = entropy(labels, model(x))
    return loss, tape.gradient(loss, model.trainable_variables)


def stepped(model, optimizer, x, labels, change=lambda gradient: gradient):
    loss, gradients = recorded(model, x, labels)
    optimizer.apply_gradients(zip(map(change, gradients), model.trainable_variables, strict=True))
    return loss


def stepped_by_apply(model, optimizer, x, labels):
    variables = model.trainable_variables
    with tf.GradientTape() as tape:
        chances = tf.nn.log_softmax(model(x))
        loss = -tf.reduce_mean(tf.reduce_sum(tf.one_hot(labels, 3) * chances, axis=1))
    optimizer.apply(tape.gradient(loss, variables), variables)
    return loss.numpy()


def stepped_by_keras(model, optimizer, x, labels):
    model.compile(optimizer=optimizer, loss=entropy, jit_compile=False)
    return model.train_on_batch(x, labels)


def stepped_in_a_graph(model, optimizer, x, labels):
    optimizer.build(model.trainable_variables)
    return float(tf.function(lambda: stepped(model, optimizer, x, labels))())


def stepped_by_minimize(model, optimizer, x, labels):
    return optimizer.minimize(lambda: entropy(labels, model(x)), model.trainable_variables)


def stepped_outside(model, optimizer, x, labels):
    loss = entropy(labels, model(x))
    with tf.GradientTape() as tape:
        pass
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
    return loss


def stepped_without_pairs(model, optimizer, x, labels):
    loss, gradients = recorded(model, x, labels)
    optimizer.apply_gradients(gradients)
    return loss


def stepped_in_part(part):
    def step(model, optimizer, x, labels):
        loss, gradients = recorded(model, x, labels)
        optimizer.apply_gradients(list(zip(gradients, model.trainable_variables, strict=True))[part])
        return loss

    return step


def stepped_by_hand(model, optimizer, x, labels):
    loss, gradients = recorded(model, x, labels)
    for variable, gradient in zip(model.trainable_variables, gradients, strict=True):
        variable.assign_sub(0.1 * gradient)
    return loss


def stepped_far(model, optimizer, x, labels):
    before = model.get_weights()
    loss = stepped(model, optimizer, x, labels)
    model.set_weights([2 * new - old for new, old in zip(model.get_weights(), before, strict=True)])
    return loss


def stepped_and_measured(model, optimizer, x, labels):
    stepped(model, optimizer, x, labels)
    return entropy(labels, model(x))


def batched(x, labels, size):
    return [(x[at : at + size], labels[at : at + size]) for at in range(0, len(x), size)]


def fitted(model, optimizer, x, labels, epochs, size, batches=batched, mean=np.mean):
    losses = []
    for _ in range(epochs):
        losses.append(mean([float(stepped(model, optimizer, *batch)) for batch in batches(x, labels, size)]))
    return losses


def fitted_by_dataset(model, optimizer, x, labels, epochs, size):
    rows, losses = tf.data.Dataset.from_tensor_slices((x, labels)).batch(size), []
    for _ in range(epochs):
        mean = tf.keras.metrics.Mean()
        for some, right in rows:
            mean.update_state(stepped(model, optimizer, some, right), sample_weight=len(some))
        losses.append(mean.result())
    return tuple(losses)


def fitted_by_keras(model, optimizer, x, labels, epochs, size):
    model.compile(optimizer=optimizer, loss=entropy, jit_compile=False)
    return model.fit(x, labels, batch_size=size, epochs=epochs, shuffle=False, verbose=0).history["loss"]


def fitted_into_an_array(model, optimizer, x, labels, epochs, size):
    losses = np.zeros(epochs)
    for at in range(epochs * len(x) // size):
        rows = np.arange(at * size, (at + 1) * size) % len(x)
        losses[at * size // len(x)] += stepped(model, optimizer, x[rows], labels[rows]) * size / len(x)
    return losses


def fitted_not_at_all(model, optimizer, x, labels, epochs, size):
    return [entropy(labels, model(x)) for _ in range(epochs)]


def fitted_outside(model, optimizer, x, labels, epochs, size):
    return [stepped_outside(model, optimizer, x, labels) for _ in range(epochs)]


def each_loss(model, optimizer, x, labels, epochs, size):
    return [stepped(model, optimizer, *batch) for _ in range(epochs) for batch in batched(x, labels, size)]


def hits(model, x, labels):
    return np.argmax(model(x), axis=1) == labels


def shared_by_keras(model, x, labels):
    metric = tf.keras.metrics.SparseCategoricalAccuracy()
    return metric(labels, model(x))


def shared_by_counting(model, x, labels):
    right = 0
    for row, label in zip(x, labels, strict=True):
        said = model(row[None])[0].numpy().tolist()
        right += said.index(max(said)) == label
    return right / len(x)


RIGHT = {
    "mse": [
        lambda model, x, y: tf.reduce_mean((model(x)[:, 0] - y) ** 2),
        lambda model, x, y: float(np.mean((model(x).numpy().ravel() - y) ** 2)),
        lambda model, x, y: tf.keras.losses.MeanSquaredError()(y[:, None], model(x)),
        lambda model, x, y: sum((model(x[i : i + 1]).numpy().item() - y[i]) ** 2 for i in range(len(y))) / len(y),
    ],
    "one_step": [stepped, stepped_by_apply, stepped_by_keras, stepped_in_a_graph],
    "my_fit": [fitted, fitted_by_dataset, fitted_by_keras, fitted_into_an_array],
    "accuracy": [
        lambda model, x, labels: np.mean(hits(model, x, labels)),
        shared_by_keras,
        shared_by_counting,
        lambda model, x, labels: tf.reduce_mean(tf.cast(tf.argmax(model(x), axis=1) == labels, tf.float32)),
    ],
}

WRONG = {
    "mse": [
        ("BROADCAST", lambda model, x, y: tf.reduce_mean((model(x) - y) ** 2)),
        ("SUM_NOT_MEAN", lambda model, x, y: tf.reduce_sum((model(x)[:, 0] - y) ** 2)),
        ("SIGNED_ERROR", lambda model, x, y: tf.reduce_mean(model(x)[:, 0] - y)),
        ("ROOT_TAKEN", lambda model, x, y: tf.sqrt(tf.reduce_mean((model(x)[:, 0] - y) ** 2))),
        ("NOT_SQUARED", lambda model, x, y: tf.reduce_mean(abs(model(x)[:, 0] - y))),
        ("ROW_BY_ROW", lambda model, x, y: (model(x)[:, 0] - y) ** 2),
        ("ROW_BY_ROW", lambda model, x, y: (model(x) - y) ** 2),
        ("FACTOR", lambda model, x, y: tf.reduce_mean((model(x)[:, 0] - y) ** 2) / 2),
        ("NONE", lambda model, x, y: None),
        ("ERROR", lambda x, y: x - y),
    ],
    "one_step": [
        ("LOSS_NOT_RETURNED", lambda *given: [stepped(*given), None][1]),
        ("NO_MINIMIZE", stepped_by_minimize),
        ("OUTSIDE_TAPE", stepped_outside),
        ("NOT_PAIRS", stepped_without_pairs),
        ("NOT_MOVED", lambda model, optimizer, x, labels: recorded(model, x, labels)[0]),
        ("UPHILL", lambda *given: stepped(*given, change=lambda gradient: -gradient)),
        ("TWO_STEPS_IN_ONE", stepped_far),
        ("PART_OF_THE_MODEL", stepped_in_part(slice(0, 1))),
        ("PART_OF_THE_MODEL", stepped_in_part(slice(1, 2))),
        ("OPTIMIZER_IGNORED", stepped_by_hand),
        ("LOSS_AFTERWARDS", stepped_and_measured),
        ("ERROR", lambda model, x, labels: entropy(labels, model(x))),
    ],
    "my_fit": [
        ("LOSS_PER_BATCH", each_loss),
        ("ONE_EPOCH", lambda model, optimizer, x, labels, epochs, size: fitted(model, optimizer, x, labels, 1, size)),
        ("OUTSIDE_TAPE", fitted_outside),
        ("LAST_BATCH_ONLY", lambda *given: fitted(*given, mean=lambda losses: losses[-1])),
        ("LOSSES_SUMMED", lambda *given: fitted(*given, mean=np.sum)),
        ("FULL_BATCH", lambda *given: fitted(*given, batches=lambda x, labels, size: [(x, labels)])),
        (
            "SAME_BATCH",
            lambda *given: fitted(
                *given, batches=lambda x, labels, size: batched(x, labels, size)[:1] * (len(x) // size)
            ),
        ),
        (
            "FIRST_BATCH_ONLY",
            lambda *given: fitted(*given, batches=lambda x, labels, size: batched(x, labels, size)[:1]),
        ),
        ("NOT_MOVED", fitted_not_at_all),
        ("NO_RETURN", lambda *given: [fitted(*given), None][1]),
        ("ERROR", lambda model, x, labels: []),
    ],
    "accuracy": [
        ("COUNT_NOT_SHARE", lambda model, x, labels: np.sum(hits(model, x, labels))),
        ("PER_CENT", lambda model, x, labels: 100 * np.mean(hits(model, x, labels))),
        ("ERRORS_COUNTED", lambda model, x, labels: np.mean(~hits(model, x, labels))),
        ("LEAST_LIKELY", lambda model, x, labels: np.mean(np.argmin(model(x), axis=1) == labels)),
        ("NOT_A_NUMBER", hits),
        ("NONE", lambda model, x, labels: None),
    ],
}
