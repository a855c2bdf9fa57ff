"""The fixed cast of a project and their browsers."""

from typing import Any

from django.test import Client

from projects.models import Project, User
from tests.factories import make_member, make_project, make_user


def browser(user: User | None = None) -> Client:
    """A signed-in client, or an anonymous one."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


class Cast:
    """One project and everybody around it."""

    def __init__(self, **options: Any) -> None:
        self.owner = make_user(first_name="Olivia")
        self.project: Project = make_project(self.owner, **options)
        self.reviewer = make_member(self.project, "reviewer")
        self.annotator = make_member(self.project)
        self.stranger = make_user()

    def statuses(self, address: str) -> dict[str, int]:
        """What each of the cast is answered at the address."""
        people = ("owner", "reviewer", "annotator", "stranger")
        return {name: browser(getattr(self, name)).get(address).status_code for name in people}


FOR_OWNERS = {"owner": 200, "reviewer": 403, "annotator": 403, "stranger": 404}
FOR_MEMBERS = {"owner": 200, "reviewer": 200, "annotator": 200, "stranger": 404}
