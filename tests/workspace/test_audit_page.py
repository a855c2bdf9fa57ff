"""The audit log's page: read by owners, filtered, verified."""

import pytest
from django.urls import reverse

from projects.models import AuditEntry
from projects.workspace import actions, audit
from tests.factories import make_project
from tests.workspace.cast import FOR_OWNERS, Cast, browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_the_audit_log_is_for_owners(cast: Cast) -> None:
    assert cast.statuses(reverse("audit", args=[cast.project.slug])) == FOR_OWNERS
    address = reverse("audit-verify", args=[cast.project.slug])
    assert browser(cast.reviewer).post(address).status_code == 403
    assert browser(cast.stranger).post(address).status_code == 404


def test_rows_are_newest_first_and_of_this_project_only(cast: Cast) -> None:
    make_project(name="Elsewhere")
    rows = list(browser(cast.owner).get(reverse("audit", args=[cast.project.slug])).context["page"])
    assert [row.seq for row in rows] == sorted((row.seq for row in rows), reverse=True)
    assert {row.chain.project_id for row in rows} == {cast.project.pk}


def test_rows_can_be_filtered_by_action(cast: Cast) -> None:
    page = browser(cast.owner).get(reverse("audit", args=[cast.project.slug]), {"action": "member.added"})
    assert {row.action for row in page.context["page"]} == {"member.added"}
    assert f"<bdi>{cast.annotator}</bdi>" in page.content.decode(), "people have names, not numbers"
    nothing = browser(cast.owner).get(reverse("audit", args=[cast.project.slug]), {"action": "no\x00thing"})
    assert nothing.status_code == 200


def test_many_rows_come_in_pages_that_keep_the_filter(cast: Cast) -> None:
    for _ in range(30):
        actions.set_member(actor=cast.owner, project=cast.project, user=cast.annotator, role="reviewer")
        actions.set_member(actor=cast.owner, project=cast.project, user=cast.annotator, role="annotator")
    address = reverse("audit", args=[cast.project.slug])
    first = browser(cast.owner).get(address, {"action": "member.changed"}).content.decode()
    assert "1–50 of 60" in first and "?action=member.changed&amp;page=2" in first
    second = browser(cast.owner).get(address, {"action": "member.changed", "page": "2"}).content.decode()
    assert "51–60 of 60" in second


def test_an_untouched_chain_is_verified(cast: Cast) -> None:
    answer = browser(cast.owner).post(reverse("audit-verify", args=[cast.project.slug]))
    count = AuditEntry.objects.filter(chain__project=cast.project).count()
    assert f"All {count} rows fit together" in answer.content.decode()


def test_a_row_that_was_changed_is_found_in_its_own_project_only(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_project()
    real = audit.entry_sha256
    spoilt = AuditEntry.objects.get(chain__project=cast.project, seq=2)
    # The database refuses to change a row; a hash that comes out otherwise is the same to the check.
    monkeypatch.setattr(audit, "entry_sha256", lambda entry: "0" * 64 if entry.pk == spoilt.pk else real(entry))
    answer = browser(cast.owner).post(reverse("audit-verify", args=[cast.project.slug])).content.decode()
    assert "broken at row 2" in answer
    assert "fit together" in browser(other.created_by).post(reverse("audit-verify", args=[other.slug])).content.decode()
