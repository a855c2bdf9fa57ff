"""`manage.py doctor`: what is misconfigured, and how to mend it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.doctor import BAD, OK, WARN, findings

MARKS = {OK: "✓", WARN: "!", BAD: "✗"}


class Command(BaseCommand):
    help = "Says what is misconfigured, and how to mend it. Exits with 1 when something is broken."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="only what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for finding in findings():
            if options["quiet"] and finding.level == OK:
                continue
            broken += finding.level == BAD
            self.stdout.write(f"{MARKS[finding.level]} {finding.what}")
            if finding.mend:
                self.stdout.write(f"    → {finding.mend}")
        if broken:
            raise CommandError(f"{broken} broken.")
