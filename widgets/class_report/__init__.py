"""What a class got wrong: from the verdicts on all of its notebooks to sheets, and one page for the teacher.

class_command       the arguments of `tapedeck grade` that are about a class, and the report that grading calls
roster              the list of a class as a teacher has it: read, or refused before grading begins
progress_files      what learners have handed in beside their notebooks: tries, hints, minutes
item_statistics     each exercise: right, wrong, which misconceptions, how well it tells learners apart
example_answers     an answer with each misconception, with nothing in it that names its learner
mark_changes        who gained or lost points since the verdicts that are kept in the history
class_sheets        the sheets: grades, exercises, items, changes; gradebooks: those for Canvas, Moodle and the roster
class_facts         a class as its page shows it: what most learners share; course_faults: what to mend in the course
class_page          the page

model has the facts that they hand on. Grading knows nothing of all this: it calls what `class_command` gives it.
"""
