"""Feedback: a page for each submission, and sheets and reports for the teacher."""
