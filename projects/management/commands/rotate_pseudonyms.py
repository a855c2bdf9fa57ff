"""`manage.py rotate_pseudonyms PROJECT EPOCH`: versions from now on have other pseudonyms."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.management.commands._common import owner_of, project_named
from projects.snapshots.pseudonyms import rotate
from projects.workspace.actions import Refused


class Command(BaseCommand):
    help = "Gives the project a new key for pseudonyms; earlier versions stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("epoch", type=int, help="the epoch that ends, as manifests name it: said twice, done once")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        try:
            epoch = rotate(actor=owner_of(project), project=project, epoch=options["epoch"])
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Versions of {project.slug} from now on are of epoch {epoch}.")
