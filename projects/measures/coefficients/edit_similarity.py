"""How alike the texts are that people wrote, for texts and corrections: 1 - edits / length of the longer."""

from projects.measures import reasons
from projects.measures.coefficients.similarity import similarity
from projects.measures.values import Value
from projects.measures.within import TEXTS, edit_distances


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


EDIT_SIMILARITY = similarity(
    slug="edit-similarity",
    title="Edit similarity",
    accepts=_is_text,
    reason=reasons.NO_TEXTS,
    within=TEXTS,
    distances=edit_distances,
)
