"""Each person beside the answers that are known: of hidden checks.

What somebody left unanswered is not counted, nor an answer to a question that has changed since. Right is an answer
that says the same as the known one; ``measures.gold_score`` says from how many on a share of right ones means anything.
"""

from collections import defaultdict
from dataclasses import dataclass

from projects.labeling.answer_key import Known
from projects.labeling.models import Annotation, Purpose
from projects.quality.versions import Versions
from projects.samples.states import SampleState
from projects.workspace.models import Project

CHUNK = 500


@dataclass(slots=True)
class Checked:
    """How many of a person's answers were to be checked, and how many of these were right."""

    right: int = 0
    asked: int = 0


def checked(project: Project, versions: Versions, key: Known) -> dict[int, Checked]:
    """By the person's id; those who were never checked are not in it. One pass, in memory that grows with people."""
    given = Annotation.everything.filter(project=project, purpose=Purpose.GOLD, current=True)
    rows = given.exclude(sample__state=SampleState.WITHDRAWN).order_by("pk")
    found: dict[int, Checked] = defaultdict(Checked)
    for person, interface, answers, fields, gold in rows.values_list(
        "annotator_id", "interface_id", "answers", "sample__fields", "sample__gold"
    ).iterator(CHUNK):
        asked, right = key.compare(key.of(fields, gold), versions.comparable(interface, answers))
        if asked:
            found[person].asked += asked
            found[person].right += right
    return dict(found)
