"""`manage.py snapshot PROJECT [--export FORMAT --to DIR]`: a new version, built here and now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from projects.management.commands._common import done_here, owner_of, project_named
from projects.snapshots.actions import request_snapshot
from projects.snapshots.exports import EXPORTS, Export, ExportRefused, export
from projects.snapshots.files import export_name, exported
from projects.snapshots.filters import FilterError
from projects.snapshots.models import Purpose
from projects.workspace.actions import Refused
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project


class Command(BaseCommand):
    help = "Freezes the approved samples as a new version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("--name", default="")
        parser.add_argument("--note", default="")
        parser.add_argument("--filter", default="{}", metavar="JSON", help='like {"metadata": {"language": "en"}}')
        parser.add_argument("--purpose", default="", choices=Purpose.values, help="decides which licences pass")
        slugs = [member.slug for member in EXPORTS]
        parser.add_argument("--export", choices=slugs, metavar="FORMAT", help=", ".join(slugs))
        parser.add_argument("--to", type=Path, metavar="DIR", help="where the export goes")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["export"]) != bool(options["to"]):
            raise CommandError("--export and --to belong together.")
        project = project_named(options["project"])
        member = export(options["export"]) if options["export"] else None
        if member and (reason := _refused(member, project)):
            raise CommandError(reason)
        try:
            snapshot = request_snapshot(
                actor=owner_of(project),
                project=project,
                name=options["name"],
                note=options["note"],
                document=orjson.loads(options["filter"]),
                purpose=options["purpose"],
            )
        except orjson.JSONDecodeError as error:
            raise CommandError(f"--filter is not JSON: {error}") from error
        except (Refused, FilterError) as error:
            raise CommandError(str(error)) from error
        result = done_here(snapshot.job, self.stderr)
        snapshot.refresh_from_db()
        if member:
            target = options["to"] / export_name(snapshot, member)
            options["to"].mkdir(parents=True, exist_ok=True)
            try:
                exported(snapshot, member.slug, target)
            except ExportRefused as error:
                raise CommandError(f"Version {snapshot.number} was built, but not exported: {error}") from error
            result["export"] = str(target)
        if options["json"]:
            self.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
            return
        self.stdout.write(f"Version {snapshot.number}: {result['samples']:,} samples, root {snapshot.root}")
        if "export" in result:
            self.stdout.write(f"Written to {result['export']}")


def _refused(member: Export, project: Project) -> str:
    """Why no version of the project's interface can be exported so; said before a version is built in vain."""
    reasons = [member.refuses(parsed(interface)) for interface in project.interfaces.order_by("-version")]
    return reasons[0] if reasons and all(reasons) else ""
