"""The way in and out: every page of django-allauth that can be reached, in the product's look."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.urls import get_resolver, reverse

from tests.factories import PASSWORD, make_user
from tests.workspace.cast import browser

OURS = 'class="bar__home"'


@pytest.mark.django_db
def test_every_page_of_the_accounts_has_the_products_look() -> None:
    names = {str(name) for name in get_resolver().reverse_dict if str(name).startswith("account_")}
    args: dict[str, dict[str, str]] = {
        "account_confirm_email": {"key": "abc"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "x-y"},
    }
    assert len(names) > 10
    for name in sorted(names):
        address = reverse(name, kwargs=args.get(name))
        for client in (Client(), browser(make_user())):
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, name
            assert OURS in answer.content.decode(), name


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["ada", "ada@example.org", "ADA@example.org"])
def test_signing_in_by_name_or_address(login: str) -> None:
    make_user("ada", email="ada@example.org")
    client = Client()
    assert client.post(reverse("account_login"), {"login": login, "password": PASSWORD}).headers["Location"] == "/"
    wrong = Client().post(reverse("account_login"), {"login": login, "password": "not it"})
    assert wrong.status_code == 200 and "not correct" in wrong.content.decode()


@pytest.mark.django_db
def test_a_lost_password_is_replaced_by_a_link_in_a_mail() -> None:
    make_user("ada", email="ada@example.org")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "ada@example.org"})
    link = re.search(r"http\S+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1], follow=True)
    assert "Choose a password" in form.content.decode()
    new = "a long new pass phrase"
    answer = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert "Password saved" in answer.content.decode()
    assert Client().post(reverse("account_login"), {"login": "ada", "password": new}).status_code == 302


@pytest.mark.django_db
def test_a_changed_password_is_the_one_that_counts() -> None:
    ada = make_user("ada")
    client, new = browser(ada), "a long new pass phrase"
    answer = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    assert "Your password is changed" in answer.content.decode() and answer.request["PATH_INFO"] == reverse("me")
    ada.refresh_from_db()
    assert ada.check_password(new)


@pytest.mark.django_db
def test_signing_out_needs_no_second_click_from_the_menu() -> None:
    client = browser(make_user())
    client.post(reverse("account_logout"))
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_an_unknown_address_and_a_broken_server_have_pages() -> None:
    assert "Nothing is here" in Client().get("/no/such/page/").content.decode()
    assert OURS in browser(make_user()).get("/no/such/page/").content.decode()
    assert "Something broke" in render_to_string("500.html")


@pytest.mark.django_db
def test_guessing_passwords_ends_in_a_page_that_says_so() -> None:
    cache.clear()
    make_user("ada")
    client = Client()
    answers = [client.post(reverse("account_login"), {"login": "ada", "password": str(n)}) for n in range(12)]
    assert "too often" in answers[-1].content.decode() or "Too many" in answers[-1].content.decode()
    cache.clear()


@pytest.mark.django_db
def test_a_form_from_an_old_page_says_so() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("account_login"), {})
    assert answer.status_code == 403 and "open for too long" in answer.content.decode()
