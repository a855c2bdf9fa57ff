"""`manage.py up`: migrate, then the web server and the worker in one process; Ctrl-C stops both."""

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Starts everything: web server and background worker. Ctrl-C stops all of it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_taken_port(host, port)
        prepare(self.stdout.write)
        self.stdout.write(f"\nAnnotator is starting on http://{host}:{port}  (Ctrl-C stops it)\n")
        self.stdout.flush()
        serve(host, port)


def refuse_taken_port(host: str, port: int) -> None:
    """Fails before anything else is done when something listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} can't be used ({error.strerror}). Choose another with --port."
            ) from error


def prepare(say: Any) -> None:
    """Brings the database and the static files up to date; quick when they are."""
    say("Database …")
    call_command("migrate", interactive=False, verbosity=0)
    newest = max((path.stat().st_mtime for path in (settings.BASE_DIR / "static").rglob("*")), default=0)
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        say("Static files …")
        call_command("collectstatic", interactive=False, verbosity=0)


def serve(host: str, port: int) -> None:
    """Replaces this process by the server, which loads the worker with the application."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "annotator.settings"}
    if "SITE_URL" not in os.environ and host != "0.0.0.0":  # noqa: S104
        environment["SITE_URL"] = f"http://{host}:{port}"
        (settings.DATA / "address").write_text(environment["SITE_URL"] + "\n")
    # Errors only: it warns of more threads than cores, but most of ours wait for a slow reader (``annotator.turns``).
    arguments = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "annotator.embedded:application"),
        *("--host", host, "--port", str(port), "--workers", "1", "--blocking-threads", "16", "--no-ws"),
        *("--log-level", "error", "--backlog", "1024"),
    ]
    os.chdir(settings.BASE_DIR)
    os.execve(sys.executable, arguments, environment)  # noqa: S606
