"""Reads of the workspace: a person's projects, and how far a project has come."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, IntegerField, Min, Sum
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from projects.workspace.models import Membership, Project, Role, User

# From decided to not yet begun: how states are listed, and with which colour each is drawn.
STATES = (
    ("approved", "Approved", 2),
    ("rejected", "Rejected", 4),
    ("reviewed", "To confirm", 1),
    ("disputed", "Disputed", 3),
    ("labeled", "To review", 5),
    ("ready", "To label", 6),
    ("imported", "Imported", 1),
    ("hidden", "Hidden check", 1),
    ("quarantined", "Quarantined", 3),
    ("withdrawn", "Withdrawn", 4),
)
# Nothing more is asked of samples in these.
DECIDED = ("approved", "rejected")
LABELED = ("labeled", "disputed", "reviewed", *DECIDED)
ASIDE = ("quarantined", "hidden", "withdrawn")
PACE_DAYS = 7


@dataclass(slots=True)
class Segment:
    """A piece of the progress bar, in its units of 0 to 1000."""

    state: str
    word: str
    series: int
    count: int
    start: float
    width: float


@dataclass(slots=True)
class Progress:
    """How many of a project's samples are in which state."""

    by_state: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The samples that are to be labelled, now or already."""
        return sum(count for state, count in self.by_state.items() if state not in ASIDE)

    @property
    def labeled(self) -> int:
        return sum(self.by_state.get(state, 0) for state in LABELED)

    @property
    def decided(self) -> int:
        return sum(self.by_state.get(state, 0) for state in DECIDED)

    @property
    def waiting(self) -> int:
        """What reviewers have to look at."""
        return self.by_state.get("labeled", 0) + self.by_state.get("disputed", 0)

    @property
    def segments(self) -> list[Segment]:
        """The states that occur, as pieces of a bar; without those set aside."""
        present = [entry for entry in STATES if self.by_state.get(entry[0]) and entry[0] not in ASIDE]
        found, start = [], 0.0
        for state, word, series in present:
            width = 1000 * self.by_state[state] / self.total
            found.append(Segment(state, word, series, self.by_state[state], round(start, 1), round(width, 1)))
            start += width
        return found

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Every state that occurs: its name, its word and how many."""
        return [(state, word, self.by_state[state]) for state, word, _ in STATES if self.by_state.get(state)]


def progress_of(project: Project) -> Progress:
    """One query over an index, whatever the project's size."""
    counts = project.samples.order_by().values_list("state").annotate(count=Count("pk"))
    return Progress(dict(counts))


@dataclass(slots=True)
class Place:
    """A project as one of its members sees it in their list."""

    membership: Membership
    progress: Progress

    @property
    def project(self) -> Project:
        return self.membership.project

    @property
    def decides(self) -> bool:
        return self.membership.role != Role.ANNOTATOR


def places_of(user: User) -> list[Place]:
    """The person's projects by name, with their progress: two queries."""
    mine = Membership.objects.filter(user=user).select_related("project").defer("project__guidelines")
    memberships = list(mine.order_by("project__name", "project_id"))
    deciding = [membership.project_id for membership in memberships if membership.role != Role.ANNOTATOR]
    found = {membership.project_id: Progress() for membership in memberships}
    rows = Project.objects.filter(pk__in=deciding, samples__isnull=False).order_by()
    for project_id, state, count in rows.values_list("pk", "samples__state").annotate(count=Count("samples")):
        found[project_id].by_state[state] = count
    return [Place(membership, found[membership.project_id]) for membership in memberships]


@dataclass(slots=True)
class Saved:
    """What adaptive overlap has spared so far, against as many people for every sample as it allows at most."""

    samples: int
    given: int
    most: int

    @property
    def all(self) -> int:
        return self.samples * self.most

    @property
    def annotations(self) -> int:
        return self.all - self.given

    @property
    def share(self) -> float:
        return self.annotations / self.all


def saved(project: Project) -> Saved | None:
    """Over the samples that have all their answers; None with fixed overlap and before the first of them."""
    rule = project.rules.overlap
    if rule is None:
        return None
    done = project.samples.filter(state__in=LABELED, answered__gte=rule.min)
    found = done.aggregate(samples=Count("pk"), given=Sum(Least("answered", rule.max)))
    return Saved(found["samples"], found["given"], rule.max) if found["samples"] else None


@dataclass(slots=True)
class Forecast:
    """When the labelling ends, if people go on as they did lately."""

    remaining: int
    per_day: float
    finished: date


def forecast(project: Project) -> Forecast | None:
    """From the annotations of the last days; None when nothing is left or nobody labelled lately."""
    wanted = Greatest(project.overlap - F("answered"), F("open_slots"), output_field=IntegerField())
    left = project.samples.filter(state="ready").aggregate(left=Sum(wanted))["left"] or 0
    now = timezone.now()
    lately = project.annotations.filter(current=True, origin="labeled", created_at__gte=now - timedelta(days=PACE_DAYS))
    pace = lately.aggregate(count=Count("pk"), first=Min("created_at"))
    if left <= 0 or not pace["count"]:
        return None
    # A project that began yesterday is measured by what it has: at least one day.
    days = max(1.0, (now - pace["first"]).total_seconds() / 86400)
    per_day = pace["count"] / days
    ahead = left / per_day
    return Forecast(left, per_day, (now + timedelta(days=min(ahead, 3650))).date()) if ahead <= 3650 else None


def next_steps(project: Project) -> list[dict[str, Any]]:
    """What a new project still needs, for its owner."""
    members = project.memberships.count()
    invited = project.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()).exists()
    return [
        {"name": "interface", "word": "Look at the questions", "text": "What is shown, what is asked.", "done": False},
        {
            "name": "imports",
            "word": "Import samples",
            "text": "JSON Lines, CSV, Parquet or a ZIP with pictures, sounds or videos.",
            "done": project.sample_count > 0,
        },
        {
            "name": "settings",
            "word": "Write the guidelines",
            "text": "What people read before and while they label.",
            "done": bool(project.guidelines.strip()),
        },
        {
            "name": "members",
            "word": "Invite people",
            "text": "Send each of them a link.",
            "done": members > 1 or invited,
        },
    ]
