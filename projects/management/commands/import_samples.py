"""`manage.py import_samples PROJECT FILE [--annotations FILE]`: a file of samples, here and now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from projects.intake.actions import KEEP, ON_CONFLICT
from projects.intake.models import ImportKind
from projects.management.commands._common import project_named
from projects.management.commands._imports import imported, tell


class Command(BaseCommand):
    help = "Imports samples, and annotations beside them. Bad lines are reported and don't stop it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("file", type=Path, help="JSON Lines, CSV, Parquet, or a ZIP of one of them with media")
        parser.add_argument("--annotations", type=Path, metavar="FILE", help="JSON Lines: key, annotator, answers")
        parser.add_argument("--on-conflict", choices=ON_CONFLICT, default=KEEP)
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        files = [(ImportKind.SAMPLES, options["file"])]
        if options["annotations"]:
            files.append((ImportKind.ANNOTATIONS, options["annotations"]))
        reports: dict[str, Any] = {}
        for kind, path in files:
            reports[kind.value] = imported(project, kind, path, self.stderr, options["on_conflict"])
            if not options["json"]:
                tell(self.stdout, kind.label, reports[kind.value])
        if options["json"]:
            self.stdout.write(orjson.dumps(reports, option=orjson.OPT_INDENT_2).decode())
