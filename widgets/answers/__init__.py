"""Running a learner's answer at what a judge asks, and telling what it did in plain values.

Nothing here knows what is right. It is the only part of checking that the process under judgement needs:
`widgets.exercises`, which knows what is right, is out of its reach when a grader judges.

plain_values        how questions and replies are written down, and read with suspicion
handed_over         builds what a question hands over: functions, optimizers and data from their descriptions
replies             a question as JSON in, what the answer did as JSON out
uses, loop_uses, model_uses, own_tape_uses    how each kind of exercise puts an answer to use
"""
