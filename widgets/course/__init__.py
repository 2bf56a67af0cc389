"""A learner's own copy of the lessons: to get it, to bring it up to date, and to begin a lesson again."""
