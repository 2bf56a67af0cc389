"""Submissions: which files were submitted and by whom, and what is in each, read without trusting a byte of it."""
