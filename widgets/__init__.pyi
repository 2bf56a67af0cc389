# The public names, one line each: type checkers and editors read them here, and so does `__init__.py`, which looks each
# up when it is first used (as in https://scientific-python.org/specs/spec-0001/).
from .common.errors import FunctionError as FunctionError
from .course.lesson_copies import lesson_data as lesson_data
from .deck.widget import TapeDeck as TapeDeck
from .derivatives.widget import DerivativeExplorer as DerivativeExplorer
from .descent import descend as descend
from .descent import first_difference as first_difference
from .descent.sweeps import sweep as sweep
from .descent.widget import DescentExplorer as DescentExplorer
from .diagnosis.text import explain as explain
from .exercises.checks import check as check
from .exercises.checks import hint as hint
from .exercises.ordering_widget import order_lines as order_lines
from .exercises.predict_widget import predict as predict
from .exercises.progress import progress as progress
from .race.widget import ExecutionRace as ExecutionRace
from .rounding import precision as precision
from .rounding.widget import PrecisionMicroscope as PrecisionMicroscope
from .tape.failures import RecordingError as RecordingError
from .tape.model import Recording as Recording
from .tape.recorder import record as record

def load_ipython_extension(shell: object) -> None: ...
def unload_ipython_extension(shell: object) -> None: ...
