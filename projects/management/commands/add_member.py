"""`manage.py add_member PROJECT NAME --role ROLE`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.management.commands._common import project_named, user_named
from projects.workspace.actions import Refused, set_member
from projects.workspace.models import Role


class Command(BaseCommand):
    help = "Makes a person a member of a project, or changes their role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        project, user = project_named(options["project"]), user_named(options["name"])
        try:
            set_member(actor=None, project=project, user=user, role=options["role"])
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.username} is {options['role']} of {project.slug}.")
