"""Who is in a project, and with which role."""

import pytest
from django.urls import reverse

from projects.models import AuditEntry, Membership
from projects.workspace.models import Role
from tests.factories import make_member
from tests.workspace.cast import FOR_OWNERS, Cast, browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def role_of(cast: Cast, name: str) -> str | None:
    found = Membership.objects.filter(project=cast.project, user=getattr(cast, name)).first()
    return found.role if found else None


def test_the_list_of_people_is_for_owners(cast: Cast) -> None:
    assert cast.statuses(reverse("members", args=[cast.project.slug])) == FOR_OWNERS


@pytest.mark.parametrize(("who", "status"), [("owner", 302), ("reviewer", 403), ("annotator", 403), ("stranger", 404)])
def test_only_owners_change_a_role(cast: Cast, who: str, status: int) -> None:
    address = reverse("member", args=[cast.project.slug, cast.annotator.pk])
    assert browser(getattr(cast, who)).post(address, {"role": "reviewer"}).status_code == status
    assert role_of(cast, "annotator") == ("reviewer" if status == 302 else "annotator")
    assert AuditEntry.objects.filter(action="member.changed").exists() == (status == 302)


def test_a_removed_member_finds_the_project_gone(cast: Cast) -> None:
    address = reverse("member", args=[cast.project.slug, cast.annotator.pk])
    browser(cast.owner).post(address, {"role": "remove"})
    assert role_of(cast, "annotator") is None
    assert browser(cast.annotator).get(reverse("project", args=[cast.project.slug])).status_code == 404


@pytest.mark.parametrize("role", ["annotator", "remove"])
def test_the_last_owner_stays(cast: Cast, role: str) -> None:
    address = reverse("member", args=[cast.project.slug, cast.owner.pk])
    answer = browser(cast.owner).post(address, {"role": role}, follow=True)
    assert "needs an owner" in answer.content.decode()
    assert role_of(cast, "owner") == Role.OWNER


def test_an_owner_who_leaves_lands_where_they_may_be(cast: Cast) -> None:
    make_member(cast.project, "owner")
    address = reverse("member", args=[cast.project.slug, cast.owner.pk])
    answer = browser(cast.owner).post(address, {"role": "remove"}, follow=True)
    assert answer.status_code == 200 and answer.request["PATH_INFO"] == "/"


def test_people_of_other_projects_and_unknown_roles_are_not_there(cast: Cast) -> None:
    client = browser(cast.owner)
    assert (
        client.post(reverse("member", args=[cast.project.slug, cast.stranger.pk]), {"role": "owner"}).status_code == 404
    )
    assert (
        client.post(reverse("member", args=[cast.project.slug, cast.annotator.pk]), {"role": "king"}).status_code == 404
    )
