"""Question types: what can be asked. One file each, one line here, two templates in templates/questions/."""

from projects.schema.questions.base import MISSING, Observation, Question, QuestionType, Series
from projects.schema.questions.best_worst import BEST_WORST
from projects.schema.questions.correction import CORRECTION
from projects.schema.questions.label import LABEL
from projects.schema.questions.multilabel import MULTILABEL
from projects.schema.questions.pairwise import PAIRWISE
from projects.schema.questions.ranking import RANKING
from projects.schema.questions.rating import RATING
from projects.schema.questions.rubric import RUBRIC
from projects.schema.questions.segment import SEGMENT
from projects.schema.questions.span import SPAN
from projects.schema.questions.text import TEXT
from projects.schema.questions.verdict import VERDICT

QUESTION_TYPES: tuple[QuestionType, ...] = (
    LABEL,
    MULTILABEL,
    RATING,
    RUBRIC,
    VERDICT,
    TEXT,
    CORRECTION,
    PAIRWISE,
    RANKING,
    BEST_WORST,
    SEGMENT,
    SPAN,
)
# In the contract, and not in this version.
LATER = ("region",)


def question_type(slug: str) -> QuestionType | None:
    """The member of that slug."""
    return next((member for member in QUESTION_TYPES if member.slug == slug), None)


__all__ = ["LATER", "MISSING", "QUESTION_TYPES", "Observation", "Question", "QuestionType", "Series", "question_type"]
