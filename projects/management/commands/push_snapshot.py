"""`manage.py push_snapshot PROJECT N DESTINATION`: send a version to a destination of its project, here and now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.management.commands._common import done_here, owner_of, project_named, user_named
from projects.snapshots.models import Snapshot
from projects.snapshots.push import request_push
from projects.workspace.actions import Refused
from projects.workspace.models import Membership, Role


class Command(BaseCommand):
    help = "Sends a version to a destination of its project. What is there already is not sent again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("number", type=int, metavar="N")
        parser.add_argument("destination", help="the destination's name")
        parser.add_argument("--as", dest="person", default="", metavar="USER", help="the owner in whose name")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        actor = user_named(options["person"]) if options["person"] else owner_of(project)
        if not Membership.objects.filter(project=project, user=actor, role=Role.OWNER).exists():
            raise CommandError(f"{actor} is not an owner of “{project.slug}”.")
        snapshot = Snapshot.objects.filter(project=project, number=options["number"]).first()
        if snapshot is None:
            raise CommandError(f"The project “{project.slug}” has no version {options['number']}.")
        destination = project.destinations.filter(name=options["destination"], removed_at=None).first()
        if destination is None:
            known = ", ".join(project.destinations.filter(removed_at=None).values_list("name", flat=True))
            raise CommandError(f"There is no destination “{options['destination']}”. There are: {known or 'none'}.")
        try:
            asked = request_push(actor=actor, snapshot=snapshot, destination=destination)
        except Refused as error:
            raise CommandError(str(error)) from error
        result = done_here(asked.job, self.stderr)
        self.stdout.write(f"{result['to']}: {result['sent']} files sent, {result['already there']} were there already.")
