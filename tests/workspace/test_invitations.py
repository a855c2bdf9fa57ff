"""Invitations: a link works once, for whoever is first, and explains itself when it no longer does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import AuditEntry, Invitation, Membership, User
from projects.workspace import invitations
from projects.workspace.actions import Refused
from tests.concurrent.test_queue import side_by_side
from tests.factories import PASSWORD, make_project, make_user
from tests.workspace.cast import Cast, browser

SIGNUP = {"username": "grace", "email": "grace@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def link(cast: Cast) -> str:
    _, token = invitations.invite(actor=cast.owner, project=cast.project, role="reviewer")
    return reverse("invitation", args=[token])


def sign_up(client: Client, **changes: str) -> str:
    answer = client.post(reverse("account_signup"), SIGNUP | changes, follow=True)
    return answer.content.decode()


def test_an_owner_makes_a_link_that_is_shown_once(cast: Cast) -> None:
    client, address = browser(cast.owner), reverse("members", args=[cast.project.slug])
    page = client.post(address, {"role": "annotator", "email": "grace@example.org"}).content.decode()
    token = re.search(r"http://testserver/invite/([\w-]+)/", page)
    assert token is not None
    assert invitations.find(invitations.token_sha256(token[1])) == Invitation.objects.get()
    again = client.get(address).content.decode()
    assert "grace@example.org" in again and token[1] not in again
    assert token[1] not in "".join(AuditEntry.objects.values_list("data", flat=True))


@pytest.mark.parametrize(("who", "status"), [("reviewer", 403), ("annotator", 403), ("stranger", 404)])
def test_nobody_else_makes_or_takes_back_a_link(cast: Cast, link: str, who: str, status: int) -> None:
    client, invitation = browser(getattr(cast, who)), Invitation.objects.get()
    assert client.post(reverse("members", args=[cast.project.slug]), {"role": "owner"}).status_code == status
    address = reverse("invitation-revoke", args=[cast.project.slug, invitation.pk])
    assert client.post(address).status_code == status
    assert Invitation.objects.get().is_open


def test_a_link_of_another_project_can_not_be_taken_back(cast: Cast, link: str) -> None:
    other = make_project()
    address = reverse("invitation-revoke", args=[other.slug, Invitation.objects.get().pk])
    assert browser(other.created_by).post(address).status_code == 404


def test_somebody_signed_in_joins_with_one_click(cast: Cast, link: str) -> None:
    client = browser(cast.stranger)
    assert cast.project.name in client.get(link).content.decode()
    assert not Membership.objects.filter(user=cast.stranger).exists()
    assert client.post(link).headers["Location"] == reverse("project", args=[cast.project.slug])
    assert Membership.objects.get(user=cast.stranger).role == "reviewer"
    assert {"invitation.accepted", "member.added"} <= set(AuditEntry.objects.values_list("action", flat=True))


def test_somebody_new_signs_up_and_is_a_member_at_once(cast: Cast, link: str) -> None:
    client = Client()
    assert reverse("account_signup") in client.get(link).content.decode()
    page = sign_up(client)
    assert cast.project.name in page
    assert Membership.objects.get(user__username="grace").role == "reviewer"
    assert "An account" not in page and client.get("/").status_code == 200


def test_without_an_opened_link_nobody_signs_up(cast: Cast) -> None:
    client = Client()
    assert "by invitation" in client.get(reverse("account_signup")).content.decode()
    sign_up(client)
    assert not User.objects.filter(username="grace").exists()


def test_one_link_makes_one_account(cast: Cast, link: str) -> None:
    first, second = Client(), Client()
    first.get(link)
    second.get(link)
    sign_up(first)
    assert "by invitation" in sign_up(second, username="late", email="late@example.org")
    assert not User.objects.filter(username="late").exists()


def test_the_one_who_comes_second_leaves_no_account_behind(
    cast: Cast, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.get(link)

    def too_late(**kwargs: object) -> None:
        raise Refused("This invitation can't be used any more.")

    monkeypatch.setattr(invitations, "accept", too_late)  # somebody else accepts between the check and the signing up
    sign_up(client)
    assert not User.objects.filter(username="grace").exists()


def test_a_member_who_opens_a_link_keeps_role_and_link(cast: Cast, link: str) -> None:
    assert browser(cast.annotator).post(link).headers["Location"] == reverse("project", args=[cast.project.slug])
    assert Membership.objects.get(user=cast.annotator).role == "annotator"
    assert Invitation.objects.get().is_open


@pytest.mark.parametrize("end", ["used", "revoked", "expired"])
def test_a_link_that_has_ended_says_why(cast: Cast, link: str, end: str) -> None:
    invitation = Invitation.objects.get()
    if end == "used":
        invitations.accept(user=make_user(), invitation=invitation)
    elif end == "revoked":
        browser(cast.owner).post(reverse("invitation-revoke", args=[cast.project.slug, invitation.pk]))
    else:
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    reason = {"used": "used this invitation", "revoked": "taken back", "expired": "time is over"}[end]
    for client in (Client(), browser(cast.stranger)):
        answer = client.get(link)
        assert answer.status_code == 410 and reason in answer.content.decode()
    assert browser(cast.stranger).post(link).status_code == 410
    assert not Membership.objects.filter(user=cast.stranger).exists()


def test_a_link_that_was_never_made_is_not_there(cast: Cast) -> None:
    assert Client().get(reverse("invitation", args=["nonsense"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_many_who_accept_at_once_exactly_one_becomes_a_member() -> None:
    project = make_project()
    invitation, _ = invitations.invite(actor=project.created_by, project=project, role="annotator")
    people = [make_user() for _ in range(6)]
    raised = side_by_side(
        *(lambda person=person: invitations.accept(user=person, invitation=invitation) for person in people)
    )
    assert len(raised) == 5 and all(isinstance(error, Refused) for error in raised)
    member = Membership.objects.get(project=project, user__in=people)
    assert Invitation.objects.get().accepted_by == member.user
