"""The keys of each screen, in the one table that binds them and that the help shows."""

import re

from tests.live import ROOT


def test_no_key_means_two_things_on_one_screen() -> None:
    table = (ROOT / "static/js/keys.js").read_text()
    screens = re.findall(r"^const ([A-Z]+) = \[\n(.*?)^\]", table, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in screens} >= {"REVIEW"}
    for name, rows in screens:
        keys = re.findall(r'key: "([^"]+)"', rows)
        assert len(keys) > 4, name
        assert sorted(keys) == sorted(set(keys)), name
