"""Written answers: questions whose answers are text, which a teacher marks in a sheet and no program ever marks.

model       the facts: a question, an answer, a mark
questions   what a lesson's notebooks ask, and whether a text is an answer at all
sheet       written.csv, made for a spreadsheet, and read as spreadsheets save it
marks       what the teacher has given, kept beside the verdicts and never touched by grading again
"""
