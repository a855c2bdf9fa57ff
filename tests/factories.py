"""Plain makers of what tests need, through the product's own actions wherever there is one."""

import itertools
from typing import Any

from projects.formats.canonical import content_hash
from projects.models import Membership, Project, Provenance, Sample, User
from projects.samples.states import SampleState
from projects.workspace import actions

_number = itertools.count(1)
PASSWORD = "correct horse battery"

INTERFACE: dict[str, Any] = {
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

# What parts of addresses stand for where nothing, or whatever comes first, is there.
ADDRESSED: dict[str, Any] = {
    **dict.fromkeys(("adjudication_id", "comment_id", "delivery_id", "destination_id", "link_id", "list_id"), 1),
    **dict.fromkeys(
        ("answer_id", "notification_id", "overruling_id", "webhook_id", "withdrawal_id", "number", "other"), 1
    ),
    "username": "nobody",
    "export_format": "jsonl",
}


def make_user(username: str = "", **extra: Any) -> User:
    return User.objects.create_user(username=username or f"person-{next(_number)}", password=PASSWORD, **extra)


def make_project(owner: User | None = None, **options: Any) -> Project:
    options.setdefault("name", f"Project {next(_number)}")
    options.setdefault("interface", INTERFACE)
    return actions.create_project(actor=owner or make_user(), **options)


def make_member(project: Project, role: str = "annotator", user: User | None = None) -> User:
    user = user or make_user()
    actions.set_member(actor=project.created_by, project=project, user=user, role=role)
    return user


def make_sample(project: Project, key: str = "", **options: Any) -> Sample:
    """A sample that waits to be labelled, with a provenance that may leave."""
    number = next(_number)
    provenance = {"origin": "human", "licence": "CC-BY-4.0", **options.pop("provenance", {})}
    fields = options.pop("fields", {"text": f"A short text, number {number}."})
    defaults = {
        "state": SampleState.READY,
        "open_slots": project.overlap,
        "position": number,
        "metadata": {},
        "content_sha256": content_hash({"fields": fields}),
    }
    sample = Sample.objects.create(project=project, key=key or f"s{number}", fields=fields, **{**defaults, **options})
    Provenance.objects.create(sample=sample, **provenance)
    Project.objects.filter(pk=project.pk).update(sample_count=project.samples.count())
    return sample


def membership(project: Project, user: User) -> Membership:
    return Membership.objects.get(project=project, user=user)
