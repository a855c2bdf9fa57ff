"""A project's settings: what can be changed, by whom, and what is written about it."""

import json
from typing import Any

import pytest
from django.urls import reverse

from projects.models import AuditEntry, Job, Suggestion
from projects.workspace import actions
from projects.workspace.policy import Overlap, Policy, PolicyError
from tests.factories import make_sample
from tests.workspace.cast import FOR_OWNERS, Cast, browser

pytestmark = pytest.mark.django_db
NEW = {
    "name": "New name",
    "guidelines": "Read.\r\nThink.",
    "overlap": "4",
    "approve": "agreement",
    "min_agreement": "0.7",
    "require": ["licence", "consent"],
    "lease_minutes": "30",
    "reveal_annotators": "on",
    "suggestions": "beside",
}


def changes(cast: Cast, **overrides: Any) -> dict[str, Any]:
    project = cast.project
    return {"name": project.name, "guidelines": "", "overlap": project.overlap, "policy": {}} | overrides


def test_settings_are_for_owners() -> None:
    cast = Cast()
    address = reverse("settings", args=[cast.project.slug])
    assert cast.statuses(address) == FOR_OWNERS
    assert browser(cast.reviewer).post(address, NEW).status_code == 403
    assert browser(cast.stranger).post(address, NEW).status_code == 404
    assert browser(cast.owner).post(address, NEW).status_code == 302


def test_everything_is_saved_and_the_changes_are_in_the_audit_log() -> None:
    cast = Cast()
    browser(cast.owner).post(reverse("settings", args=[cast.project.slug]), NEW)
    cast.project.refresh_from_db()
    rules = cast.project.rules
    assert (cast.project.name, cast.project.guidelines, cast.project.overlap) == ("New name", "Read.\nThink.", 4)
    assert (rules.approve, rules.min_agreement, rules.require) == ("agreement", 0.7, ("licence", "consent"))
    assert (rules.lease_minutes, rules.reveal_annotators, rules.review_own) == (30, True, False)
    entry = AuditEntry.objects.get(action="project.changed")
    assert entry.actor == cast.owner
    assert set(json.loads(entry.data)) == {"name", "overlap", "policy", "guidelines_sha256"}


def test_how_suggestions_are_shown_is_set_and_checks_that_would_stand_out_are_warned_of() -> None:
    cast = Cast()
    address = reverse("settings", args=[cast.project.slug])
    warned = "whoever sees a sample without them knows that it is one"

    def after(**more: str) -> bool:
        assert browser(cast.owner).post(address, {**NEW, **more}).status_code == 302
        return warned in browser(cast.owner).get(address).content.decode()

    assert not after(gold_rate="5")  # nothing is suggested for any sample
    Suggestion.objects.create(sample=make_sample(cast.project), question="mood", value="dark", source="model-x")
    assert after(gold_rate="5") and after(repeat_rate="5")
    assert not after() and not after(gold_rate="5", suggestions="off")
    assert not after(gold_rate="5", suggestions="after", suggestions_withheld="15")
    cast.project.refresh_from_db()
    assert (cast.project.rules.suggestions, cast.project.rules.suggestions_withheld) == ("after", 0.15)
    assert not after(gold_rate="30", suggestions_withheld="30")  # a share of its own, not one of the checks
    assert browser(cast.owner).post(address, {**NEW, "suggestions_withheld": "51"}).status_code != 302


def test_saving_what_is_there_already_writes_no_row() -> None:
    cast = Cast()
    actions.update_project(actor=cast.owner, project=cast.project, **changes(cast))
    assert not AuditEntry.objects.filter(action="project.changed").exists()


def test_the_overlap_is_fixed_once_there_are_samples() -> None:
    cast = Cast(overlap=2)
    make_sample(cast.project)
    address = reverse("settings", args=[cast.project.slug])
    page = browser(cast.owner).get(address).content.decode()
    assert "Fixed since samples were imported" in page
    browser(cast.owner).post(address, NEW)  # a browser sends nothing for a field that is switched off
    cast.project.refresh_from_db()
    assert (cast.project.overlap, cast.project.name) == (2, "New name")
    with pytest.raises(actions.Refused):
        actions.update_project(actor=cast.owner, project=cast.project, **changes(cast, overlap=3))


def test_the_overlap_is_fixed_while_samples_are_on_their_way() -> None:
    cast = Cast()
    Job.objects.create(kind="import", project=cast.project, actor=cast.owner)
    with pytest.raises(actions.Refused):
        actions.update_project(actor=cast.owner, project=cast.project, **changes(cast, overlap=3))


def test_a_policy_that_does_not_fit_changes_nothing() -> None:
    cast = Cast()
    with pytest.raises(PolicyError):
        actions.update_project(
            actor=cast.owner, project=cast.project, **changes(cast, name="Other", policy={"approve": "everybody"})
        )
    answer = browser(cast.owner).post(
        reverse("settings", args=[cast.project.slug]), NEW | {"min_agreement": "1.5", "name": ""}
    )
    assert answer.status_code == 422 and "less than or equal to 1" in answer.content.decode()
    cast.project.refresh_from_db()
    assert cast.project.rules.approve == "review" and cast.project.name != "Other"


@pytest.mark.parametrize(
    ("where", "current"), [("settings", "page"), ("interface", "true"), ("audit", "true"), ("members", "")]
)
def test_the_settings_are_where_all_their_pages_are(where: str, current: str) -> None:
    cast = Cast()
    html = browser(cast.owner).get(reverse(where, args=[cast.project.slug])).content.decode()
    navigation = html.partition('<nav class="bar__nav"')[2].partition("</nav>")[0]
    assert "Settings" in navigation
    assert (f' aria-current="{current}">Settings' in navigation) is bool(current)


def page_errors(cast: Cast, **overrides: str) -> str:
    answer = browser(cast.owner).post(reverse("settings", args=[cast.project.slug]), NEW | overrides)
    assert answer.status_code == 422
    return answer.content.decode()


def test_adaptive_overlap_and_hidden_samples_are_set_on_the_page() -> None:
    cast = Cast()
    address = reverse("settings", args=[cast.project.slug])
    adaptive = {"overlap_max": "7", "overlap_lead": "3", "gold_rate": "5", "repeat_rate": "7"}
    assert browser(cast.owner).post(address, NEW | adaptive).status_code == 302
    cast.project.refresh_from_db()
    rules = cast.project.rules
    assert rules.overlap == Overlap(min=4, max=7, lead=3)
    assert (rules.gold_rate, rules.repeat_rate, cast.project.overlap) == (0.05, 0.07, 4)
    page = browser(cast.owner).get(address).content.decode()
    assert all(f'name="{name}" value="{value}"' in page for name, value in adaptive.items())
    browser(cast.owner).post(address, NEW)
    cast.project.refresh_from_db()
    assert cast.project.rules.overlap is None and cast.project.rules.gold_rate == 0


def test_what_does_not_fit_is_said_where_it_stands() -> None:
    cast = Cast()
    assert "Expected more than the 4 that every sample gets" in page_errors(cast, overlap_max="4", overlap_lead="2")
    assert "Say how far ahead" in page_errors(cast, overlap_max="5")
    assert "or leave the lead empty too" in page_errors(cast, overlap_lead="2")
    assert "5 people can&#x27;t put an answer 6 ahead" in page_errors(cast, overlap_max="5", overlap_lead="6")
    assert "more than 50 of 100" in page_errors(cast, gold_rate="30", repeat_rate="30")


def test_without_an_objective_question_no_answer_can_be_ahead() -> None:
    document = {
        "schema": 1,
        "fields": [{"name": "text", "type": "text"}],
        "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}],
    }
    cast = Cast(interface=document)
    assert "None of the questions is objective" in page_errors(cast, overlap_max="5", overlap_lead="2")


@pytest.mark.parametrize(
    ("policy", "where"),
    [
        ({"overlap": 3}, "policy.overlap: expected an object"),
        ({"overlap": {"min": 2, "max": 5}}, "policy.overlap: expected an object"),
        ({"overlap": {"min": 0, "max": 5, "lead": 2}}, "policy.overlap.min"),
        ({"overlap": {"min": 2, "max": 2, "lead": 2}}, "policy.overlap.max"),
        ({"overlap": {"min": 2, "max": 5, "lead": 6}}, "policy.overlap.lead"),
        ({"overlap": {"min": True, "max": 5, "lead": 2}}, "policy.overlap.min"),
        ({"gold_rate": 0.6}, "policy.gold_rate"),
        ({"repeat_rate": "often"}, "policy.repeat_rate"),
        ({"suggestions": "maybe"}, "policy.suggestions"),
        ({"suggestions_withheld": 0.51}, "policy.suggestions_withheld"),
        ({"gold_rate": 0.3, "repeat_rate": 0.3}, "more than half"),
    ],
)
def test_a_policy_of_the_queue_that_does_not_fit_says_where(policy: dict[str, Any], where: str) -> None:
    with pytest.raises(PolicyError, match=where):
        Policy.parse(policy)


def test_a_policy_written_out_is_read_again() -> None:
    rules = Policy.parse({"overlap": {"min": 2, "max": 5, "lead": 2}, "gold_rate": 0.1})
    assert Policy.parse(rules.as_dict()) == rules and Policy.parse(Policy().as_dict()) == Policy()


def test_the_least_number_of_adaptive_overlap_is_fixed_with_samples_and_the_most_is_not() -> None:
    cast = Cast(overlap=2)
    make_sample(cast.project)
    rule = {"min": 2, "max": 5, "lead": 2}
    actions.update_project(actor=cast.owner, project=cast.project, **changes(cast, policy={"overlap": rule}))
    with pytest.raises(actions.Refused):
        more = {"overlap": rule | {"min": 3}}
        actions.update_project(actor=cast.owner, project=cast.project, **changes(cast, policy=more))
