"""Setting the demonstration up, by the actions and imports that everybody uses.

Every step looks first at what is there, so that a set-up that was cut off is completed by the next. A project is
complete when its annotations are in: they come last.
"""

import io
import secrets
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

import orjson
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from annotator.demo import DemoProject, people, projects
from projects.intake.actions import start_import
from projects.intake.models import Import, ImportKind
from projects.management.commands._common import done_here
from projects.models import Consent, Project, User
from projects.provenance.actions import end_consent
from projects.provenance.models import ConsentState
from projects.workspace import actions, jobs, relay
from projects.workspace.models import Job, JobState, Role

# Entries of the ZIP carry one date, so that the same content makes the same file.
DATE: Final = (2026, 1, 1, 0, 0, 0)


def is_complete() -> bool:
    """True when nothing is left to set up."""
    return all(_imported(content.slug, ImportKind.ANNOTATIONS) for content in projects())


def set_up(say: Callable[[str], object]) -> None:
    """Makes whatever part of the demonstration is missing. Raises CommandError when an import fails."""
    if not settings.REDIS_URL:  # no worker but ours: what is marked as running was cut off
        relay.release_orphans()
    cast = {person.username: _person(person.username, person.name) for person in people()}
    owner = next(cast[person.username] for person in people() if person.role == Role.OWNER)
    for content in projects():
        if _imported(content.slug, ImportKind.ANNOTATIONS):
            continue
        say(f"Demonstration project “{content.name}” …")
        project = Project.objects.filter(slug=content.slug).first() or actions.create_project(
            actor=owner,
            name=content.name,
            slug=content.slug,
            interface=content.interface,
            guidelines=content.guidelines,
            overlap=content.overlap,
            policy=content.policy,
        )
        for person in people():
            actions.set_member(actor=owner, project=project, user=cast[person.username], role=person.role)
        _import(owner, project, ImportKind.SAMPLES, content)
        _end_consent(owner, project, content.ended_consent)
        _import(owner, project, ImportKind.ANNOTATIONS, content)
        _settle(project)


def give_passwords(*, to_all: bool = False) -> dict[str, str]:
    """Fresh passwords for those who have none, or for everybody: user name → password. They are stored as hashes."""
    made = {}
    for person in people():
        user = User.objects.filter(username__iexact=person.username).first()
        if user is None or (user.has_usable_password() and not to_all):
            continue
        made[user.username] = secrets.token_hex(8)
        user.set_password(made[user.username])
        user.save(update_fields=["password"])
    return made


def samples_file(content: DemoProject) -> tuple[str, bytes]:
    """The samples as a file to import: JSON Lines, or a ZIP of it with the pictures."""
    lines = b"".join(orjson.dumps(line) + b"\n" for line in content.samples)
    media = content.media()
    if not media:
        return "samples.jsonl", lines
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr(zipfile.ZipInfo("samples.jsonl", DATE), lines)
        for path, picture in media.items():
            archive.writestr(zipfile.ZipInfo(path, DATE), picture)
    return "samples.zip", body.getvalue()


def _person(username: str, name: str) -> User:
    """The account of that name; a new one can't sign in before it gets a password."""
    user = User.objects.filter(username__iexact=username).first() or actions.create_user(username=username)
    if not user.first_name:
        user.first_name, _, user.last_name = name.partition(" ")
        user.save(update_fields=["first_name", "last_name"])
    return user


def _imported(slug: str, kind: ImportKind) -> bool:
    return Import.objects.filter(project__slug=slug, kind=kind, job__state=JobState.DONE).exists()


def _import(owner: User, project: Project, kind: ImportKind, content: DemoProject) -> None:
    if _imported(project.slug, kind):
        return
    source = Import.objects.filter(project=project, kind=kind, job__state__in=Job.OPEN).first()
    if source is None:
        name, body = samples_file(content) if kind == ImportKind.SAMPLES else ("annotations.jsonl", _lines(content))
        source = start_import(
            actor=owner, project=project, file=ContentFile(body, name=name), filename=name, kind=kind.value
        )
    done_here(source.job)


def _lines(content: DemoProject) -> bytes:
    return b"".join(orjson.dumps(line) + b"\n" for line in content.annotations)


def _end_consent(owner: User, project: Project, ended: Mapping[str, str] | None) -> None:
    """One author wanted her work back: a snapshot leaves it out and says so."""
    for consent in Consent.objects.filter(project=project, reference=ended["reference"]) if ended else ():
        if ended and consent.state == ConsentState.GIVEN:
            end_consent(actor=owner, project=project, consent=consent, note=ended["note"])


def _settle(project: Project) -> None:
    """What follows from import and answers, now instead of after the usual pause: routing first, then the figures."""
    for kind in ("screen", "route", "agreement", "aggregation"):
        waiting = Job.objects.filter(project=project, kind=kind, state=JobState.QUEUED)
        waiting.update(run_after=timezone.now())
        for pk in list(waiting.values_list("pk", flat=True)):
            jobs.run(pk)
