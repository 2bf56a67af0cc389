"""What was handed in: which files there are and whose, and what is in each, read without trusting a byte of it."""
