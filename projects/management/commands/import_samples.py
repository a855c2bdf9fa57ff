"""`manage.py import_samples PROJECT FILE [--annotations FILE]`: a file of samples, here and now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError

from projects.intake.actions import KEEP, ON_CONFLICT, start_import
from projects.intake.models import Import, ImportKind
from projects.intake.rejected import first
from projects.management.commands._common import done_here, owner_of, project_named
from projects.workspace.actions import Refused
from projects.workspace.models import Project

SHOWN = 10  # rejected lines


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
            source = self._import(project, kind, path, options["on_conflict"])
            reports[kind.value] = {**(source.job.result or {}), "errors": first(source, SHOWN)}
            if not options["json"]:
                self._tell(kind, reports[kind.value])
        if options["json"]:
            self.stdout.write(orjson.dumps(reports, option=orjson.OPT_INDENT_2).decode())

    def _import(self, project: Project, kind: ImportKind, path: Path, on_conflict: str) -> Import:
        try:
            with path.open("rb") as stream:
                source = start_import(
                    actor=owner_of(project),
                    project=project,
                    file=File(stream),
                    filename=path.name,
                    kind=kind,
                    on_conflict=on_conflict,
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except Refused as error:
            raise CommandError(f"{path}: {error}") from error
        done_here(source.job, self.stderr)
        source.refresh_from_db()
        return source

    def _tell(self, kind: ImportKind, report: dict[str, Any]) -> None:
        counts = ", ".join(f"{report[name]:,} {name}" for name in report if name not in ("lines", "errors"))
        self.stdout.write(f"{kind.label}: {counts}")
        for line in report["errors"]:
            self.stdout.write(f"  line {line['number']}: {line['reason']}")
        rest = report.get("invalid", 0) + report.get("conflict", 0) - len(report["errors"])
        if rest > 0:
            self.stdout.write(f"  … and {rest:,} more; the import's page has them all")
