"""How alike people divided the same time into segments (see ``segments.matched_f1``)."""

from projects.measures import reasons
from projects.measures.coefficients.similarity import similarity
from projects.measures.segments import parts_of, segment_distances
from projects.measures.values import Value
from projects.measures.within import SEGMENTS


def _are_segments(value: Value) -> bool:
    try:
        return isinstance(value, str) and parts_of(value) is not None
    except ValueError:
        return False


SEGMENT_F1 = similarity(
    slug="segment-f1",
    title="Matched segments (F1)",
    accepts=_are_segments,
    reason=reasons.NO_SEGMENTS,
    within=SEGMENTS,
    distances=segment_distances,
)
