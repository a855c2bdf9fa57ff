"""What can be done to projects, interfaces and members. One transaction and its audit rows each."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from projects.schema import Interface as Parsed
from projects.workspace.audit import change, create_chain
from projects.workspace.interfaces import document_sha256
from projects.workspace.models import Interface, Job, Membership, Project, Role, User
from projects.workspace.notice_models import Notification
from projects.workspace.policy import Policy


class Refused(Exception):
    """The action can't be done; the message is for the person who asked."""


class Stale(Refused):
    """Somebody else saved in between; ``newest`` is what they saved."""

    def __init__(self, newest: Interface) -> None:
        super().__init__(f"Version {newest.version} was saved by somebody else in the meantime.")
        self.newest = newest


def create_user(*, username: str, email: str = "", admin: bool = False) -> User:
    """Makes an account without a password; its owner chooses one by a link. Raises Refused, ValidationError."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(f"There is somebody called “{username}” already.")
    user = User(username=username, email=email, is_staff=admin, is_superuser=admin)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    with change(None, None) as log:
        user.save()
        log("user.created", user, username=username, admin=admin)
    return user


def create_project(
    *,
    actor: User,
    name: str,
    interface: dict[str, Any],
    slug: str = "",
    guidelines: str = "",
    overlap: int = 1,
    policy: dict[str, Any] | None = None,
) -> Project:
    """Creates a project with the actor as its owner.

    Raises SchemaError for the interface, PolicyError for the policy, Refused for a slug that is taken.
    """
    Parsed.parse(interface)
    overlap = _least_overlap(Policy.parse(policy or {}), overlap)
    slug = slug or free_slug(name)
    if Project.objects.filter(slug=slug).exists():
        raise Refused(f"The address “{slug}” is taken.")
    project = Project(
        slug=slug, name=name, guidelines=guidelines, overlap=overlap, policy=policy or {}, created_by=actor
    )
    _validate(project)
    try:
        with transaction.atomic():
            project.save()
            create_chain(project)
            with change(actor, project) as log:
                version = Interface.objects.create(
                    project=project,
                    version=1,
                    document=interface,
                    sha256=document_sha256(interface),
                    created_by=actor,
                )
                project.interface = version
                project.save(update_fields=["interface"])
                Membership.objects.create(project=project, user=actor, role=Role.OWNER)
                log("project.created", project, slug=slug, name=name, overlap=overlap, policy=project.policy)
                log("interface.created", version, version=1, sha256=version.sha256)
                log("member.added", actor, role=Role.OWNER.value)
    except IntegrityError as error:  # two people took the same address at the same moment
        raise Refused(f"The address “{slug}” is taken.") from error
    return project


def update_project(
    *, actor: User, project: Project, name: str, guidelines: str, overlap: int, policy: dict[str, Any]
) -> Project:
    """Changes a project's name, guidelines, overlap and policy; what stays the same is not logged.

    Raises PolicyError, and Refused for a new overlap once there are samples: each counts down from the old one.
    """
    parsed = Policy.parse(policy)
    rules, overlap = parsed.as_dict(), _least_overlap(parsed, overlap)
    with change(actor, project) as log:
        project = Project.objects.select_for_update().get(pk=project.pk)
        before = {"name": project.name, "overlap": project.overlap, "policy": project.rules.as_dict()}
        after = {"name": name, "overlap": overlap, "policy": rules}
        changes = {key: value for key, value in after.items() if value != before[key]}
        if "overlap" in changes and overlap_is_fixed(project):
            raise Refused("The overlap can't be changed any more: samples count down from it.")
        details: dict[str, Any] = dict(changes)
        if guidelines != project.guidelines:
            changes["guidelines"] = guidelines
            details["guidelines_sha256"] = hashlib.sha256(guidelines.encode()).hexdigest()
        if not changes:
            return project
        for key, value in changes.items():
            setattr(project, key, value)
        _validate(project)
        project.save(update_fields=list(changes))
        log("project.changed", project, **details)
    return project


def _least_overlap(rules: Policy, overlap: int) -> int:
    """With how many places a sample begins: where the policy's overlap is adaptive, with its ``min``."""
    return rules.overlap.min if rules.overlap else overlap


def overlap_is_fixed(project: Project) -> bool:
    """True once samples are there or on their way in."""
    arriving = project.jobs.filter(kind="import", state__in=Job.OPEN)
    return project.sample_count > 0 or project.samples.exists() or arriving.exists()


def _validate(project: Project) -> None:
    try:
        project.full_clean(exclude=["interface"])
    except ValidationError as error:
        raise Refused(
            "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        ) from error


def free_slug(name: str) -> str:
    """An address made of the name that nobody has yet."""
    base = slugify(name)[:70] or "project"
    taken = set(Project.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)


def save_interface(
    *, actor: User, project: Project, document: dict[str, Any], base_sha256: str | None = None
) -> Interface:
    """Makes the document the project's interface: a new version, or in place while the present one is unused.

    ``base_sha256`` is the version that the edit began from. Raises SchemaError, and Stale where another one is the
    newest by now. The same document again changes nothing.
    """
    Parsed.parse(document)
    sha256 = document_sha256(document)
    with change(actor, project) as log:
        project = Project.objects.select_for_update().get(pk=project.pk)
        newest = project.interfaces.order_by("-version").first()
        if newest is None:
            raise Refused("The project has no interface.")
        if newest.sha256 == sha256:
            return newest
        if base_sha256 is not None and newest.sha256 != base_sha256:
            raise Stale(newest)
        if newest.assignments.exists() or newest.practice_answers.exists():
            newest = Interface.objects.create(
                project=project, version=newest.version + 1, document=document, sha256=sha256, created_by=actor
            )
            project.interface = newest
            project.save(update_fields=["interface"])
            log("interface.created", newest, version=newest.version, sha256=sha256)
        else:
            newest.document, newest.sha256 = document, sha256
            newest.save(update_fields=["document", "sha256"])
            log("interface.edited", newest, version=newest.version, sha256=sha256)
    return newest


def set_member(*, actor: User | None, project: Project, user: User, role: str) -> Membership:
    """Adds a person or changes their role. A project keeps at least one owner: else Refused."""
    role = Role(role)
    with change(actor, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        membership = Membership.objects.filter(project=project, user=user).first()
        if membership is None:
            membership = Membership.objects.create(project=project, user=user, role=role)
            log("member.added", user, role=role.value)
        elif membership.role != role:
            _keep_an_owner(project, membership)
            log("member.changed", user, role=role.value, before=membership.role)
            membership.role = role
            membership.save(update_fields=["role"])
    return membership


def remove_member(*, actor: User, project: Project, user: User) -> None:
    """Ends a membership; what the person labelled stays. A project keeps at least one owner: else Refused."""
    with change(actor, project) as log:
        Project.objects.select_for_update().get(pk=project.pk)
        membership = Membership.objects.filter(project=project, user=user).first()
        if membership is None:
            return
        _keep_an_owner(project, membership)
        membership.delete()
        Notification.objects.filter(project=project, user=user).delete()
        log("member.removed", user, before=membership.role)


def _keep_an_owner(project: Project, leaving: Membership) -> None:
    if leaving.role == Role.OWNER:
        others = Membership.objects.filter(project=project, role=Role.OWNER).exclude(pk=leaving.pk)
        if not others.exists():
            raise Refused("A project needs an owner: make somebody else one first.")
