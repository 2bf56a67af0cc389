import pytest

SEEDS = ["", "1", "2", "a word", "7" * 40]


@pytest.fixture(params=SEEDS, ids=lambda seed: f"seed={seed[:8]}")
def seed(request, monkeypatch):
    """Run a test once for each of these seeds of the questions."""
    monkeypatch.setenv("TAPEDECK_SEED", request.param)
