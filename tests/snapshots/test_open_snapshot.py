"""The script in docs/ opens versions of real projects, as a newcomer would run it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotator.demo import setup
from projects.models import Annotation, Project, Sample, User
from projects.review import actions as review
from projects.samples.states import SampleState
from projects.snapshots import files
from tests.factories import make_member
from tests.snapshots.making import built

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "psychdepth"
pytestmark = pytest.mark.django_db(transaction=True)


def opened(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the script does, run outside the project's folder."""
    command = [sys.executable, str(ROOT / "docs" / "open_snapshot.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder.parent, check=False)


def approve(project: Project, reviewer: User) -> int:
    """Whatever was answered, as its first reader answered it."""
    waiting = Sample.objects.filter(project=project, state__in=(SampleState.LABELED, SampleState.DISPUTED))
    for sample in list(waiting):
        first = Annotation.objects.filter(sample=sample, current=True).order_by("pk")[0]
        review.adjudicate(actor=reviewer, sample=sample, decision="approve", answers=first.answers, reason="Read.")
    return Sample.objects.filter(project=project, state=SampleState.APPROVED).count()


@pytest.fixture
def places(tmp_path: Path, settings: Any) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    kept = {name: {"BACKEND": backend, "OPTIONS": {"location": tmp_path / name}} for name in ("default", "uploads")}
    settings.STORAGES = {**settings.STORAGES, **kept}


def test_a_version_of_the_demonstration(places: None, tmp_path: Path) -> None:
    setup.set_up(lambda _: None)
    for project in Project.objects.all():
        reviewer = make_member(project, "reviewer")
        if not approve(project, reviewer):
            continue
        version = built(project)
        copy = files.materialise(version, tmp_path / project.slug)
        done = opened(copy)
        assert done.returncode == 0, done.stderr
        assert f"root {version.root}\nis what the manifest says" in done.stdout
        assert "agreement (whole project" in done.stdout
        path = copy / "CREDITS.md"
        path.write_bytes(path.read_bytes() + b" ")
        done = opened(copy)
        assert done.returncode == 1 and "1 changed: CREDITS.md" in done.stdout


@pytest.mark.skipif(not DATA.exists(), reason="the psychdepth data are not beside the project")
def test_a_version_of_real_stories(places: None, tmp_path: Path) -> None:
    User.objects.create_user("olga")
    interface = str(DATA / "interface.json")
    call_command("create_project", "depth", "--interface", interface, "--owner", "olga", "--overlap", "5")
    arguments = (str(DATA / "samples.jsonl"), "--annotations", str(DATA / "annotations.jsonl"), "--json")
    call_command("import_samples", "depth", *arguments)
    call_command("agreement", "depth", "--json")
    project = Project.objects.get(slug="depth")
    assert approve(project, make_member(project, "reviewer")) == 87
    done = opened(files.materialise(built(project), tmp_path / "depth"))
    assert done.returncode == 0, done.stderr
    assert "gold 87\nresponses 435" in done.stdout
    assert "ordinal 0.0642 [" in done.stdout and "undefined" in done.stdout
    assert "is what the manifest says" in done.stdout
