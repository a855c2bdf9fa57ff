"""Finding samples."""

import json

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Project

LONGEST_SEARCH = 200  # characters


class FilterError(ValueError):
    """A filter that does not fit; ``name`` says which."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def search(project: Project, state: str = "", text: str = "") -> QuerySet[Sample]:
    """The project's samples in one state, or in all, whose key or content holds the text, letter case aside.

    Raises FilterError. The content is searched as it is stored, as JSON, where quotes and line ends are escaped.
    """
    found = Sample.objects.filter(project=project).order_by("pk")
    if state:
        if state not in SampleState.values:
            raise FilterError("state", f"known are {', '.join(SampleState.values)}")
        found = found.filter(state=state)
    if text:
        if "\x00" in text or len(text) > LONGEST_SEARCH:
            raise FilterError("q", f"expected at most {LONGEST_SEARCH} characters of text")
        found = found.annotate(content=Cast("fields", TextField())).filter(
            Q(key__icontains=text)
            | (Q(content__icontains=text) | Q(content__icontains=json.dumps(text)[1:-1]))
            & ~Q(state=SampleState.WITHDRAWN)
        )
    return found
