"""How alike any two people answer: over all answers that both gave to the same unit, free texts left out."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final, NamedTuple

from django.db.models import Count

from projects.labeling.models import Annotation
from projects.quality.raters import Likenesses, is_text
from projects.workspace.models import Project

# The cells grow with the square of the people: of more people those are compared who annotated most.
MOST_PEOPLE: Final = 100


def compared(project: Project) -> list[int]:
    """Ids of the people that the matrix is about, those who annotated most, at most ``MOST_PEOPLE``."""
    current = Annotation.objects.filter(project=project, current=True).order_by()
    counts = current.values_list("annotator_id").annotate(count=Count("pk")).order_by("-count", "annotator_id")
    return sorted(person for person, _ in counts[:MOST_PEOPLE])


class Cell(NamedTuple):
    """Two people, ``one`` < ``other``; ``alike`` is the mean over ``answers`` of both to the same ``samples``."""

    one: int
    other: int
    alike: float
    answers: int
    samples: int


class Matrix:
    """Sums for every two of the people."""

    def __init__(self, people: list[int], likenesses: Mapping[str, Likenesses]) -> None:
        self.people = frozenset(people)
        self.likenesses = {name: each for name, each in likenesses.items() if not is_text(each.series)}
        self.alike: defaultdict[tuple[int, int], float] = defaultdict(float)
        self.answers: Counter[tuple[int, int]] = Counter()
        self.samples: Counter[tuple[int, int]] = Counter()

    def add(self, units: Mapping[tuple[str, str], Mapping[int, Any]]) -> None:
        """One sample: its units, each person → value."""
        met: set[tuple[int, int]] = set()
        for (name, _), values in units.items():
            likenesses = self.likenesses.get(name)
            if likenesses is None or len(values) < 2:
                continue
            given = sorted((person, value) for person, value in values.items() if person in self.people)
            for (one, left), (other, right) in combinations(given, 2):
                pair = (one, other)
                self.alike[pair] += likenesses.of(left, right)
                self.answers[pair] += 1
                met.add(pair)
        self.samples.update(met)

    def cells(self) -> Iterator[Cell]:
        """Those of people who share something, in the order of their ids."""
        for pair in sorted(self.answers):
            answers = self.answers[pair]
            yield Cell(*pair, self.alike[pair] / answers, answers, self.samples[pair])
