import pytest

from widgets.exercises import predictions


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Give each test a learner who has not answered anything yet."""
    monkeypatch.setenv("TAPEDECK_HOME", str(tmp_path / "home"))
    predictions.forget_session()
    return tmp_path / "home"
