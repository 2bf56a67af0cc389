"""A lesson's exercises, a learner's answers to them, and the verdict on each."""
