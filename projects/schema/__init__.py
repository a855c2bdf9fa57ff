"""What can be asked: field types, question types, the interface. Pure Python: no Django, no request."""

from projects.schema.compare import Change, compare, same_meaning
from projects.schema.fields import FIELD_TYPES, Field, FieldType, field_type
from projects.schema.gallery import GALLERY, Template
from projects.schema.interface import Interface
from projects.schema.problems import Problem, SchemaError
from projects.schema.questions import (
    MISSING,
    QUESTION_TYPES,
    Observation,
    Question,
    QuestionType,
    Series,
    question_type,
)

__all__ = [
    "FIELD_TYPES",
    "GALLERY",
    "MISSING",
    "QUESTION_TYPES",
    "Change",
    "Field",
    "FieldType",
    "Interface",
    "Observation",
    "Problem",
    "Question",
    "QuestionType",
    "SchemaError",
    "Series",
    "Template",
    "compare",
    "field_type",
    "question_type",
    "same_meaning",
]
