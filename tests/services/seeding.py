"""A project with many approved samples, for builds in processes of their own."""

from tests.live import manage

SAMPLES = 9_000  # several parts
TABLES = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
SEED = """
from datetime import datetime, UTC
from projects.models import *
from projects.workspace import actions
owner = actions.create_user(username="owner")
interface = {"schema": 1, "fields": [{"name": "text", "type": "text"}],
             "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}]}
project = actions.create_project(actor=owner, name="Killed", slug="killed", interface=interface)
Project.objects.update(pseudonym_key="ab" * 32)
consent = Consent.objects.create(project=project, reference="c-1", given_at=datetime(2026, 1, 1, tzinfo=UTC))
creator = Creator.objects.create(project=project, name="Amara", credit="Amara Okafor, Lagos")
common = {"project": project, "interface": project.interface}
samples = Sample.objects.bulk_create([
    Sample(project=project, key=f"uu{n:05}", fields={"text": f"The sea, told for the {n}th time. " * 5}, position=n,
           state="approved", content_sha256=f"{n:064x}", spreads={"craft": 0.25}) for n in range(SAMPLES)],
    batch_size=1000)
Provenance.objects.bulk_create([Provenance(sample=s, origin="human", licence="CC0-1.0", creator=creator,
                                           consent=consent) for s in samples], batch_size=1000)
Adjudication.objects.bulk_create([
    Adjudication(sample=s, decision="approve", origin="overlap", answers={"craft": 4}, policy={}, **common)
    for s in samples], batch_size=1000)
now = datetime(2026, 1, 2, tzinfo=UTC)
for person in [User.objects.create(username=name) for name in ("p1", "p2")]:
    taken = Assignment.objects.bulk_create([Assignment(sample=s, annotator=person, state="submitted", deadline=now,
                                                       **common) for s in samples], batch_size=1000)
    Annotation.objects.bulk_create([Annotation(sample=a.sample, assignment=a, annotator=person, answers={"craft": 4},
                                               **common) for a in taken], batch_size=1000)
"""
ASK = """
from projects.models import Project
from projects.snapshots.actions import request_snapshot
project = Project.objects.get()
print(request_snapshot(actor=project.created_by, project=project).job_id)
"""


def seed(env: dict[str, str]) -> None:
    """Makes the tables and the project."""
    manage(env, "shell", "--no-imports", "-c", TABLES + SEED.replace("SAMPLES", str(SAMPLES)))


def ask(env: dict[str, str]) -> int:
    """Asks for a version; the id of its job."""
    return int(manage(env, "shell", "--no-imports", "-c", ASK).split()[-1])
