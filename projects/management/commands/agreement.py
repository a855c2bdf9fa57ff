"""`manage.py agreement PROJECT [--json]`: computes the agreement of every question here and now."""

from argparse import ArgumentParser
from typing import Any

import orjson
from django.core.management.base import BaseCommand

from projects.management.commands._common import done_here, owner_of, project_named
from projects.quality.actions import recompute
from projects.quality.queries import agreement_json


class Command(BaseCommand):
    help = "Computes agreement: for each question its coefficient with interval and n, or why there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        project = project_named(options["project"])
        done_here(recompute(actor=owner_of(project), project=project), self.stderr)
        reply = agreement_json(project)
        if options["json"]:
            self.stdout.write(orjson.dumps(reply, option=orjson.OPT_INDENT_2, default=str).decode())
            return
        for row in reply["series"]:
            self.stdout.write(f"{row['series']}: {_figure(row)}")


def _figure(row: dict[str, Any]) -> str:
    over = f"{row['units']:,} units, {row['raters']:,} people"
    if row["value"] is None:
        return f"undefined, {row['reason']} ({over})"
    interval = "no interval" if row["low"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
    return f"{row['value']:.4f} ({interval}; {row['coefficient']}, {over})"
