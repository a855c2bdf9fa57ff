"""How alike people marked the same text, span by span (see ``segments.matched_f1``)."""

from projects.measures import reasons
from projects.measures.coefficients.similarity import similarity
from projects.measures.spans import span_distances, spans_of
from projects.measures.values import Value
from projects.measures.within import SPANS


def are_spans(value: Value) -> bool:
    try:
        return isinstance(value, str) and spans_of(value) is not None
    except ValueError:
        return False


SPAN_F1 = similarity(
    slug="span-f1",
    title="Matched spans (F1)",
    accepts=are_spans,
    reason=reasons.NO_SPANS,
    within=SPANS,
    distances=span_distances,
)
