"""How many samples are where, counted no further than anybody reads: pages that say so take as long in a project of a
hundred thousand samples as in one of a few thousand."""

from typing import Any, Final, Self

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from projects.review.queries import REPLIES, WAITING, next_step_of, queue
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.workspace.models import Project, User

MOST: Final = 1_000
_SHOWN: Final = (*WAITING, SampleState.APPROVED.value, SampleState.REJECTED.value, SampleState.READY.value)


class UpTo(int):
    """A number that was counted up to ``MOST``; ``more`` there are, and it says so: “1000+”."""

    more: bool

    def __new__(cls, number: int, *, more: bool = False) -> Self:
        made = super().__new__(cls, number)
        made.more = more
        return made

    def __str__(self) -> str:
        return f"{int(self)}+" if self.more else str(int(self))


def up_to(rows: QuerySet[Any]) -> UpTo:
    """Their number. Raises nothing; reads ``MOST`` + 1 of them at most."""
    found = rows.order_by()[: MOST + 1].count()
    return UpTo(min(found, MOST), more=found > MOST)


def counts(project: Project) -> dict[str, UpTo]:
    """How many samples wait, are approved, rejected or to be labelled still, by state; ``REPLIES`` too."""
    samples = Sample.objects.filter(project=project)
    return {
        state: up_to(queue(project, state) if state == REPLIES else samples.filter(state=state)) for state in _SHOWN
    }


def elsewhere(project: Project, user: User) -> UpTo:
    """How many of what waits, of the first ``MOST`` in each place, need another person than this one next."""
    number, more = 0, False
    for state in WAITING:
        first = list(queue(project, state).values_list("pk", flat=True)[:MOST])
        number += len(first) - next_step_of(Sample.objects.filter(pk__in=first), project, user).count()
        more = more or len(first) == MOST
    return UpTo(number, more=more and number > 0)


class Pages(Paginator):  # type: ignore[type-arg]  # it takes none while it runs
    """The first ``MOST``; whoever has decided on these finds the next."""

    @cached_property
    def count(self) -> UpTo:
        assert isinstance(self.object_list, QuerySet)
        return up_to(self.object_list)
