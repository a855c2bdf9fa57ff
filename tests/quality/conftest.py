"""On a busy machine a computation takes long enough to be followed by a rest; figures are wanted at once here."""

import pytest

from projects.quality import rest


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "LEAST_PAUSE", 300.0)
