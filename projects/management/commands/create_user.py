"""`manage.py create_user NAME`: an account, with a link to choose its password."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.workspace.actions import Refused, create_user
from projects.workspace.credentials import new_token, password_link


class Command(BaseCommand):
    help = "Makes an account and prints a link with which its owner chooses a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--email", default="")
        parser.add_argument("--admin", action="store_true", help="may look after the whole site")
        parser.add_argument("--token", action="store_true", help="print a token for the API too; it is shown only now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = create_user(username=options["name"], email=options["email"], admin=options["admin"])
        except (Refused, ValidationError) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(text) from error
        self.stdout.write(f"{user.username} chooses a password here: {password_link(user)}")
        if options["token"]:
            self.stdout.write(f"Token for the API: {new_token(user)}")
