"""The coefficients that a question's agreement can be measured with. A new one is a file, and a line here."""

from typing import Final

from projects.measures.coefficients.ac1 import AC1
from projects.measures.coefficients.ac2 import AC2, AC2_QUADRATIC
from projects.measures.coefficients.alpha_interval import ALPHA_INTERVAL
from projects.measures.coefficients.alpha_jaccard import ALPHA_JACCARD
from projects.measures.coefficients.alpha_masi import ALPHA_MASI
from projects.measures.coefficients.alpha_nominal import ALPHA_NOMINAL
from projects.measures.coefficients.alpha_ordinal import ALPHA_ORDINAL
from projects.measures.coefficients.alpha_ratio import ALPHA_RATIO
from projects.measures.coefficients.base import Coefficient
from projects.measures.coefficients.edit_similarity import EDIT_SIMILARITY
from projects.measures.coefficients.percent import PERCENT
from projects.measures.coefficients.segment_f1 import SEGMENT_F1
from projects.measures.coefficients.span_alpha import SPAN_ALPHA
from projects.measures.coefficients.span_f1 import SPAN_F1

COEFFICIENTS: Final[tuple[Coefficient, ...]] = (
    ALPHA_NOMINAL,
    ALPHA_ORDINAL,
    ALPHA_INTERVAL,
    ALPHA_RATIO,
    ALPHA_MASI,
    ALPHA_JACCARD,
    AC1,
    AC2,
    AC2_QUADRATIC,
    PERCENT,
    EDIT_SIMILARITY,
    SEGMENT_F1,
    SPAN_ALPHA,
    SPAN_F1,
)

_BY_SLUG: Final = {member.slug: member for member in COEFFICIENTS}


def coefficient(slug: str) -> Coefficient:
    """The member with this slug; raises LookupError naming those that exist."""
    try:
        return _BY_SLUG[slug]
    except KeyError:
        raise LookupError(f"no coefficient {slug!r}; there are {', '.join(_BY_SLUG)}") from None
