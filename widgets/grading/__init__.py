"""Grading: from submitted notebooks to fair verdicts. nbval runs outside the sandbox, the learners' code inside."""
