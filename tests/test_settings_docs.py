"""An undocumented setting is a failure."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_variable_that_the_settings_read_is_documented() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "annotator/settings.py").read_text()))
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/settings.md").read_text()))
    assert len(read) > 15
    assert read - documented == set()


def test_no_documented_variable_has_gone() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "annotator/settings.py").read_text()))
    first_column = re.findall(r"^\| (`[^|]+`) \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    documented = {name for cell in first_column for name in re.findall(r"`(\w+)`", cell)}
    assert documented - read == set()
