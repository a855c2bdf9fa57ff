"""`manage.py demo`: the product with a demonstration project to label, review and export at once."""

import secrets
import tempfile
from pathlib import Path
from typing import Any

import orjson
from django.core.management import call_command
from django.core.management.base import CommandError

from annotator import demo
from annotator.management.commands import up
from projects.models import Project, User
from projects.workspace import actions, jobs

# Who can sign in, by the part they play.
CAST = (("olivia", "owner", "Olivia Okafor"), ("ravi", "reviewer", "Ravi Raman"), ("ada", "annotator", "Ada Lindqvist"))


class Command(up.Command):
    help = "Starts everything with a demonstration project; on the first start it is made, later it is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        up.refuse_taken_port(host, port)
        up.prepare(self.stdout.write)
        projects = demo.projects()
        if Project.objects.filter(slug=projects[-1].slug).exists():
            self.stdout.write("The demonstration project is there, with everything done in it so far.")
            self.stdout.write("Sign in as before; `manage.py create_user NAME` makes further people.")
        else:
            passwords = create_people()
            for content in projects:
                self.stdout.write(f"Demonstration project “{content.name}” …")
                create(content)
            jobs.run_due()
            self._print_passwords(passwords)
        self.stdout.write(f"\nAnnotator is starting on http://{host}:{port}  (Ctrl-C stops it)\n")
        self.stdout.flush()
        up.serve(host, port)

    def _print_passwords(self, passwords: dict[str, str]) -> None:
        self.stdout.write("\nSign in as (shown this once; the passwords are stored as hashes only):\n")
        for username, role, _ in CAST:
            word = passwords.get(username, "the password you have")
            self.stdout.write(f"    {role:<10} {username:<8} {word}")


def create_people() -> dict[str, str]:
    """The three people who can sign in. Returns the passwords of those that were new."""
    made = {}
    for username, role, name in CAST:
        first, last = name.split()
        user, created = User.objects.get_or_create(username=username, defaults={"first_name": first, "last_name": last})
        if created:
            made[username] = secrets.token_urlsafe(12)
            user.set_password(made[username])
            user.is_staff = role == "owner"
            user.save()
    return made


def create(content: demo.DemoProject) -> None:
    """One project by the same actions and imports that everybody uses; safe to go on with after an interruption."""
    people = {role: User.objects.get(username=username) for username, role, _ in CAST}
    project = Project.objects.filter(slug=content.slug).first() or actions.create_project(
        actor=people["owner"],
        name=content.name,
        slug=content.slug,
        interface=content.interface,
        guidelines=content.guidelines,
        overlap=content.overlap,
        policy=content.policy,
    )
    for role, person in people.items():
        actions.set_member(actor=people["owner"], project=project, user=person, role=role)
    with tempfile.TemporaryDirectory() as folder:
        samples = write_samples(Path(folder), content)
        annotations = Path(folder) / "annotations.jsonl"
        annotations.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in content.annotations))
        call_command(
            "import_samples", content.slug, str(samples), annotations=str(annotations), json=True, stdout=_Quiet()
        )
    names = {person.username: person for person in demo.people()}
    for user in User.objects.filter(username__in=names, first_name=""):
        user.first_name, _, user.last_name = names[user.username].name.partition(" ")
        user.save(update_fields=["first_name", "last_name"])
    if project.samples.count() != len(content.samples):
        raise CommandError(f"The demonstration project “{content.name}” did not import whole.")


class _Quiet:
    def write(self, text: str) -> None:
        """Swallows what a command prints."""


def write_samples(folder: Path, content: demo.DemoProject) -> Path:
    """The samples as a file to import: JSONL, or a ZIP of it with the pictures."""
    lines = b"".join(orjson.dumps(line) + b"\n" for line in content.samples)
    if not content.media:
        path = folder / "samples.jsonl"
        path.write_bytes(lines)
        return path
    import zipfile

    path = folder / "samples.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("samples.jsonl", lines)
        for name, body in content.media.items():
            archive.writestr(name, body)
    return path
