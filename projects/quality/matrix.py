"""How alike any two people answer: over all answers that both gave to the same unit, free texts left out."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from django.db.models import Count

from projects.labeling.models import Annotation
from projects.quality.portion import Portion, Reader
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

    def __init__(self, people: list[int], reader: Reader) -> None:
        self.people = sorted(people)
        self.reader = reader
        self._places = {pk: place for place, pk in enumerate(self.people)}
        cells = len(self.people) ** 2
        self.alike, self.answers, self.samples = np.zeros(cells), np.zeros(cells, np.int64), np.zeros(cells, np.int64)

    def take(self, portion: Portion) -> None:
        """The samples of one portion."""
        size, cells = len(self.people), self.alike.size
        numbers = np.array([self._places.get(pk, -1) for pk in self.reader.people], dtype=np.int64)
        place, sample = numbers[portion.people], portion.sheets("sample")
        met = [np.empty(0, dtype=np.int64)]
        for answers in portion.answers.values():
            for units, likes in zip(answers.units, answers.likes, strict=True):
                if likes is None:
                    continue
                left, right = np.triu_indices(units.sheet.shape[1], 1)
                sheets = units.sheet[:, left].ravel()
                one, other = place[sheets], place[units.sheet[:, right]].ravel()
                there = (one >= 0) & (other >= 0)
                cell = (np.minimum(one, other) * size + np.maximum(one, other))[there]
                self.alike += np.bincount(cell, likes[units.pattern].ravel()[there], minlength=cells)
                self.answers += np.bincount(cell, minlength=cells)
                met.append(np.unique(sample[sheets][there] * cells + cell))
        self.samples += np.bincount(np.unique(np.concatenate(met)) % max(1, cells), minlength=cells)

    def cells(self) -> Iterator[Cell]:
        """Those of people who share something, in the order of their ids."""
        for cell in np.flatnonzero(self.answers).tolist():
            one, other = divmod(cell, len(self.people))
            answers = int(self.answers[cell])
            alike = float(self.alike[cell]) / answers
            yield Cell(self.people[one], self.people[other], alike, answers, int(self.samples[cell]))
