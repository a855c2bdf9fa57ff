"""Time in pieces: days, weeks or months, whichever keeps a project's length to some dozens; and what changed when."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import Max, Min

from projects.labeling.models import Annotation
from projects.workspace.models import AuditEntry, Interface, Project

DAY: Final = "day"
WEEK: Final = "week"
MONTH: Final = "month"
MOST_DAYS: Final = 31
MOST_WEEKS: Final = 40
MOST_MARKS: Final = 50


@dataclass(frozen=True, slots=True)
class Calendar:
    """How long one piece is. Days are those of UTC, weeks begin on Monday."""

    step: str

    @classmethod
    def of_project(cls, project: Project) -> "Calendar":
        """By the time between the first current annotation and the last."""
        current = Annotation.objects.filter(project=project, current=True)
        ends = current.aggregate(first=Min("created_at"), last=Max("created_at"))
        if ends["first"] is None:
            return cls(DAY)
        days = (_day(ends["last"]) - _day(ends["first"])).days + 1
        return cls(DAY if days <= MOST_DAYS else WEEK if days <= 7 * MOST_WEEKS else MONTH)

    def start(self, at: datetime) -> date:
        """The first day of the piece that a moment lies in."""
        day = _day(at)
        if self.step == DAY:
            return day
        return day - timedelta(days=day.weekday()) if self.step == WEEK else day.replace(day=1)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def marks(project: Project) -> list[dict[str, str]]:
    """When what people saw changed, oldest first: newer versions of the interface, and the guidelines."""
    newer = Interface.objects.filter(project=project, version__gt=1).order_by("version")
    found = [(at, f"Interface version {version}") for at, version in newer.values_list("created_at", "version")]
    entries = AuditEntry.objects.filter(chain__project=project, action="project.changed").order_by("seq")
    for at, data in entries.filter(data__contains="guidelines_sha256").values_list("at", "data"):
        if "guidelines_sha256" in json.loads(data):
            found.append((at, "Guidelines changed"))
    return [{"at": at.isoformat(), "what": what} for at, what in sorted(found)[-MOST_MARKS:]]
