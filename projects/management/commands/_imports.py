"""What the commands that import share: a file read here and now, and its report in words."""

from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import CommandError, OutputWrapper

from projects.intake.actions import KEEP, start_import
from projects.intake.models import ImportKind
from projects.intake.rejected import first
from projects.management.commands._common import done_here, owner_of
from projects.workspace.actions import Refused
from projects.workspace.models import Project

SHOWN = 10  # rejected lines


def imported(
    project: Project, kind: ImportKind, path: Path, err: OutputWrapper, on_conflict: str = KEEP
) -> dict[str, Any]:
    """The report, with the first rejected lines as ``errors``. Raises CommandError."""
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
    done_here(source.job, err)
    source.refresh_from_db()
    return {**(source.job.result or {}), "errors": first(source, SHOWN)}


def tell(out: OutputWrapper, title: str, report: dict[str, Any]) -> None:
    """The report as lines."""
    counts = ", ".join(f"{report[name]:,} {name}" for name in report if name not in ("lines", "errors"))
    out.write(f"{title}: {counts}")
    for line in report["errors"]:
        out.write(f"  line {line['number']}: {line['reason']}")
    rest = report.get("invalid", 0) + report.get("conflict", 0) - len(report["errors"])
    if rest > 0:
        out.write(f"  … and {rest:,} more; the import's page has them all")
