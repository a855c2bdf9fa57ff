"""`manage.py verify_audit`: recompute the hash chain of every project's audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects.workspace import audit


class Command(BaseCommand):
    help = "Recomputes every hash of the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        rows, broken = audit.verify()
        if broken:
            found = "\n".join(f"  {fault.chain}, row {fault.seq}: {fault.reason}" for fault in broken)
            raise CommandError(f"The audit log was tampered with:\n{found}")
        self.stdout.write(f"The audit log is sound: {rows:,} rows.")
