"""The demonstration: its content fits the product, and setting it up can be cut off and done again."""

import io
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from annotator import demo
from annotator.demo import pictures, setup
from projects.intake.models import Import, ImportKind
from projects.labeling import queue
from projects.models import Annotation, Membership, Project, Provenance, Sample, User
from projects.provenance.models import Consent
from projects.provenance.statement import parse
from projects.quality.models import Agreement
from projects.samples.states import SampleState
from projects.schema import Interface
from projects.snapshots.queries import left_out
from projects.workspace.audit import change
from projects.workspace.models import Job, JobState
from projects.workspace.policy import Policy

PROJECTS = demo.projects()
SAMPLES = [(project, sample) for project in PROJECTS for sample in project.samples]
ANNOTATIONS = [(project, line) for project in PROJECTS for line in project.annotations]
drawn = cache(pictures.draw)
each_project = pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.slug)


def nothing(text: str) -> None:
    """Hears what the set-up says."""


def states(slug: str) -> Counter[str]:
    return Counter(Sample.objects.filter(project__slug=slug).values_list("state", flat=True))


@pytest.fixture
def places(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads and pictures go where the test's other files go; each picture is drawn once."""
    monkeypatch.setattr(pictures, "draw", drawn)
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        **{name: {"BACKEND": backend, "OPTIONS": {"location": tmp_path / name}} for name in ("default", "uploads")},
    }


@pytest.fixture
def set_up(places: None) -> None:
    setup.set_up(nothing)


@each_project
def test_interface_policy_and_guidelines_are_whole(project: demo.DemoProject) -> None:
    interface = Interface.parse(project.interface)
    Policy.parse(project.policy)
    assert "\n\n" in project.guidelines and not project.guidelines.startswith("#")
    for question in interface.questions:
        assert question.title
        for axis in getattr(question, "axes", None) or ():
            assert axis.help and axis.points[0].anchor and axis.points[-1].anchor, axis.name


@pytest.mark.parametrize(("project", "sample"), SAMPLES, ids=lambda value: getattr(value, "slug", None))
def test_every_sample_fits_its_interface(project: demo.DemoProject, sample: dict[str, Any]) -> None:
    Interface.parse(project.interface).validate_fields(sample["fields"])
    assert parse(sample["provenance"]).source
    assert sample["metadata"]["form"] and sample["metadata"]["tone"]
    assert "lorem" not in str(sample).lower()


@pytest.mark.parametrize(("project", "line"), ANNOTATIONS, ids=lambda value: getattr(value, "slug", None))
def test_every_annotation_fits_its_sample(project: demo.DemoProject, line: dict[str, Any]) -> None:
    fields = next(sample["fields"] for sample in project.samples if sample["key"] == line["key"])
    found = Interface.parse(project.interface).validate_answers(line["answers"], fields)
    assert set(found) == set(line["answers"])
    assert line["duration_ms"] > 3000


def test_there_is_enough_of_everything() -> None:
    assert len(SAMPLES) >= 38
    assert len({sample["key"] for _, sample in SAMPLES}) == len(SAMPLES)
    languages = {sample["metadata"].get("language") for _, sample in SAMPLES} - {None}
    assert len(languages) >= 8
    provenance = [sample["provenance"] for _, sample in SAMPLES]
    assert {each["origin"] for each in provenance} == {"human", "ai", "ai-assisted", "synthetic"}
    assert 3 <= sum("licence" not in each for each in provenance) <= 6
    assert all("model" in each for each in provenance if each["origin"] != "human")
    assert all("consent" in each for each in provenance if each["origin"] == "human" and "licence" in each)
    assert {line["annotator"] for _, line in ANNOTATIONS} <= {person.username for person in demo.people()}


@pytest.mark.parametrize("name", pictures.SCENES)
def test_pictures_are_pictures_and_always_the_same(name: str) -> None:
    body = pictures.draw(name)
    with Image.open(io.BytesIO(body)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (pictures.WIDTH, pictures.HEIGHT))
    assert body == pictures.draw(name)
    assert len(body) < 400_000


@pytest.mark.django_db
@pytest.mark.usefixtures("set_up")
def test_some_samples_are_decided_some_disputed_and_some_left_to_do() -> None:
    found = {project.slug: states(project.slug) for project in PROJECTS}
    assert found == {
        "small-stories": {"approved": 8, "disputed": 6, "labeled": 1, "ready": 7},
        "which-is-better": {"disputed": 4, "labeled": 4, "ready": 5},
        "pictures": {"approved": 5, "disputed": 2, "ready": 3},
    }
    assert Annotation.objects.count() == len(ANNOTATIONS)
    for source in Import.objects.select_related("job"):
        assert source.job.result is not None
        assert source.job.result["created"] == source.job.result["lines"], source
    figures = Agreement.objects.filter(project__slug="small-stories")
    assert {row.question for row in figures if row.value is not None} >= {"works", "reading"}


@pytest.mark.django_db
@pytest.mark.usefixtures("set_up")
def test_everybody_has_something_to_label_in_every_project() -> None:
    for membership in Membership.objects.filter(project__slug__in=demo.SLUGS).exclude(role="owner"):
        with change(membership.user, membership.project) as log:
            assert queue.lease_next(membership, log) is not None, membership


@pytest.mark.django_db
@pytest.mark.usefixtures("set_up")
def test_a_snapshot_would_leave_out_what_may_not_leave() -> None:
    assert list(Consent.objects.filter(state="ended").values_list("reference", flat=True)) == ["PA-2025-09"]
    approved = Sample.objects.filter(project__slug="small-stories", state=SampleState.APPROVED)
    unlicensed = Provenance.objects.filter(sample__in=approved, licence="")
    assert list(unlicensed.values_list("sample__key", flat=True)) == ["full-stop"]
    reasons = left_out(Project.objects.get(slug="small-stories"), {})
    assert (reasons["consent ended"], reasons["licence missing"]) == (1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("places")
def test_setting_up_again_changes_nothing() -> None:
    assert not setup.is_complete()
    setup.set_up(nothing)
    assert setup.is_complete()
    assert set(setup.give_passwords()) == {person.username for person in demo.people()}
    before = [list(model.objects.order_by("pk").values_list()) for model in (Sample, Annotation, Job, Import, User)]
    setup.set_up(nothing)
    assert setup.give_passwords() == {}
    after = [list(model.objects.order_by("pk").values_list()) for model in (Sample, Annotation, Job, Import, User)]
    assert after == before


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [ImportKind.SAMPLES, ImportKind.ANNOTATIONS])
@pytest.mark.usefixtures("places")
def test_a_set_up_that_was_cut_off_is_completed(kind: ImportKind, monkeypatch: pytest.MonkeyPatch) -> None:

    def cut_off(job: Job) -> None:
        if job.source.kind == kind and job.project.slug == "small-stories":  # type: ignore[union-attr]
            Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, worker="killed")
            raise KeyboardInterrupt
        done_here(job)

    done_here = setup.done_here  # type: ignore[attr-defined]
    monkeypatch.setattr(setup, "done_here", cut_off)
    with pytest.raises(KeyboardInterrupt):
        setup.set_up(nothing)
    assert not setup.is_complete()
    monkeypatch.setattr(setup, "done_here", done_here)
    setup.set_up(nothing)
    assert setup.is_complete()
    assert states("small-stories") == {"approved": 8, "disputed": 6, "labeled": 1, "ready": 7}
    assert Import.objects.count() == 2 * len(PROJECTS)


@pytest.mark.django_db
@pytest.mark.usefixtures("set_up")
def test_nobody_can_sign_in_before_passwords_are_given_and_then_with_them(client: Client) -> None:
    assert not any(user.has_usable_password() for user in User.objects.all())
    passwords = setup.give_passwords()
    for username, password in passwords.items():
        assert client.login(username=username, password=password)
    assert set(setup.give_passwords(to_all=True)) == set(passwords)
    assert not client.login(username="ada", password=passwords["ada"])
