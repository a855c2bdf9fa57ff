"""Whether the rule may rely on what a sample's answers merge to: the policy's ``min_confidence``.

**Confidence** in an answer is its calibrated posterior (``quality.aggregation``), of each objective question whose
answers are chosen from a list. It is computed in the background, about the answers as they were then. A **doubt** says
why the rule approves nothing yet: the posterior is too low, is another answer's, is not known, or not computed yet. A
sample with doubts waits for a reviewer, who reads them; when posteriors have been computed it is judged again
(``reorder.py``), and approved by rule if no doubt is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from projects.quality.aggregation import shape_of
from projects.quality.models import Aggregated, Shape
from projects.quality.stream import Given
from projects.quality.versions import Versions
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.schema import Question
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project

NOT_YET: Final = "not computed yet for these answers"
ANOTHER: Final = "another answer is likelier"
_TOLERANCE: Final = 1e-9
Doubt = dict[str, Any]


class Confidence:
    """What is known of a few samples."""

    def __init__(self, project: Project, versions: Versions, samples: Iterable[int]) -> None:
        self.least, self.versions = project.rules.min_confidence, versions
        self.asked: list[Question] = []
        self._rows: dict[tuple[int, str], Aggregated] = {}
        if not self.least or project.interface is None:
            return
        self.since = project.interface.created_at
        questions = versions.current.questions
        self.asked = [each for each in questions if shape_of(each) in (Shape.LABELS, Shape.SETS)]
        wanted = Aggregated.objects.filter(sample__in=list(samples), aggregate__current=True, item="")
        wanted = wanted.filter(aggregate__shape__in=(Shape.LABELS, Shape.SETS)).select_related("aggregate")
        for row in wanted:
            assert row.sample_id is not None
            self._rows[row.sample_id, row.aggregate.question] = row

    def doubts(self, sample_id: int, given: Sequence[Given], answers: Mapping[str, Any]) -> list[Doubt]:
        """Why ``answers``, which those of everybody merge to, are not to be relied on; empty where they are.

        A doubt is ``{"question", "probability", "least", "reason"}``: a probability below the least, or the reason why
        there is none.
        """
        found: list[Doubt] = []
        for question in self.asked:
            if question.name not in answers:
                continue
            probability, reason = self._known(sample_id, given, question, answers[question.name])
            if reason or probability is None or probability < self.least - _TOLERANCE:
                about = {"probability": None if reason else probability, "least": self.least, "reason": reason}
                found.append({"question": question.name, **about})
        return found

    def _known(
        self, sample_id: int, given: Sequence[Given], question: Question, answer: Any
    ) -> tuple[float | None, str]:
        """The posterior of an answer, or why there is none."""
        row = self._rows.get((sample_id, question.name))
        if row is None or not self._current(row, given, question):
            return None, NOT_YET
        if row.figures["probability"] is None:
            return None, row.aggregate.reason or NOT_YET
        if row.figures["likely"] is None or not question.same(row.figures["likely"], answer):
            return None, ANOTHER
        return row.figures["probability"], ""

    def _current(self, row: Aggregated, given: Sequence[Given], question: Question) -> bool:
        """Whether a row is about these answers to the question as it is asked now."""
        people = sum(question.name in self.versions.comparable(one.interface_id, one.answers) for one in given)
        changed = max([self.since, *(one.created_at for one in given)])
        return row.aggregate.computed_at > changed and row.answers == people


def in_words(sample: Sample) -> list[str]:
    """A line for each doubt about a sample that waits for a reviewer, as they read it."""
    doubts = (sample.look_parts or {}).get("doubts", []) if sample.state == SampleState.LABELED else []
    if not doubts or sample.project.interface is None:
        return []
    titles = {question.name: question.title for question in parsed(sample.project.interface).questions}
    lines = []
    for doubt in doubts:
        said = f"no confidence ({doubt['reason']})"
        if doubt["probability"] is not None:
            said = f"confidence {doubt['probability']:.2f}, the settings ask for {doubt['least']:g}"
        lines.append(f"{titles.get(doubt['question'], doubt['question'])}: {said}")
    return lines
