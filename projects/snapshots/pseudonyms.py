"""The keys of pseudonyms: the project has the one in use, earlier ones are kept with the versions made under them."""

from typing import NamedTuple

from django.db.models import Max, Min

from projects.snapshots.layout import pseudonym
from projects.snapshots.models import RetiredPseudonymKey, Snapshot
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from projects.workspace.models import Project, User, new_pseudonym_key


def rotate(*, actor: User, project: Project, epoch: int) -> int:
    """Versions that are asked for from now on have other pseudonyms; the new epoch is returned. ``epoch`` is the one
    that is to end: a rotation that is sent twice is done once. Raises Refused."""
    with change(actor, project) as log:
        mine = Project.objects.select_for_update().get(pk=project.pk)
        if mine.pseudonym_epoch != epoch:
            raise Refused(f"The key was rotated already: epoch {mine.pseudonym_epoch} is in use.")
        RetiredPseudonymKey.objects.create(project=mine, epoch=epoch, key=mine.pseudonym_key, retired_by=actor)
        Project.objects.filter(pk=mine.pk).update(pseudonym_key=new_pseudonym_key(), pseudonym_epoch=epoch + 1)
        log("pseudonyms.rotated", mine, epoch=epoch + 1)  # never the key
    return epoch + 1


def key_of(snapshot: Snapshot) -> bytes:
    """The key that this version's pseudonyms are made with, whatever was rotated since it was asked for."""
    project = Project.objects.get(pk=snapshot.project_id)
    if project.pseudonym_epoch == snapshot.pseudonym_epoch:
        return bytes.fromhex(project.pseudonym_key)
    retired = RetiredPseudonymKey.objects.get(project=project, epoch=snapshot.pseudonym_epoch)
    return bytes.fromhex(retired.key)


class Named(NamedTuple):
    """What a person is called in a range of versions; no numbers where no version was made under the key."""

    epoch: int
    pseudonym: str
    first: int | None
    last: int | None


def names_of(*, actor: User, project: Project, person: User) -> list[Named]:
    """A person's pseudonyms in all versions of the project, by epoch. Who asked about whom is in the audit log."""
    project.refresh_from_db(fields=["pseudonym_key", "pseudonym_epoch"])
    keys = dict(RetiredPseudonymKey.objects.filter(project=project).values_list("epoch", "key"))
    keys[project.pseudonym_epoch] = project.pseudonym_key
    found = [
        Named(epoch, pseudonym(bytes.fromhex(key), person.username), *_versions(project, epoch))
        for epoch, key in sorted(keys.items())
    ]
    with change(actor, project) as log:
        log("pseudonyms.told", person)
    return found


def _versions(project: Project, epoch: int) -> tuple[int | None, int | None]:
    mine = Snapshot.objects.filter(project=project, pseudonym_epoch=epoch)
    range_ = mine.aggregate(first=Min("number"), last=Max("number"))
    return range_["first"], range_["last"]


class Epoch(NamedTuple):
    """One key's time, without the key."""

    number: int
    first: int | None
    last: int | None
    retired: RetiredPseudonymKey | None


def epochs(project: Project) -> list[Epoch]:
    """Newest first."""
    retired = {row.epoch: row for row in project.retired_pseudonym_keys.select_related("retired_by")}
    numbers = sorted({project.pseudonym_epoch, *retired}, reverse=True)
    return [Epoch(number, *_versions(project, number), retired.get(number)) for number in numbers]
