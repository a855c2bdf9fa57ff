"""A question about spans goes the whole way: agreement with its interval, routing, disputes, the desk, second looks."""

from typing import Any

import pytest
from django.test import Client

from projects.measures import agreement as measured
from projects.measures import ratings_for
from projects.models import Adjudication, Agreement, ReviewerAgreement, Sample
from projects.review import actions
from projects.samples.states import SampleState
from projects.schema import SchemaError
from tests.factories import make_member
from tests.review.scene import Scene, work

pytestmark = pytest.mark.django_db
TEXT = "قال الليل 👩‍👩‍👧 to the e\u0301cho: come."
DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "fields": [{"name": "text", "type": "text"}],
    "questions": [
        {
            "name": "q",
            "type": "span",
            "title": "Figures",
            "on": "text",
            "options": [{"id": "x", "title": "Ex"}, {"id": "y"}],
        }
    ],
}


def spans(*ranges: tuple[int, int, str]) -> dict[str, Any]:
    return {"q": [{"start": start, "end": end, "label": label} for start, end, label in ranges]}


def scene(**policy: Any) -> Scene:
    return Scene(interface=DOCUMENT, policy=policy)


def answered(made: Scene, *answers: dict[str, Any]) -> Sample:
    return made.answered(*answers, fields={"text": TEXT})


def test_agreement_counts_the_characters_of_each_text_and_has_an_interval() -> None:
    made, expected = scene(), ratings_for("span-alpha")
    for number in range(12):
        given = [(0, 8, "x"), (number % 4, 8, "x"), (20, 26, "y" if number % 3 else "x")]
        answered(made, *(spans(each) for each in given))
        expected.add_unit({who: f"of {len(TEXT)}\n{a} {b} {label}" for who, (a, b, label) in enumerate(given)})
    row = Agreement.objects.get(project=made.project)
    figure = measured(expected, "span-alpha")
    assert (row.coefficient, row.value, row.reason) == ("span-alpha", figure.value, "")
    assert row.low is not None and row.high is not None and row.low <= (row.value or 0) <= row.high
    assert row.extras["span-f1"] == figure.extras["span-f1"]
    client = Client()
    client.force_login(made.owner)
    page = client.get(f"/p/{made.project.slug}/quality/").content.decode()
    assert "Krippendorff&#x27;s alpha (characters)" in page and "Matched spans (F1)" in page


def test_nothing_marked_is_an_answer_and_no_variation_is_a_reason() -> None:
    made = scene()
    answered(made, spans(), spans(), spans())
    row = Agreement.objects.get(project=made.project)
    assert (row.value, row.units, row.answers) == (None, 1, 3)
    assert row.reason.startswith("no variation")


def test_a_rule_approves_what_most_marked_alike_and_leaves_the_rest_to_a_reviewer() -> None:
    made = scene(approve="agreement", min_agreement=0.5)
    same, near = spans((0, 8, "x")), spans((0, 9, "x"))
    agreed = answered(made, same, same, near)
    assert agreed.state == SampleState.APPROVED
    assert Adjudication.objects.get(sample=agreed, current=True).answers == same
    # Everybody's match, and no two have the same ends.
    ends = answered(made, same, near, spans((0, 7, "x")))
    assert ends.spreads == {"q": 0.0}
    assert ends.state == SampleState.DISPUTED
    apart = answered(made, same, spans((10, 14, "y")), spans())
    assert (apart.state, apart.spreads) == (SampleState.DISPUTED, {"q": 1.0})


def test_the_desk_shows_everybodys_spans_on_one_text_and_takes_one_persons() -> None:
    made = scene(reveal_annotators=False)
    sample = answered(made, spans((0, 8, "x")), spans((4, 12, "y")), spans())
    client = Client()
    client.force_login(made.reviewer)
    page = client.get(f"/p/{made.project.slug}/review/{sample.key}/").content.decode()
    assert page.count('data-tag="A"') == page.count('data-tag="B"') == 1
    assert "no spans" in page
    with pytest.raises(SchemaError, match="the characters of the text"):
        actions.adjudicate(
            actor=made.reviewer, sample=sample, decision="approve", answers=spans((4, 99, "y")), reason="Beyond."
        )
    actions.adjudicate(
        actor=made.reviewer, sample=sample, decision="approve", answers=spans((4, 12, "y")), reason="B has it."
    )
    assert Adjudication.objects.get(sample=sample, current=True).answers == spans((4, 12, "y"))


def test_reviewers_are_compared_character_by_character_too() -> None:
    made = scene(second_look_rate=1.0)
    second = make_member(made.project, "reviewer")
    sample = answered(made, spans((0, 8, "x")), spans((4, 12, "x")), spans((0, 12, "x")))
    for reviewer in (made.reviewer, second):
        actions.adjudicate(actor=reviewer, sample=sample, decision="approve", answers=spans((0, 8, "x")), reason="So.")
        work()
        sample.refresh_from_db()
    row = ReviewerAgreement.objects.get(project=made.project, series="q")
    assert (row.coefficient, row.value, row.units) == ("span-alpha", 1.0, 1)
