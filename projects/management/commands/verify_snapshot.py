"""`manage.py verify_snapshot PROJECT N | DIR`: recompute every hash of a version, or of a copy of one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.management.commands._common import project_named
from projects.snapshots import files, layout
from projects.snapshots.models import Snapshot


class Command(BaseCommand):
    help = "Recomputes every hash of a snapshot: of a project's version, or of a folder that holds one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", metavar="PROJECT|DIR")
        parser.add_argument("number", nargs="?", type=int, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["number"] is None:
            folder = Path(options["place"])
            if not folder.is_dir():
                raise CommandError(f"{folder} is no folder. For a project's version: verify_snapshot PROJECT N")
            report = layout.verify(folder)
        else:
            project = project_named(options["place"])
            snapshot = Snapshot.objects.filter(project=project, number=options["number"]).first()
            if snapshot is None:
                raise CommandError(f"The project “{project.slug}” has no version {options['number']}.")
            report = files.verify(snapshot)
        if not report.ok:
            found = "\n".join(f"  {problem.path}: {problem.reason}" for problem in report.problems)
            raise CommandError(f"The snapshot is damaged:\n{found}")
        self.stdout.write(f"Sound: {report.files:,} files, {report.rows:,} samples, root {report.root}")
