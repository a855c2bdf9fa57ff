"""A project taken in once, a few hundred samples at a time, and the rows that it comes to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import numpy as np

from projects.labeling.answer_key import Known
from projects.measures import Agreement as Measured
from projects.measures import Ratings, agreement, ratings_for
from projects.quality.crowd import Crowd
from projects.quality.disputes import Disputes
from projects.quality.gold import Checked
from projects.quality.group import averages
from projects.quality.matrix import Matrix, compared
from projects.quality.models import Agreement, Likeness, Overview, Reliability
from projects.quality.periods import Calendar, marks
from projects.quality.portion import Answers, Portion, Reader
from projects.quality.raters import is_text
from projects.quality.stream import Answered
from projects.quality.suggested import Uses
from projects.quality.timeline import Timeline
from projects.quality.versions import Versions
from projects.schema import Series
from projects.workspace.models import Project

DRAWS: Final = 1000
SEED: Final = 0


class Tally:
    """What it holds grows with people, time in pieces and different patterns, not with samples."""

    def __init__(self, project: Project) -> None:
        self.versions = Versions(project)
        self.series: dict[str, Series] = {series.name: series for series in self.versions.current.series()}
        self.ratings: dict[str, Ratings] = {
            name: ratings_for(series.coefficient, series.values) for name, series in self.series.items()
        }
        calendar = Calendar.of_project(project)
        self.reader = Reader(self.series, calendar)
        self.everything = Crowd(self.reader)
        self.closed = Crowd(self.reader, closed=True)
        self.matrix = Matrix(compared(project), self.reader)
        self.timeline = Timeline(self.series, calendar)
        self.disputes = Disputes(self.versions.current, project.rules.min_agreement)
        self.known = Known(self.versions.current)
        self.uses = Uses(self.versions, {name: each.likenesses for name, each in self.reader.asked.items()})
        self.choices = {each.name: each for each in self.versions.current.questions if each.on_candidates}
        self.samples = 0
        self.annotations = 0
        # Answers given under a version that asked something else, by question.
        self.left_out: Counter[str] = Counter()

    def take(self, samples: Iterable[Answered]) -> None:
        """A few hundred samples. Each person counts once: ``given`` holds current annotations alone."""
        portion = Portion(self.reader)
        for sample in samples:
            self._read(portion, sample)
        for name, answers in portion.answers.items():
            self._rate(self.ratings[name], answers, portion)
        for each in (self.everything, self.closed, self.matrix, self.timeline, self.disputes):
            each.take(portion)

    def _read(self, portion: Portion, sample: Answered) -> None:
        self.samples += 1
        portion.begin(sample)
        known = self.known.of(sample.fields, sample.gold)
        for one in sample.given:
            self.annotations += 1
            self.left_out.update(self.versions.left_out(one.interface_id, one.answers))
            answers = self.versions.comparable(one.interface_id, one.answers)
            asked, right = self.known.compare(known, answers) if known else (0, 0)
            choices = [
                first
                for name, question in self.choices.items()
                if name in answers and (first := question.type.chose_first(question, answers[name])) is not None
            ]
            about = {"asked": asked, "right": right, "chosen": len(choices), "first": sum(choices)}
            portion.add(one, self.versions.current.observed(answers, sample.fields), **about)
        self.uses.add(sample)

    @staticmethod
    def _rate(ratings: Ratings, answers: Answers, portion: Portion) -> None:
        people = portion.reader.people
        for units in answers.units:
            who = portion.people[units.sheet]
            if answers.asked.text:
                for numbers, places in zip(who.tolist(), units.code.tolist(), strict=True):
                    pairs = zip(numbers, places, strict=True)
                    ratings.add_unit({people[number]: answers.texts[place] for number, place in pairs})
            else:
                values, times = answers.asked.values, np.bincount(units.pattern).tolist()
                given = ([values[code] for code in pattern] for pattern in units.patterns.tolist())
                met = [people[number] for number in np.unique(who).tolist()]
                ratings.add_patterns(zip(given, times, strict=True), met)

    @cached_property
    def figures(self) -> dict[int, dict[str, Any]]:
        """Everybody's, for those who decide."""
        return self.everything.figures()

    @cached_property
    def own_figures(self) -> dict[int, dict[str, Any]]:
        """Everybody's over closed samples, for their own eyes."""
        return self.closed.figures()

    def agreement(self, project: Project, at: datetime) -> Iterator[Agreement]:
        """A row for each series, those without answers too: they say so."""
        for position, (name, series) in enumerate(self.series.items()):
            ratings = self.ratings[name]
            measured: Measured = agreement(ratings, series.coefficient, draws=DRAWS, seed=SEED)
            extras = dict(measured.extras)
            if self.left_out[series.question]:
                extras["other_versions"] = self.left_out[series.question]
            counts = [] if is_text(series) else [[value, count] for value, count in ratings.distribution().items()]
            yield Agreement(
                project=project,
                series=name,
                question=series.question,
                title=series.title,
                coefficient=measured.coefficient,
                value=measured.value,
                reason=measured.reason or "",
                low=measured.low,
                high=measured.high,
                units=measured.units,
                raters=measured.raters,
                answers=measured.answers,
                single_units=measured.single_units,
                extras=extras,
                distribution=counts,
                position=position,
                computed_at=at,
            )

    def check(self, checked: Mapping[int, Checked]) -> None:
        """Takes in what people answered to hidden checks; before any figure is asked for.

        Nobody's own page counts them: a count that rises with the last answer would tell which sample was a check.
        """
        for person, found in checked.items():
            self.everything.check(person, right=found.right, asked=found.asked)

    def reliability(self, project: Project, at: datetime) -> Iterator[Reliability]:
        """A row for each person who annotated."""
        for person, figures in self.figures.items():
            right, asked = self.everything.checks_of(person)
            yield Reliability(
                project=project,
                annotator_id=person,
                annotations=figures["annotations"],
                median_ms=figures["speed"]["value"],
                agreement=figures["agreement"]["value"],
                pairs=figures["agreement"]["of"],
                severity=figures["severity"]["value"],
                shared=figures["severity"]["of"],
                series={name: each.as_dict() for name, each in self.everything.standings_of(person).items()},
                gold_right=right,
                gold_asked=asked,
                figures=figures,
                closed=self.own_figures.get(person, {}),
                computed_at=at,
            )

    def likenesses(self, project: Project) -> Iterator[Likeness]:
        """A row for every two people of the matrix who share something."""
        for one, other, alike, answers, samples in self.matrix.cells():
            yield Likeness(project=project, one_id=one, other_id=other, alike=alike, answers=answers, samples=samples)

    def overview(self, project: Project, at: datetime) -> Overview:
        return Overview(
            project=project,
            figures=averages(self.figures, self.everything.distribution()),
            closed=averages(self.own_figures, self.closed.distribution()),
            step=self.timeline.calendar.step,
            timeline=list(self.timeline.rows()),
            marks=marks(project),
            disputes=self.disputes.as_dict(),
            compared=self.matrix.people,
            computed_at=at,
        )
