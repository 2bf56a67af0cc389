"""Facts for pages of feedback, honest and hostile. The hostile ones only ever call a function that is not there."""

from widgets.grading.model import ExerciseVerdict, GradedSubmission, Submission
from widgets.grading.verdict_kinds import PASSED, VERDICTS, WRONG

HOSTILE = (
    "<script>ran()</script>",
    "</script><script>ran()</script>",
    "</style><script>ran()</script>",
    "</pre></code></title><img src=x onerror=ran()>",
    '"><svg onload=ran()>',
    "' onmouseover='ran()' autofocus onfocus='ran()",
    "[a](javascript:ran()) ![b](x.png) <iframe srcdoc='<script>parent.ran()</script>'>",
    "<!-- --><math><mtext></p><style><!--</style><img title='--></style><img src=x onerror=ran()>'>",
    "<base href='x/'><link rel=stylesheet href=x.css><meta http-equiv=refresh content='0;url=x.html'>",
    "{{ 7 * 7 }}{% raw %}{{ nb }}",
    "%%html\n<script>ran()</script>",
    "%%javascript\nran()",
    "&lt;script&gt;ran()&lt;/script&gt;",
    "$x$ \\(<script>ran()</script>\\)",
)


def graded_with(lesson, said="", code="", answer=None, advisories=(), **kinds):
    """Return a submission of Ada's in which exercises stand as told, by name, and all others passed."""
    verdicts = tuple(_verdict(one, kinds.get(one.name, PASSED), said, code, advisories) for one in lesson.exercises)
    answers = {one.name: one.stub if answer is None else answer for one in lesson.exercises}
    return GradedSubmission(Submission("Ada", lesson.name, "Ada/x.ipynb", ""), verdicts, answers=answers)


def hostile(lesson, text):
    """Return a submission in which this text stands wherever a learner can put one."""
    verdicts = tuple(_verdict(one, WRONG, text, text, (text,)) for one in lesson.exercises)
    submission = Submission(text, lesson.name, f"{text}/x.ipynb", "")
    answers = {one.name: text for one in lesson.exercises}
    return GradedSubmission(submission, verdicts, problem=text, notes=(text,), answers=answers)


def _verdict(exercise, kind, said, code, advisories):
    points = VERDICTS[kind].points(exercise.points)
    return ExerciseVerdict(exercise.name, kind, points, exercise.points, said, code, advisories)
