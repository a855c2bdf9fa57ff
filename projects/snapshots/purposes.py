"""What a snapshot is for, and which licences allow that.

A small table of our own over SPDX identifiers: it says what the licences' own texts allow, and is no legal advice.
docs/snapshots.md has the reasons. What is not in the table is unknown: it passes for research only.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from license_expression import ExpressionError, get_spdx_licensing

from projects.snapshots.models import Purpose

__all__ = ["allows"]

# Nothing that adapts the work may be passed on; a snapshot holds corrected texts.
_NO_ADAPTATIONS = re.compile(r"CC-BY(-NC)?-ND-.+")
# Allow commercial use, and adaptations. Families first, then single identifiers.
_COMMERCIAL = re.compile(
    r"CC0-1\.0|CC-PDDC|CC-PDM-1\.0|CC-BY-\d.*|CC-BY-SA-\d.*|CC-SA-1\.0"  # Creative Commons without NC and ND
    r"|PDDL-1\.0|ODC-By-1\.0|ODbL-1\.0|CDLA-(Permissive|Sharing)-.+|C-UDA-1\.0|O-UDA-1\.0"  # made for data
    r"|OGL-(UK|Canada)-.+|NLOD-.+|DL-DE-(BY|ZERO)-2\.0|etalab-2\.0"  # of governments
    r"|GFDL-[\d.]+-no-invariants-.+|LAL-1\.[23]"  # of texts and art
    r"|MIT|MIT-0|0BSD|BSD-[123]-Clause|ISC|Apache-2\.0|Zlib|BSL-1\.0|Unlicense|WTFPL|UPL-1\.0|AFL-3\.0|Artistic-2\.0"
    r"|[AL]?GPL-\d.*-(only|or-later)|MPL-[12]\.\d|EPL-[12]\.0|EUPL-1\.[12]"  # of software, copyleft
)
_OWN = "LicenseRef-"


def allows(expression: str, purpose: str, own: Mapping[str, str]) -> bool:
    """Whether a licence allows a purpose. ``own`` says for the project's ``LicenseRef-…`` the widest purpose: none,
    research or commercial. Without a purpose nothing is judged.

    Of ``A OR B`` one has to allow it, of ``A AND B`` both; an exception (``WITH``) takes nothing away, unless it is a
    ``LicenseRef-…``, which is judged like one.
    """
    return not purpose or _allows(expression, Purpose(purpose), tuple(sorted(own.items())))


@lru_cache(maxsize=4096)
def _allows(expression: str, purpose: Purpose, own: tuple[tuple[str, str], ...]) -> bool:
    licensing = get_spdx_licensing()
    try:
        parsed = licensing.parse(expression)
    except (ExpressionError, AttributeError):  # its own error handling raises AttributeError for some input
        parsed = None
    return purpose == Purpose.RESEARCH if parsed is None else _judge(parsed, purpose, dict(own))


def _judge(node: object, purpose: Purpose, own: Mapping[str, str]) -> bool:
    operator = getattr(node, "operator", "").strip()
    if operator:
        verdicts = [_judge(part, purpose, own) for part in node.args]  # type: ignore[attr-defined]
        return any(verdicts) if operator == "OR" else all(verdicts)
    if hasattr(node, "exception_symbol"):
        exception = node.exception_symbol
        parts = [node.license_symbol, *([exception] if exception.key.startswith(_OWN) else [])]  # type: ignore[attr-defined]
        return all(_judge(part, purpose, own) for part in parts)
    return _single(node.key, purpose, own)  # type: ignore[attr-defined]


def _single(identifier: str, purpose: Purpose, own: Mapping[str, str]) -> bool:
    if identifier in own:
        return own[identifier] in (purpose, Purpose.COMMERCIAL)
    if _NO_ADAPTATIONS.fullmatch(identifier):
        return False
    return purpose == Purpose.RESEARCH or _COMMERCIAL.fullmatch(identifier) is not None
