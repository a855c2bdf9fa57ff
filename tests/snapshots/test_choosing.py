"""Choosing what goes into a snapshot: every reason for leaving samples out, the page, the API and the command."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from projects.models import AuditEntry, Consent, Creator, Project, Sample, Snapshot, User
from projects.provenance.models import ConsentState
from projects.snapshots import actions, files, layout
from projects.snapshots.layout.manifest import dump
from projects.snapshots.preview import preview_of
from projects.snapshots.queries import eligible, left_out
from projects.snapshots.withdrawal import withdraw
from projects.workspace.actions import update_project
from tests.factories import make_sample
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(project: Project, client: Client) -> Client:
    client.force_login(project.created_by)
    return client


def with_policy(project: Project, **policy: Any) -> Project:
    rules = {**project.rules.as_dict(), **policy}
    update_project(actor=project.created_by, project=project, name=project.name, guidelines="", overlap=2, policy=rules)
    return Project.objects.get(pk=project.pk)


def crowd(project: Project, reviewer: User) -> None:
    """Samples of every kind, each under the key that says why it may not leave."""
    make_sample(project, key="waiting", open_slots=0)
    Sample.objects.filter(key="waiting").update(state="disputed")
    ended = Consent.objects.create(
        project=project, reference="over", state=ConsentState.ENDED, ended_at="2026-01-01T00:00:00Z"
    )
    given = Consent.objects.create(project=project, reference="given")
    amara = Creator.objects.create(project=project, name="Amara")
    whole = {"consent": given, "creator": amara}
    for key, provenance in (
        ("good", whole),
        ("ended", {"consent": ended, "creator": amara}),
        ("bare", {**whole, "licence": ""}),
        ("free", {**whole, "licence": "CC0-1.0 OR CC-BY-NC-4.0"}),
        ("unpaid", {**whole, "licence": "CC-BY-NC-4.0"}),
        ("fixed", {**whole, "licence": "CC-BY-ND-4.0"}),
        ("house", {**whole, "licence": "LicenseRef-house"}),
        ("unasked", {"creator": amara}),
        ("nobody", {"consent": given}),
    ):
        approved(project, reviewer, MOOD, key=key, provenance=provenance)
    gone = approved(project, reviewer, MOOD, key="gone", provenance=whole)
    Sample.objects.filter(pk=gone.pk).update(state="withdrawn")


def inside(project: Project, document: dict[str, Any], purpose: str) -> set[str]:
    return set(eligible(project, document, purpose).values_list("key", flat=True))


def test_each_reason_is_counted_once_and_all_samples_are_accounted_for(project: Project, reviewer: User) -> None:
    crowd(project, reviewer)
    project = with_policy(project, require=["licence", "consent", "creator"])
    for purpose, kept, licences in (
        ("", {"good", "free", "unpaid", "fixed", "house"}, {}),
        ("research", {"good", "free", "unpaid", "house"}, {"licence not for research": 1}),
        ("commercial", {"good", "free"}, {"licence not for commercial use": 3}),
    ):
        assert inside(project, {}, purpose) == kept
        reasons = left_out(project, {}, purpose)
        assert reasons == {
            "not approved: disputed": 1,
            "withdrawn": 1,
            "consent ended": 1,
            "licence missing": 1,
            **licences,
            "consent missing": 1,
            "creator missing": 1,
        }
        assert sum(reasons.values()) + len(kept) == project.samples.count()
        found = preview_of(project, {"key_prefix": "g"}, purpose)
        assert (found.count, [row["key"] for row in found.first]) == (1, ["good"])
        assert {each.obstacle.reason: each.count for each in found.groups} == {"withdrawn": 1, "outside the filter": 9}
        assert all(each.obstacle.sentence for each in found.groups)


def test_what_the_policy_does_not_require_is_no_reason(project: Project, reviewer: User) -> None:
    crowd(project, reviewer)
    project = with_policy(project, require=[])
    assert {"bare", "unasked", "nobody"} <= inside(project, {}, "")
    assert "bare" not in inside(project, {}, "research"), "no licence allows nothing"


@pytest.mark.parametrize(
    ("allowed", "purposes"), [("none", set()), ("research", {"research"}), ("commercial", {"research", "commercial"})]
)
def test_the_policy_says_what_a_licence_of_its_own_allows(
    project: Project, reviewer: User, allowed: str, purposes: set[str]
) -> None:
    approved(project, reviewer, MOOD, key="house", provenance={"licence": "LicenseRef-house"})
    project = with_policy(project, licences={"LicenseRef-house": allowed})
    assert {each for each in ("research", "commercial") if inside(project, {}, each)} == purposes
    assert inside(project, {}, "") == {"house"}


def test_the_settings_page_takes_licences_line_by_line(project: Project, owner: Client) -> None:
    address = reverse("settings", args=[project.slug])
    form = owner.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (False, None)}
    wrong = {
        "LicenseRef-house": "expected a line like LicenseRef-house: research",
        "MIT: research": "“MIT” is no name like LicenseRef-house",
        "LicenseRef-house: fun": "LicenseRef-house: expected one of none, research, commercial",
        "LicenseRef-a: none\nLicenseRef-a: none": "LicenseRef-a is there twice",
    }
    for text, problem in wrong.items():
        reply = owner.post(address, {**sent, "licences": text})
        assert (reply.status_code, problem in reply.content.decode()) == (422, True), text
    text = "LicenseRef-house: Research\n\nLicenseRef-b: none "
    assert owner.post(address, {**sent, "licences": text}).status_code == 302
    project.refresh_from_db()
    assert project.rules.licences == {"LicenseRef-house": "research", "LicenseRef-b": "none"}
    assert "LicenseRef-b: none\nLicenseRef-house: research" in owner.get(address).content.decode()


def test_the_purpose_is_in_the_version_its_manifest_its_card_and_the_audit_log(
    project: Project, reviewer: User
) -> None:
    crowd(project, reviewer)
    version = built(project, purpose="commercial", document={"key_prefix": "g"})
    assert version.manifest is not None
    assert (version.purpose, version.manifest["purpose"]) == ("commercial", "commercial")
    assert version.manifest["counts"]["left_out"]["outside the filter"] == 9
    with files.local(version) as folder:
        assert "| purpose | commercial |" in (folder / "README.md").read_text()
    entry = AuditEntry.objects.get(action="snapshot.requested")
    assert json.loads(entry.data)["purpose"] == "commercial"
    plain = built(project)
    assert plain.manifest is not None
    assert (plain.purpose, plain.manifest["purpose"]) == ("", None)
    with files.local(plain) as folder:
        assert "| purpose |" not in (folder / "README.md").read_text()


def test_a_manifest_from_before_purposes_is_still_one(project: Project, reviewer: User, tmp_path: Path) -> None:
    approved(project, reviewer, MOOD, key="one")
    version = built(project)
    with files.local(version) as folder:
        document = json.loads((folder / "manifest.json").read_text())
        for name in ("purpose", "manifest_sha256"):
            del document[name]
        for path in folder.rglob("*"):
            if path.is_file():
                copy = tmp_path / "old" / path.relative_to(folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    (tmp_path / "old/manifest.json").write_bytes(dump(document))
    assert layout.verify(tmp_path / "old").ok


def test_a_successor_has_the_purpose_of_the_version_that_it_replaces(project: Project, reviewer: User) -> None:
    for key in ("one", "two"):
        approved(project, reviewer, MOOD, key=key)
    for purpose in ("commercial", "", "commercial"):
        built(project, purpose=purpose)
    withdraw(actor=project.created_by, project=project, samples=project.samples.filter(key="one"), reason="Asked to.")
    successors = dict(Snapshot.objects.filter(number__lte=3).values_list("number", "successor__purpose"))
    assert successors == {1: "commercial", 2: "", 3: "commercial"}
    assert Snapshot.objects.count() == 5, "one successor for each purpose"


# The page


def row(number: int, kind: str, *values: str, **more: str) -> dict[str, Any]:
    named = {f"{number}.{name.rstrip('_')}": value for name, value in more.items()}
    return {"row": [str(number)], f"{number}.kind": kind, f"{number}.value": list(values), **named}


def form(*rows: dict[str, Any], **more: str) -> dict[str, Any]:
    joined: dict[str, Any] = {"row": []}
    for each in rows:
        joined["row"] += each["row"]
        joined |= {name: value for name, value in each.items() if name != "row"}
    return {**joined, **more}


def counted(page: str) -> int:
    found = re.search(r"<strong[^>]*>(\d+)</strong> samples? would be in it", page)
    assert found, page[-3000:]
    return int(found[1])


def test_rows_are_added_removed_and_kept_without_javascript(project: Project, owner: Client) -> None:
    address = reverse("snapshot-new", args=[project.slug])
    assert owner.get(address).status_code == 200
    page = owner.post(address, {"do": "add", "add": "origin"})
    assert [each.kind.name for each in page.context["rows"]] == ["origin"]
    assert "origin" not in [kind.name for kind in page.context["kinds"]], "once is enough"
    sent = form(row(1, "origin", "human"), do="add", add="metadata", name="Spring", purpose="research")
    page = owner.post(address, sent)
    assert [(each.number, each.kind.name, each.values) for each in page.context["rows"]] == [
        (1, "origin", ["human"]),
        (2, "metadata", []),
    ]
    text = page.content.decode()
    assert 'value="Spring"' in text
    assert re.search(r'value="research" checked', text)
    page = owner.post(address, form(row(1, "origin", "human"), row(2, "metadata"), do="remove.1"))
    assert [each.number for each in page.context["rows"]] == [2]


def test_every_kind_of_row_says_what_it_asks(project: Project, owner: Client, reviewer: User) -> None:
    amara = Creator.objects.create(project=project, name="Amara")
    approved(project, reviewer, MOOD, key="a", metadata={"n": 5}, provenance={"creator": amara})
    address = reverse("snapshot-new", args=[project.slug])
    for sent, document in (
        (row(1, "metadata", "en\r\n 5 \r\n\r\ntrue", name="x"), {"metadata": {"x": ["en", "5", 5, "true", True]}}),
        (row(1, "metadata", "", name="x", is_="missing"), {"metadata": {"x": None}}),
        (row(1, "metadata", "", name="x"), {}),
        (row(1, "origin", "human", "ai"), {"origin": ["human", "ai"]}),
        (row(1, "origin"), {}),
        (row(1, "licence", "CC-BY-4.0"), {"licence": ["CC-BY-4.0"]}),
        (row(1, "creator", "Amara"), {"creator": ["Amara"]}),
        (row(1, "answers.mood", "dark"), {"answers": {"mood": ["dark"]}}),
        (row(1, "decision", "plural"), {"decision": ["plural"]}),
        (row(1, "decided_by", "rule"), {"decided_by": ["rule"]}),
        (row(1, "min_agreement", "0.5"), {"min_agreement": 0.5}),
        (row(1, "min_annotations", " 2 "), {"min_annotations": 2}),
        (row(1, "key_prefix", "a"), {"key_prefix": "a"}),
        (row(1, "approved_since", "2026-01-01"), {"approved_since": "2026-01-01"}),
        (row(1, "answers.nothing", "dark"), {}),
    ):
        page = owner.post(address, form(sent, do="preview"))
        assert (page.status_code, page.context["looked"].document) == (200, document), sent
    both = form(row(1, "metadata", "en", name="x"), row(2, "metadata", "", name="y", is_="missing"))
    assert owner.post(address, both).context["looked"].document == {"metadata": {"x": ["en"], "y": None}}
    for sent, problem in (
        (form(row(1, "min_agreement", "much")), "Agreement of at least: expected a number from 0 to 1"),
        (form(row(1, "min_agreement", "nan")), "Agreement of at least: expected a number from 0 to 1"),
        (form(row(1, "min_annotations", "٣")), "Annotations, at least: expected a whole number"),
        (form(row(1, "metadata", "en")), "say which name the values are of"),
        (form(row(1, "metadata", "a", name="x"), row(2, "metadata", "b", name="x")), "two conditions"),
        (form(row(1, "origin", "martian")), "Origin: known are"),
        (form(purpose="fun"), "purpose: known are"),
    ):
        reply = owner.post(address, {**sent, "do": "build"})
        assert (reply.status_code, problem in reply.content.decode()) == (422, True), problem
    assert not Snapshot.objects.exists()


def test_the_page_shows_what_would_be_in_it_why_the_rest_is_not_and_builds_just_that(
    project: Project, owner: Client, reviewer: User
) -> None:
    crowd(project, reviewer)
    page = owner.get(reverse("snapshot-new", args=[project.slug])).content.decode()
    assert counted(page) == 7
    assert f'href="{reverse("consents", args=[project.slug])}"' in page
    assert f'href="{reverse("review", args=[project.slug])}?state=disputed"' in page
    sent = form(row(1, "key_prefix", "u"), purpose="commercial", name=" Spring ", note="First\r\nsecond")
    part = owner.post(reverse("snapshot-preview", args=[project.slug]), sent).content.decode()
    assert counted(part) == 1
    assert "Licence not for commercial use" in part
    assert "CC-BY-NC-4.0" in part
    assert "<bdi>Mood</bdi> <strong><bdi>Dark</bdi></strong>" in part
    reply = owner.post(reverse("snapshot-new", args=[project.slug]), {**sent, "do": "build"})
    assert reply.status_code == 302
    version = Snapshot.objects.get()
    assert (version.filter, version.purpose) == ({"key_prefix": "u"}, "commercial")
    assert (version.name, version.note) == ("Spring", "First\nsecond")
    again = owner.post(reverse("snapshot-new", args=[project.slug]), {**sent, "do": "build"})
    assert (again.status_code, "is being built; wait" in again.content.decode()) == (422, True)


def test_an_empty_choice_is_not_built(project: Project, owner: Client) -> None:
    reply = owner.post(reverse("snapshot-new", args=[project.slug]), {"do": "build"})
    assert (reply.status_code, "a snapshot would be empty" in reply.content.decode()) == (422, True)
    assert "The project has no samples yet." in reply.content.decode()


def test_the_number_of_statements_does_not_grow_with_the_samples(project: Project, reviewer: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            preview_of(project, {"metadata": {"x": None}}, "commercial")
        return len(found)

    approved(project, reviewer, MOOD, key="0")
    first = statements()
    for number in range(1, 6):
        approved(project, reviewer, MOOD, key=str(number))
    assert statements() == first <= 7


# Programs


def test_programs_preview_and_ask_for_it(project: Project, reviewer: User) -> None:
    crowd(project, reviewer)
    program = APIClient()
    program.force_authenticate(project.created_by)
    address = reverse("api-snapshot-preview", args=[project.slug])
    asked = {"filter": {"key_prefix": "u"}, "purpose": "commercial"}
    found = program.post(address, asked, format="json").json()
    assert program.get(address, {"filter": json.dumps(asked["filter"]), "purpose": "commercial"}).json() == found
    assert found["count"] == 1
    assert [(each["reason"], each["count"]) for each in found["left_out"]] == [
        ("licence not for commercial use", 1),
        ("outside the filter", 9),
    ]
    assert all(each["sentence"].endswith(".") for each in found["left_out"])
    assert [(each["key"], each["licence"], each["answers"]) for each in found["first"]] == [
        ("unasked", "CC-BY-4.0", MOOD)
    ]
    assert program.get(address).json()["count"] == 7
    assert not Snapshot.objects.exists()
    refused: list[dict[str, Any]] = [{"filter": {"mood": 1}}, {"purpose": "fun"}, {"filter": []}]
    for wrong in refused:
        assert program.post(address, wrong, format="json").status_code == 400, wrong
    assert program.get(address, {"filter": "{"}).status_code == 400
    snapshots = reverse("api-snapshots", args=[project.slug])
    assert program.post(snapshots, {"purpose": "fun"}, format="json").status_code == 400
    assert program.post(snapshots, asked, format="json").status_code == 202
    assert program.get(snapshots).json()[0]["purpose"] == "commercial"


def test_the_command_takes_a_purpose_and_a_filter(project: Project, reviewer: User) -> None:
    crowd(project, reviewer)
    out = io.StringIO()
    call_command("snapshot", project.slug, "--purpose", "commercial", "--filter", '{"key_prefix": "u"}', stdout=out)
    assert "1 samples" in out.getvalue()
    assert Snapshot.objects.get().purpose == "commercial"
    with pytest.raises(CommandError, match=r"filter\.min_agreement: expected a number"):
        call_command("snapshot", project.slug, "--filter", '{"min_agreement": 7}')


def test_an_unknown_purpose_is_refused_before_anything_is_written(project: Project, reviewer: User) -> None:
    approved(project, reviewer, MOOD, key="one")
    with pytest.raises(ValueError, match="purpose: known are"):
        actions.request_snapshot(actor=project.created_by, project=project, purpose="fun")
    assert not Snapshot.objects.exists()
