"""What is known about licences by their SPDX id."""

from collections.abc import Mapping

from projects.snapshots.layout.spec import Licence
from projects.snapshots.layout.tally import NOT_STATED

__all__ = ["hub_licences", "licence_name", "licence_url"]

# Identifiers that the Hugging Face Hub knows and that are the SPDX id in lower case.
# https://huggingface.co/docs/hub/repositories-licenses
_SAME_ON_HUB = frozenset(
    (
        *("afl-3.0", "apache-2.0", "artistic-2.0", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "bsl-1.0"),
        *("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0"),
        *(
            "cc-by-nc-nd-3.0",
            "cc-by-nc-nd-4.0",
            "cc-by-nc-sa-2.0",
            "cc-by-nc-sa-3.0",
            "cc-by-nc-sa-4.0",
            "cc-by-nd-4.0",
        ),
        *("cc-by-sa-3.0", "cc-by-sa-4.0", "cc0-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0"),
        *("ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "isc", "lppl-1.3c", "mit", "mpl-2.0", "ms-pl"),
        *("ncsa", "ofl-1.1", "osl-3.0", "postgresql", "unlicense", "wtfpl", "zlib"),
    )
)
# Those where it has another name.
_OTHER_ON_HUB: Mapping[str, str] = {
    "agpl-3.0-only": "agpl-3.0",
    "agpl-3.0-or-later": "agpl-3.0",
    "c-uda-1.0": "c-uda",
    "gpl-2.0-only": "gpl-2.0",
    "gpl-2.0-or-later": "gpl-2.0",
    "gpl-3.0-only": "gpl-3.0",
    "gpl-3.0-or-later": "gpl-3.0",
    "lgpl-2.1-only": "lgpl-2.1",
    "lgpl-2.1-or-later": "lgpl-2.1",
    "lgpl-3.0-only": "lgpl-3.0",
    "lgpl-3.0-or-later": "lgpl-3.0",
    "lgpllr": "lgpl-lr",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
}


def hub_licences(ids: list[str]) -> list[str]:
    """The Hub's identifiers for these licences, sorted; `other` for one it doesn't know, `unknown` for none."""
    found = set()
    for spdx in ids:
        lowered = spdx.lower()
        if spdx == NOT_STATED:
            found.add("unknown")
        elif lowered in _SAME_ON_HUB:
            found.add(lowered)
        else:
            found.add(_OTHER_ON_HUB.get(lowered, "other"))
    return sorted(found)


def licence_url(spdx: str, known: Mapping[str, Licence]) -> str:
    """Where the licence can be read; empty where nobody said."""
    if spdx in known and known[spdx].url:
        return known[spdx].url
    if spdx == NOT_STATED or spdx.startswith("LicenseRef-") or " " in spdx:
        return ""
    return f"https://spdx.org/licenses/{spdx}.html"


def licence_name(spdx: str, known: Mapping[str, Licence]) -> str:
    return (known[spdx].name if spdx in known else "") or spdx
