"""Exercises: predict, answer, be told at once whether that is right and if not, why not; ask for a hint."""
