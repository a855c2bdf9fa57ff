"""Joining by a link, the pages of a project, and a job that ends while somebody looks at it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from projects.models import Job, Membership
from projects.workspace import invitations
from projects.workspace.models import JobState
from tests.browser.conftest import Cast, Watch
from tests.factories import make_user

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
PHONE = (390, 844)
PASS_PHRASE = "an owl above the harbour"


def test_an_owner_makes_a_link_and_somebody_new_joins_with_it(visit: Visit, cast: Cast, database: Any) -> None:
    owner = visit(cast.owner, reverse("members", args=[cast.project.slug]))
    owner.get_by_role("button", name="Make a link").click()
    link = owner.locator("#link")
    expect(link).to_be_focused()
    address = link.input_value()
    owner.reload()
    expect(owner.get_by_text("Open invitations")).to_be_visible()
    expect(link).to_have_count(0)

    guest = visit(None, address, size=PHONE)
    guest.get_by_role("link", name="Make an account").click()
    guest.get_by_label("User name").fill("grace")
    guest.get_by_label("Password", exact=True).fill(PASS_PHRASE)
    guest.get_by_label("Password, once more").fill(PASS_PHRASE)
    guest.get_by_role("button", name="Make the account").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text(cast.project.name)
    with database():
        assert Membership.objects.get(user__username="grace").project == cast.project


def test_a_job_that_ends_loads_its_page_again(visit: Visit, cast: Cast, database: Any) -> None:
    with database():
        job = Job.objects.create(kind="import", project=cast.project, actor=cast.owner, state=JobState.RUNNING)
    page = visit(cast.owner, reverse("job", args=[job.pk]))
    with database():
        Job.objects.filter(pk=job.pk).update(done=40, total=100, message="40 lines")
    expect(page.get_by_text("40 of 100")).to_be_visible()
    page.evaluate("window.before = true")
    with database():
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, result={"created": 100})
    expect(page.get_by_text("Created")).to_be_visible()
    assert page.evaluate("window.before") is None, "the page was loaded again, not only its part"


def test_a_session_that_ends_under_a_page_leads_to_the_sign_in_and_back(
    visit: Visit, cast: Cast, database: Any
) -> None:
    with database():
        job = Job.objects.create(kind="import", project=cast.project, actor=cast.owner, state=JobState.RUNNING)
    address = reverse("job", args=[job.pk])
    page = visit(cast.owner, address)
    page.context.clear_cookies()
    page.wait_for_url(f"**{reverse('account_login')}?next={address}", wait_until="commit")


def test_axe_finds_nothing_on_the_pages_of_the_workspace(
    visit: Visit, cast: Cast, database: Any, axe: Callable[..., None], watch: Watch
) -> None:
    watch.allow("410")
    watch.allow("404")
    slug = cast.project.slug
    with database():
        job = Job.objects.create(kind="import", project=cast.project, actor=cast.owner, state=JobState.FAILED)
        _, open_token = invitations.invite(actor=cast.owner, project=cast.project, role="annotator")
        used, used_token = invitations.invite(actor=cast.owner, project=cast.project, role="annotator")
        invitations.accept(user=make_user(), invitation=used)
    pages = ["home", "project-new", "me"]
    mine = [reverse(name) for name in pages]
    mine += [reverse(name, args=[slug]) for name in ("project", "settings", "members", "audit")]
    mine += [reverse("job", args=[job.pk]), reverse("account_change_password"), "/no/such/page/"]
    nobodys = [reverse("invitation", args=[token]) for token in (open_token, used_token)]
    nobodys += [reverse(name) for name in ("account_login", "account_signup", "account_reset_password")]
    for person, addresses in ((cast.owner, mine), (cast.ada, [reverse("project", args=[slug])]), (None, nobodys)):
        page = visit(person)
        for address in addresses:
            page.goto(address)
            axe(page)


@pytest.mark.parametrize("name", ["project", "settings", "members", "audit"])
def test_no_page_is_wider_than_a_phone(visit: Visit, cast: Cast, name: str) -> None:
    page = visit(cast.owner, reverse(name, args=[cast.project.slug]), size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
