"""A learner's loss: what is descended on, over which data, and what of it can be read from its own graph.

loss                the loss with its parameters and data, as one function of a flat x
own_loss            the learner's own in an explorer; landscapes: examples to descend on instead
parameters          a number, an array, a structure, Variables; parameter_names: what a learner calls them
batches             which rows of the data each step sees
eager_ways          what TensorFlow does otherwise while it traces, done as it is done eagerly
branches            both sides of a Python `if`; variable_reads: tensors in place of Variables
endless_loops       an end to a Python `while` that has none
fit                 what is predicted for which target; feature_scaling: which arrays are features
definitions         the function's own lines, with all that they use; class_source, keras_code: of classes and of Keras
"""
