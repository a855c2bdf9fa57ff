"""On a busy machine a computation takes long enough to be followed by a rest; figures are wanted at once here."""

import pytest

from projects.quality import actions


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LEAST_PAUSE", 300.0)
