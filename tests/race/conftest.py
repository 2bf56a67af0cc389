import pytest

from widgets.race import benchmark


@pytest.fixture(scope="package", autouse=True)
def short_calls():
    """Let a timed call take a tenth of what it usually may: no test asks how exact a time is, and many run a race."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benchmark, "CALL_SECONDS", benchmark.CALL_SECONDS / 10)
        yield
