"""Which licences allow which purpose."""

import pytest

from projects.snapshots.purposes import allows

OWN = {"LicenseRef-shut": "none", "LicenseRef-lab": "research", "LicenseRef-paid": "commercial"}
BOTH, RESEARCH, NONE = {"research", "commercial"}, {"research"}, set[str]()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("CC0-1.0", BOTH),
        ("CC-BY-4.0", BOTH),
        ("CC-BY-3.0-IGO", BOTH),
        ("CC-BY-SA-4.0", BOTH),
        ("CC-BY-NC-4.0", RESEARCH),
        ("CC-BY-NC-SA-3.0-DE", RESEARCH),
        ("CC-BY-ND-4.0", NONE),
        ("CC-BY-NC-ND-3.0-IGO", NONE),
        ("ODbL-1.0", BOTH),
        ("CDLA-Permissive-2.0", BOTH),
        ("OGL-UK-3.0", BOTH),
        ("NCGL-UK-2.0", RESEARCH),
        ("PolyForm-Noncommercial-1.0.0", RESEARCH),
        ("BSD-3-Clause", BOTH),
        ("BSD-3-Clause-No-Nuclear-License", RESEARCH),
        ("GFDL-1.3-no-invariants-or-later", BOTH),
        ("GFDL-1.3-invariants-or-later", RESEARCH),
        ("BUSL-1.1", RESEARCH),
        ("GPL-3.0-or-later", BOTH),
        ("LicenseRef-shut", NONE),
        ("LicenseRef-lab", RESEARCH),
        ("LicenseRef-paid", BOTH),
        ("LicenseRef-nobody-said", RESEARCH),
        ("CC-BY-NC-4.0 OR CC-BY-4.0", BOTH),
        ("CC-BY-NC-4.0 AND CC-BY-4.0", RESEARCH),
        ("CC-BY-ND-4.0 OR LicenseRef-paid", BOTH),
        ("CC-BY-4.0 AND LicenseRef-shut", NONE),
        ("(CC-BY-4.0 OR CC-BY-ND-4.0) AND (CC-BY-NC-4.0 OR LicenseRef-lab)", RESEARCH),
        ("GPL-2.0-only WITH Classpath-exception-2.0", BOTH),
        ("Apache-2.0 WITH LicenseRef-shut", NONE),
        ("not a licence at all", RESEARCH),
    ],
)
def test_a_licence_allows_what_its_text_says(expression: str, expected: set[str]) -> None:
    assert {purpose for purpose in BOTH if allows(expression, purpose, OWN)} == expected
    assert allows(expression, "", OWN), "without a purpose nothing is judged"
