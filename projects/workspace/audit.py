"""The audit log: who did what, appended in the same transaction as the change, each row hashed over the one before.

``with change(actor, project) as log:`` is how every action writes. What ``log(...)`` was told becomes rows at the end
of the transaction, so that the chain's head is held for the shortest time.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models, transaction
from django.utils import timezone

from projects.formats.canonical import canonical
from projects.workspace.models import AuditChain, AuditEntry, Project, User
from projects.workspace.prepared import Insert, Param, Select, Update

ZERO = "0" * 64
# The actions that ``outbox.EVENTS`` tells to other programs.
TOLD = frozenset({"sample.approved", "sample.disputed", "snapshot.built"})

_CHAIN = Select(lambda: AuditChain.objects.select_for_update().filter(project=Param("project"))[:1])
_SITE_CHAIN = Select(lambda: AuditChain.objects.select_for_update().filter(project=None)[:1])
_ADD = Insert(AuditEntry)
_ADVANCE = Update(lambda: AuditChain.objects.filter(pk=Param("pk")), seq=Param("seq"), sha256=Param("sha256"))


class Change:
    """Collects what a transaction did."""

    def __init__(self, actor: User | None, project: Project | None) -> None:
        self.actor = actor
        self.project = project
        self.entries: list[tuple[str, str, str, dict[str, Any]]] = []
        # Those that webhooks are told of, with the name of what they happened to.
        self.events: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, action: str, subject: models.Model | None = None, **data: Any) -> None:
        """Notes one action. ``data`` must be JSON; ``subject`` is what it was done to."""
        kind = subject._meta.model_name or "" if subject is not None else ""
        self.entries.append((action, kind, str(subject.pk) if subject is not None else "", data))
        if action in TOLD:
            self.events.append((action, str(subject or ""), data))


@contextmanager
def change(actor: User | None, project: Project | None) -> Iterator[Change]:
    """One transaction whose audit rows are written at its end. ``actor`` None is the system itself."""
    with transaction.atomic():
        log = Change(actor, project)
        yield log
        if log.events and project is not None:
            _tell(project, log)
        if log.entries:
            _append(log)


def _tell(project: Project, log: Change) -> None:
    from projects.workspace.outbox import Happened, put  # it asks for jobs, which are audited themselves

    put(project, [Happened(*event) for event in log.events])


def create_chain(project: Project | None) -> AuditChain:
    """Starts a project's chain; part of creating the project."""
    return AuditChain.objects.create(project=project)


def _append(log: Change) -> None:
    chain = _CHAIN.first(project=log.project.pk) if log.project else _SITE_CHAIN.first()
    if chain is None:
        chain = AuditChain.objects.select_for_update().get(pk=create_chain(log.project).pk)
    rows = []
    now = timezone.now()
    for action, kind, key, data in log.entries:
        entry = AuditEntry(
            chain=chain,
            seq=chain.seq + 1,
            at=now,
            actor=log.actor,
            action=action,
            object_type=kind,
            object_id=key,
            data=canonical(data).decode(),
            previous_sha256=chain.sha256,
        )
        entry.sha256 = entry_sha256(entry)
        chain.seq, chain.sha256 = entry.seq, entry.sha256
        rows.append(entry)
    _ADD.run_all(rows)
    _ADVANCE.run(pk=chain.pk, seq=chain.seq, sha256=chain.sha256)


def entry_sha256(entry: AuditEntry) -> str:
    """SHA-256 over the canonical form of the row and of the previous row's hash."""
    at: datetime = entry.at
    body = {
        "chain": entry.chain_id,
        "seq": entry.seq,
        "at": at.isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "action": entry.action,
        "object": [entry.object_type, entry.object_id],
        "data": entry.data,
        "previous": entry.previous_sha256,
    }
    return hashlib.sha256(canonical(body)).hexdigest()


class Broken(NamedTuple):
    chain: str
    seq: int
    reason: str


def verify() -> tuple[int, list[Broken]]:
    """Recomputes every chain from its first row. Returns the rows read and each chain's first break."""
    count, broken = 0, []
    for chain in AuditChain.objects.select_related("project").order_by("pk"):
        read, fault = verify_chain(chain)
        count += read
        if fault:
            broken.append(fault)
    return count, broken


def verify_chain(chain: AuditChain) -> tuple[int, Broken | None]:
    """Recomputes one chain from its first row. Returns the rows read and the first break."""
    name = chain.project.slug if chain.project else "site"
    previous, seq, fault = ZERO, 0, None
    for entry in AuditEntry.objects.filter(chain=chain).order_by("seq").iterator(2000):
        seq += 1
        if entry.seq != seq:
            fault = Broken(name, seq, f"row {seq} is missing; the next one is {entry.seq}")
        elif entry.previous_sha256 != previous:
            fault = Broken(name, seq, "the row does not follow the one before it")
        elif entry_sha256(entry) != entry.sha256:
            fault = Broken(name, seq, "the row was changed after it was written")
        if fault:
            return seq, fault
        previous = entry.sha256
    # A row appended while we read is no fault: compare with the head as it was, not as it is.
    if seq < chain.seq or (seq == chain.seq and previous != chain.sha256):
        fault = Broken(name, seq, f"the chain's head says {chain.seq} rows, {seq} are there")
    return seq, fault


def head(project: Project) -> dict[str, Any]:
    """The chain's newest row, as a snapshot's manifest quotes it."""
    chain = AuditChain.objects.filter(project=project).first()
    return {"seq": chain.seq, "sha256": chain.sha256} if chain else {"seq": 0, "sha256": ZERO}
