"""`manage.py import_suggestions PROJECT FILE`: a file of machines' proposals for samples that are there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from projects.intake.models import ImportKind
from projects.management.commands._common import project_named
from projects.management.commands._imports import imported, tell


class Command(BaseCommand):
    help = "Imports suggestions for samples that are there. Bad lines are reported and don't stop it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("file", type=Path, help="JSON Lines: key, question, value, source, score")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        report = imported(project, ImportKind.SUGGESTIONS, options["file"], self.stderr)
        if options["json"]:
            self.stdout.write(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
        else:
            tell(self.stdout, "Suggestions", report)
