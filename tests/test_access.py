"""Every address as every member of the cast: a stranger gets 404, a member without the role 403, others are let in."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from projects.labeling import actions as labeling
from projects.models import Project, User
from projects.workspace import invitations
from tests.factories import ADDRESSED, INTERFACE, make_member, make_project, make_sample, make_user, membership

pytestmark = pytest.mark.django_db

PUBLIC, SIGNED_IN, MEMBER, DECIDER, OWNER = range(5)
ALLOWED = {
    MEMBER: {"owner", "reviewer", "annotator"},
    DECIDER: {"owner", "reviewer"},
    OWNER: {"owner"},
}
CAST = ("owner", "reviewer", "annotator")

# Who an address is for. An address that is not in here fails the test.
PAGES = {
    "home": SIGNED_IN,
    "me": SIGNED_IN,
    "me-token": SIGNED_IN,
    "me-keys": SIGNED_IN,
    "notifications": SIGNED_IN,
    "notification": SIGNED_IN,
    "project-new": SIGNED_IN,
    "invitation": PUBLIC,
    "project": MEMBER,
    "label": MEMBER,
    "label-bulk": MEMBER,
    "label-bulk-submit": MEMBER,
    "label-submit": MEMBER,
    "label-undo": MEMBER,
    "label-open": MEMBER,
    "label-draft": MEMBER,
    "label-skip": MEMBER,
    "label-reveal": MEMBER,
    "label-discard": MEMBER,
    "thread": MEMBER,
    "asset": MEMBER,
    "job": DECIDER,
    "job-cancel": DECIDER,
    "samples": DECIDER,
    "sample": DECIDER,
    "quality": DECIDER,
    "quality-recompute": DECIDER,
    "quality-answers": DECIDER,
    "quality-answers-csv": DECIDER,
    "quality-people": DECIDER,
    "quality-person": MEMBER,
    "quality-table": DECIDER,
    "quality-person-table": MEMBER,
    "questions": DECIDER,
    "review": DECIDER,
    "review-bulk": DECIDER,
    "review-sign": OWNER,
    "practice": MEMBER,
    "practice-result": MEMBER,
    "practice-samples": OWNER,
    "practice-everybody": OWNER,
    "practice-person": OWNER,
    "my-work": MEMBER,
    "my-annotations": MEMBER,
    "came-back": MEMBER,
    "came-back-reply": MEMBER,
    "review-undo": DECIDER,
    "review-sample": DECIDER,
    "findings": DECIDER,
    "findings-clear": OWNER,
    "findings-reopen": OWNER,
    "findings-look": OWNER,
    "interface": OWNER,
    "interface-preview": OWNER,
    "interface-version": OWNER,
    "settings": OWNER,
    "webhooks": OWNER,
    "webhook": OWNER,
    "webhook-resend": OWNER,
    "members": OWNER,
    "member": OWNER,
    "invitation-revoke": OWNER,
    "audit": OWNER,
    "audit-verify": OWNER,
    "imports": OWNER,
    "import": OWNER,
    "import-rejected": OWNER,
    "release": OWNER,
    "consents": OWNER,
    "consent-end": OWNER,
    "creators": OWNER,
    "withdrawals": OWNER,
    "datasheet": OWNER,
    "acknowledge": OWNER,
    "contamination": OWNER,
    "contamination-remove": OWNER,
    "pseudonyms": OWNER,
    "pseudonyms-rotate": OWNER,
    "pseudonyms-tell": OWNER,
    "erase-content": OWNER,
    "erase-version": OWNER,
    "links": OWNER,
    "link-revoke": OWNER,
    "download": PUBLIC,
    "snapshots": OWNER,
    "snapshot-new": OWNER,
    "snapshot-preview": OWNER,
    "snapshot": OWNER,
    "snapshot-verify": OWNER,
    "snapshot-push": OWNER,
    "schedule": OWNER,
    "destinations": OWNER,
    "destination-remove": OWNER,
    "snapshot-export": OWNER,
    "snapshot-diff-choose": OWNER,
    "snapshot-diff": OWNER,
}
API = {
    "api-projects": SIGNED_IN,
    "api-project": MEMBER,
    "api-notifications": SIGNED_IN,
    "api-comments": MEMBER,
    "api-comment": MEMBER,
    "api-webhooks": OWNER,
    "api-webhook": OWNER,
    "api-deliveries": OWNER,
    "api-delivery": OWNER,
    "api-practice": MEMBER,
    "api-practice-samples": OWNER,
    "api-practice-people": OWNER,
    "api-my-work": MEMBER,
    "api-my-annotations": MEMBER,
    "api-next": MEMBER,
    "api-annotations": MEMBER,
    "api-draft": MEMBER,
    "api-skip": MEMBER,
    "api-job": DECIDER,
    "api-samples": DECIDER,
    "api-sample": DECIDER,
    "api-findings": DECIDER,
    "api-suggestions": OWNER,
    "api-suggestion-use": DECIDER,
    "api-agreement": DECIDER,
    "api-taste": DECIDER,
    "api-reviewer-agreement": DECIDER,
    "api-came-back": MEMBER,
    "api-came-back-reply": MEMBER,
    "api-annotators": DECIDER,
    "api-aggregates": DECIDER,
    "api-aggregate": DECIDER,
    "api-annotator": MEMBER,
    "api-likeness": DECIDER,
    "api-people": DECIDER,
    "api-disputes": DECIDER,
    "api-adjudication": DECIDER,
    "api-assets": OWNER,
    "api-imports": OWNER,
    "api-dump": OWNER,
    "api-snapshots": OWNER,
    "api-snapshot": OWNER,
    "api-snapshot-preview": OWNER,
    "api-export": OWNER,
    "api-snapshot-diff": OWNER,
    "api-acknowledge": OWNER,
    "api-contamination": OWNER,
    "api-contamination-list": OWNER,
    "api-pseudonyms": OWNER,
    "api-pseudonyms-of": OWNER,
    "api-withdrawal-downloads": OWNER,
    "api-erase-content": OWNER,
    "api-erase-version": OWNER,
    "api-withdrawals": OWNER,
    "api-datasheet": OWNER,
    "api-downloads": OWNER,
    "api-verifications": OWNER,
    "api-pushes": OWNER,
    "api-destinations": OWNER,
    "api-destination": OWNER,
    "api-schedule": OWNER,
    "api-links": OWNER,
    "api-link": OWNER,
}
OPEN = {"health-live", "health-ready", "metrics", "api-schema", "styleguide"}


class Scene(NamedTuple):
    project: Project
    people: dict[str, User]
    stranger: User
    values: dict[str, Any]


@pytest.fixture
def scene() -> Scene:
    people = {"owner": make_user()}
    project = make_project(people["owner"], slug="scene", interface=INTERFACE)
    for role in ("reviewer", "annotator"):
        people[role] = make_member(project, role)
    sample = make_sample(project, key="a/b")
    values = {"slug": project.slug, "key": sample.key, **_rows(project, people["owner"])}
    return Scene(project, people, make_user(), values)


def _rows(project: Project, owner: User) -> dict[str, Any]:
    """One row of each kind that an address names. What belongs to one person is not there for anybody else."""
    from django.utils import timezone

    from projects.models import Asset, Consent, Import, Job, Snapshot
    from projects.snapshots.models import SnapshotState
    from projects.workspace.jobs import request_job

    job = request_job(kind="import", project=project, actor=None)
    source = Import.objects.create(
        project=project, job=job, kind="samples", filename="a.jsonl", upload="none", created_by=owner
    )
    built = request_job(kind="snapshot", project=project, actor=None)
    Job.objects.filter(pk=built.pk).update(state="done")
    Snapshot.objects.create(
        project=project, number=1, job=built, created_by=owner, state=SnapshotState.FAILED, finished_at=timezone.now()
    )
    Asset.objects.create(project=project, sha256="0" * 64, content_type="image/png", size=1)
    invitation, _ = invitations.invite(actor=owner, project=project, role="annotator")
    return {
        "job_id": job.pk,
        "import_id": source.pk,
        **ADDRESSED,
        "other": 2,
        "table": "people",
        "version": 1,
        "sha256": "0" * 64,
        "consent_id": Consent.objects.create(project=project, reference="c").pk,
        "user_id": owner.pk,
        "invitation_id": invitation.pk,
        "assignment_id": 1,
        "series": "mood",
        "token": "nobody-has-this",
    }


def _routes(patterns: Any, prefix: str = "") -> Iterator[tuple[str, list[str], str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", list(pattern.pattern.regex.groupindex), prefix + str(pattern.pattern)


ROUTES = [
    (name, names, "api/v1/" in where)
    for name, names, where in _routes(get_resolver().url_patterns)
    if not where.startswith("accounts/") and name not in OPEN
]


def test_every_address_says_who_it_is_for() -> None:
    missing = sorted(name for name, _, is_api in ROUTES if name not in (API if is_api else PAGES))
    assert missing == []


def test_no_address_is_forgotten() -> None:
    gone = sorted((PAGES.keys() | API.keys()) - {name for name, _, _ in ROUTES})
    assert gone == []


@pytest.mark.parametrize(("name", "names", "is_api"), ROUTES, ids=[route[0] for route in ROUTES])
def test_who_is_let_in(scene: Scene, name: str, names: list[str], is_api: bool) -> None:
    level = (API if is_api else PAGES)[name]
    address = reverse(name, kwargs={each: scene.values[each] for each in names})
    signed_out = [Client().get(address).status_code, Client().post(address).status_code]
    if level == PUBLIC:
        assert 401 not in signed_out
        return
    assert set(signed_out) <= ({401, 405} if is_api else {302, 405}), "nothing is open to those who are not signed in"
    if level == SIGNED_IN:
        assert _status(scene.stranger, address) not in (403, 404)
        return
    assert _status(scene.stranger, address) == 404, "a stranger learns nothing"
    for role in CAST:
        if role == "annotator" and "assignment_id" in names:
            continue  # whose it is decides: see the tests of labelling
        status = _status(scene.people[role], address)
        if role in ALLOWED[level]:
            assert status != 403, role
        else:
            assert status == 403, role


def _status(user: User, address: str) -> int:
    """By GET, or by whatever the address takes."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    status = client.get(address).status_code
    if status == 405:
        status = client.post(address, {}, content_type="application/json").status_code
    if status == 405:
        status = client.put(address, {}, content_type="application/json").status_code
    if status == 405:
        status = client.delete(address).status_code
    assert status < 500, address
    return status


def test_nobody_reaches_another_persons_assignment(scene: Scene) -> None:
    labeler, other = scene.people["annotator"], scene.people["reviewer"]
    assignment = labeling.next_assignment(membership=membership(scene.project, labeler))
    assert assignment is not None
    address = reverse("api-draft", args=[scene.project.slug, assignment.pk])
    body = {"revision": 0, "answers": {"mood": "dark"}}
    client = Client()
    client.force_login(other)
    assert client.put(address, body, content_type="application/json").status_code == 404
    client.force_login(labeler)
    assert client.put(address, body, content_type="application/json").status_code == 200


def test_a_job_of_another_project_is_not_there(scene: Scene) -> None:
    elsewhere = make_project()
    client = Client()
    client.force_login(elsewhere.created_by)
    assert client.get(reverse("job", args=[scene.values["job_id"]])).status_code == 404
