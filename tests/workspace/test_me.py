"""A person's own account: name, address, API token."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from projects.models import AuditEntry, User
from tests.factories import PASSWORD, make_project, make_user
from tests.workspace.cast import browser

pytestmark = pytest.mark.django_db
KEY = re.compile(r"\b[0-9a-f]{40}\b")


@pytest.fixture
def ada() -> User:
    return make_user("ada", email="ada@example.org")


def test_my_page_is_for_who_is_signed_in(ada: User) -> None:
    assert browser().get(reverse("me")).status_code == 302
    project = make_project(ada)
    assert project.name in browser(ada).get(reverse("me")).content.decode()


def test_a_token_is_shown_once_when_it_is_made(ada: User) -> None:
    client = browser(ada)
    page = client.post(reverse("me-token"), {"do": "renew"}).content.decode()
    key = Token.objects.get(user=ada).key
    assert key in page
    assert not KEY.search(client.get(reverse("me")).content.decode())
    assert Client().get("/api/v1/schema/", headers={"Authorization": f"Token {key}"}).status_code == 200
    rows = AuditEntry.objects.filter(action="token.created", chain__project=None)
    assert [row.actor for row in rows] == [ada] and key not in rows[0].data


def test_renewing_ends_the_token_before(ada: User) -> None:
    client = browser(ada)
    client.post(reverse("me-token"), {"do": "renew"})
    first = Token.objects.get(user=ada).key
    client.post(reverse("me-token"), {"do": "renew"})
    assert Token.objects.get(user=ada).key != first
    assert AuditEntry.objects.filter(action="token.renewed").count() == 1


def test_a_revoked_token_is_gone(ada: User) -> None:
    client = browser(ada)
    client.post(reverse("me-token"), {"do": "renew"})
    client.post(reverse("me-token"), {"do": "revoke"})
    assert not Token.objects.exists()
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1


def test_a_visitor_makes_no_token(ada: User) -> None:
    assert browser().post(reverse("me-token"), {"do": "renew"}).status_code == 302
    assert not Token.objects.exists()


def test_a_new_name_is_what_others_see(ada: User) -> None:
    browser(ada).post(reverse("me"), {"name": "Ada Lindqvist", "email": ada.email})
    ada.refresh_from_db()
    assert str(ada) == "Ada Lindqvist"


def test_a_new_address_is_the_one_to_sign_in_with(ada: User) -> None:
    browser(ada).post(reverse("me"), {"name": "", "email": "new@example.org"})
    for login, status in (("new@example.org", 302), ("ada", 302), ("ada@example.org", 200)):
        answer = Client().post(reverse("account_login"), {"login": login, "password": PASSWORD})
        assert answer.status_code == status, login


def test_somebody_elses_address_is_refused(ada: User) -> None:
    answer = browser(make_user()).post(reverse("me"), {"name": "", "email": "ADA@example.org"})
    assert answer.status_code == 422 and "Somebody else uses this address" in answer.content.decode()


def test_an_address_can_be_taken_away(ada: User) -> None:
    browser(ada).post(reverse("me"), {"name": "", "email": ""})
    ada.refresh_from_db()
    assert ada.email == ""
