"""`manage.py create_project SLUG --interface FILE --owner NAME`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from projects.management.commands._common import user_named
from projects.schema import SchemaError
from projects.workspace.actions import Refused, create_project
from projects.workspace.policy import PolicyError


class Command(BaseCommand):
    help = "Makes a project from an interface document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the project's address: letters, digits, hyphens")
        parser.add_argument("--interface", required=True, type=Path, metavar="FILE", help="the interface as JSON")
        parser.add_argument("--owner", required=True, metavar="NAME")
        parser.add_argument("--name", default="", help="what people see; the address unless said")
        parser.add_argument("--overlap", type=int, default=1, help="annotations wanted per sample")
        parser.add_argument("--policy", default="{}", metavar="JSON")
        parser.add_argument("--guidelines", type=Path, metavar="FILE", help="Markdown")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        try:
            create_project(
                actor=user_named(options["owner"]),
                slug=slug,
                name=options["name"] or slug.replace("-", " ").capitalize(),
                interface=_json(options["interface"].read_bytes(), str(options["interface"])),
                guidelines=options["guidelines"].read_text() if options["guidelines"] else "",
                overlap=options["overlap"],
                policy=_json(options["policy"].encode(), "--policy"),
            )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except SchemaError as error:
            found = "\n".join(f"  {problem.path}: {problem.reason}" for problem in error.problems)
            raise CommandError(f"{options['interface']} is no interface:\n{found}") from error
        except (Refused, PolicyError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Project “{slug}” is there: /p/{slug}/")


def _json(text: bytes, where: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CommandError(f"{where} is not JSON: {error}") from error
