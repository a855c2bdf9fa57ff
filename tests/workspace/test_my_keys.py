"""The keys that a person uses are kept with their account, for every device, and for nobody else."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from projects.models import AuditEntry, User
from projects.workspace import profile
from tests.factories import make_project, make_sample, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def send(user: User, **fields: Any) -> int:
    client = Client()
    client.force_login(user)
    return client.post(reverse("me-keys"), fields).status_code


def kept(user: User) -> Any:
    return User.objects.get(pk=user.pk).keys


def test_each_screen_has_keys_of_its_own_and_the_page_brings_them(ada: User) -> None:
    assert send(ada, screen="label", off="", bind=json.dumps({"next": "n"})) == 204
    assert send(ada, screen="review", off="1", bind="{}") == 204
    assert kept(ada) == {"label": {"off": False, "bind": {"next": "n"}}, "review": {"off": True, "bind": {}}}
    project = make_project(ada)
    make_sample(project)
    client = Client()
    client.force_login(ada)
    page = client.get(reverse("label", args=[project.slug])).content.decode()
    assert "{&quot;next&quot;: &quot;n&quot;}" in page
    assert kept(make_user()) == {}


def test_the_same_again_is_written_and_logged_once(ada: User) -> None:
    for _ in range(2):
        send(ada, screen="label", off="1", bind="{}")
    assert AuditEntry.objects.filter(action="account.changed").count() == 1


def test_what_is_as_it_was_at_first_is_not_kept(ada: User) -> None:
    send(ada, screen="label", off="", bind=json.dumps({"next": "n"}))
    send(ada, screen="label", off="", bind="{}")
    assert kept(ada) == {}


@pytest.mark.parametrize(
    "fields",
    [
        *({"screen": "nothing"}, {"screen": "label", "bind": "[]"}, {"screen": "label", "bind": "{"}),
        {"screen": "label", "bind": json.dumps({"Next!": "n"})},
        *({"screen": "label", "bind": json.dumps({"next": key})} for key in ("", "nn", "5", " ", "\x00", 3)),
        {"screen": "label", "bind": json.dumps({f"a{'b' * number}": "n" for number in range(31)})},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(ada: User, fields: dict[str, Any]) -> None:
    assert send(ada, **fields) == 400
    assert kept(ada) == {}


def test_the_account_page_switches_all_screens_and_sets_them_back(ada: User) -> None:
    profile.set_keys(user=ada, screen="label", off=False, bind={"next": "n"})
    assert send(ada, off="1") == 302
    assert {name: each["off"] for name, each in kept(ada).items()} == dict.fromkeys(profile.KEY_SCREENS, True)
    assert kept(ada)["label"]["bind"] == {"next": "n"}
    client = Client()
    client.force_login(ada)
    page = client.get(reverse("me")).content.decode()
    assert "shortcuts are <strong>off</strong>" in page and "changed 1 key." in page
    send(ada)
    assert kept(ada) == {"label": {"off": False, "bind": {"next": "n"}}}
    send(ada, do="reset")
    assert kept(ada) == {}
