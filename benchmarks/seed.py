"""Fills the database that ANNOTATOR_DATA or DATABASE_URL names with projects of a given size; prints what it made.

python -m benchmarks.seed --samples 1000 100000 --people 32
"""

import argparse
import json
import os
import uuid
from typing import Any

import django

INTERFACE = {
    "schema": 1,
    "fields": [{"name": "text", "type": "text", "title": "Text"}],
    "questions": [
        {
            "name": "mood",
            "type": "label",
            "required": True,
            "options": [{"id": "bright", "title": "Bright"}, {"id": "dark", "title": "Dark"}],
        },
        {"name": "craft", "type": "rating", "scale": [1, 5]},
    ],
}
TEXT = "The lighthouse keeper counted the waves the way other people count sheep, and never once fell asleep. " * 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, nargs="+", default=[1000])
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--overlap", type=int, default=1)
    parser.add_argument("--answered", type=float, default=0, help="share that the first person has answered already")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(seed(options.samples, options.people, options.overlap, options.answered)))


def seed(sizes: list[int], people: int, overlap: int, answered: float = 0) -> dict[str, object]:
    """One project for each size, the same people in all. Returns slugs and tokens."""
    from rest_framework.authtoken.models import Token

    from projects.models import Membership, User
    from projects.workspace import actions

    owner = User.objects.create_user("owner")
    annotators = [User.objects.create_user(f"annotator-{n}") for n in range(people)]
    tokens = [Token.objects.create(user=user).key for user in annotators]
    slugs = []
    for size in sizes:
        project = actions.create_project(
            actor=owner, name=f"Benchmark {size}", slug=f"b{size}", interface=INTERFACE, overlap=overlap
        )
        Membership.objects.bulk_create(
            [Membership(project=project, user=user, role="annotator") for user in annotators]
        )
        fill(project, size)
        answer(project, annotators[0], int(size * answered))
        slugs.append(project.slug)
    return {"slugs": slugs, "tokens": tokens, "owner": Token.objects.create(user=owner).key}


def fill(project: Any, size: int) -> None:
    """Ready samples, past the import."""
    from django.db import transaction
    from django.utils import timezone

    from projects.models import Project, Sample
    from projects.workspace.db import allocate_ids, insert_rows

    columns = ["id", "project", "key", "fields", "metadata", "content_sha256", "state", "open_slots", "answered"]
    columns += ["awaited", "position", "created_at"]
    now = timezone.now().replace(tzinfo=None)
    with transaction.atomic():
        ids = allocate_ids(Sample, size)
        insert_rows(
            Sample,
            columns,
            (
                (
                    *(pk, project.pk, f"s{pk}", json.dumps({"text": TEXT + str(pk)}), "{}", f"{pk:064x}"),
                    *("ready", project.overlap, 0, 0, pk, now),
                )
                for pk in ids
            ),
        )
        Project.objects.filter(pk=project.pk).update(sample_count=size)


def answer(project: Any, person: Any, count: int) -> None:
    """The project's first samples as this person's work of earlier days."""
    from django.db import transaction
    from django.utils import timezone

    from projects.models import Annotation, Assignment, Membership, Sample
    from projects.workspace.db import allocate_ids, insert_rows

    first = list(Sample.objects.filter(project=project).order_by("position").values_list("pk", flat=True)[:count])
    if not first:
        return
    now, interface = timezone.now().replace(tzinfo=None), project.interface_id
    with transaction.atomic():
        assignments, annotations = allocate_ids(Assignment, count), allocate_ids(Annotation, count)
        columns = ["id", "project", "sample", "annotator", "interface", "state", "leased_at", "deadline", "shown"]
        insert_rows(
            Assignment,
            [*columns, "draft", "revision", "skip_reason", "note", "purpose"],
            (
                (pk, project.pk, sample, person.pk, interface, "submitted", now, now, "{}", None, 0, "", "", "label")
                for pk, sample in zip(assignments, first, strict=True)
            ),
        )
        columns = ["id", "project", "sample", "assignment", "annotator", "interface", "version", "current", "answers"]
        insert_rows(
            Annotation,
            [*columns, "comments", "origin", "submission", "duration_ms", "created_at", "purpose"],
            (
                (
                    *(
                        pk,
                        project.pk,
                        sample,
                        assignment,
                        person.pk,
                        interface,
                        1,
                        True,
                        '{"mood": "dark", "craft": 3}',
                    ),
                    *("{}", "labeled", uuid.uuid4().hex, 9000, now, "label"),
                )
                for pk, sample, assignment in zip(annotations, first, assignments, strict=True)
            ),
        )
        Sample.objects.filter(pk__lte=first[-1], project=project).update(
            state="approved", answered=1, open_slots=0, disagreement=0
        )
        Membership.objects.filter(project=project, user=person).update(cursor=first[-1], submitted=count)


if __name__ == "__main__":
    main()
