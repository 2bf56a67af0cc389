"""Grading: from learners' notebooks to fair marks. nbval runs outside, what learners wrote runs inside a sandbox."""
