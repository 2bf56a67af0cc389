"""Grading: from submitted notebooks to fair verdicts. nbval runs outside the sandbox, the learners' code inside.

A submission's way through the modules:

command             the arguments of `tapedeck grade`, and what is refused
session             one run, from paths to the exit status; Ctrl-C
collection          which files were submitted, and by whom
notebook_reader     what is in a file, of which no byte is trusted; untrusted: names and texts made safe to show
lesson_reference    the lesson's solution and its exercises
batch               each file once, several at a time, here or on a Dask cluster (dask_cluster); other_files: versions
ledger              the verdicts that are known already
marking             one submission: what is settled without running, what runs together, what runs again alone
submitted_answers   the answers, merged into the solution's notebook; answer_cells finds them, advisories reads them
written_answers     the answers that are text: never run, and marked by the teacher (widgets.written)
exercise_outcomes   the notebook run, its reports turned into outcomes
pytest_process      pytest in a process of its own; in there pytest_main, pytest_plugin, kernel_client, kernel_output
judging             in there, too: asks the kernel what the answer does, and alone knows what is right
sandbox             the kernel, and all that it cannot do
output_files        JUnit, and a feedback_page for each learner; console: what the terminal shows

model has the facts that they hand on, verdict_kinds a record for each verdict (advisory_kinds: for each remark), and
cleanup leaves nothing behind.
"""
