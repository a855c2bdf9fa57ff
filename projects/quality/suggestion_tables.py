"""What became of suggestions, read for the quality page, its CSV and the API."""

from collections.abc import Iterable
from typing import Final

from projects.labeling.suggestions import MET
from projects.quality.models import SuggestionUse
from projects.quality.people_tables import ESTIMATE, Table
from projects.workspace.models import Project

FIGURES: Final = ("taken", "agree_shown", "agree_withheld", "moved", "changed")


def uses(project: Project) -> list[SuggestionUse]:
    """A row for each question, source and way in which people met it, in the interface's order."""
    return list(SuggestionUse.objects.filter(project=project).order_by("position"))


def table_of(rows: Iterable[SuggestionUse]) -> Table:
    """Every figure with its interval and the reason why it is undefined."""
    header = (
        *("question", "source", "met", "shown", "withheld"),
        *(f"{name}_{part}" for name in FIGURES for part in ESTIMATE),
    )
    found = [
        (
            *(row.question, row.source, MET[row.how], row.shown, row.withheld),
            *(getattr(row, name)[part] for name in FIGURES for part in ESTIMATE),
        )
        for row in rows
    ]
    return Table("suggestions", "Suggestions", header, found)
