"""`manage.py demo`: the product with demonstration projects to label, review and export at once."""

import logging
from argparse import ArgumentParser
from typing import Any

from annotator.demo import people
from annotator.demo.setup import give_passwords, is_complete, set_up
from annotator.management.commands import up


class Command(up.Command):
    help = "Starts everything with demonstration projects; on the first start they are made, later they are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--new-passwords", action="store_true", help="give everybody here a new password")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        up.refuse_taken_port(host, port)
        up.prepare(self.stdout.write)
        if is_complete():
            self.stdout.write("The demonstration is there, with everything done in it so far.")
        else:
            logging.disable(logging.INFO)  # what the jobs log would stand between the lines for people
            set_up(self.stdout.write)
            logging.disable(logging.NOTSET)
        passwords = give_passwords(to_all=options["new_passwords"])
        if passwords:
            self._tell(passwords)
        else:
            self.stdout.write("Sign in as before; `manage.py demo --new-passwords` gives everybody a new password.")
        self.stdout.write(f"\nAnnotator is starting on http://{host}:{port}  (Ctrl-C stops it)\n")
        self.stdout.flush()
        up.serve(host, port)

    def _tell(self, passwords: dict[str, str]) -> None:
        self.stdout.write("\nSign in as one of these. The passwords are shown only now:\n")
        for person in people():
            password = passwords.get(person.username, "has a password already")
            self.stdout.write(f"    {person.role:<10} {person.username:<8} {password:<18} {person.name}")
