"""The job that makes one part of a version. Any worker can do it, several at once; ``build.py`` hands the parts out.

What goes into a part has a fingerprint, which is found without reading texts. A part that is on the shelf under its
fingerprint is not made again: that is how a build goes on after a crash, and how a version shares with its parent.
"""

import hashlib
import time
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import orjson
from django.db.models import Model, TextField
from django.db.models.functions import Cast

from projects.formats.duck import VERSION
from projects.provenance.models import Consent, Creator
from projects.review.models import Adjudication
from projects.snapshots import layout, pseudonyms, shelf
from projects.snapshots.layout.columns import SPLIT
from projects.snapshots.models import Snapshot
from projects.snapshots.notes import Notes
from projects.snapshots.queries import (
    Selection,
    among,
    annotation_counts,
    annotations_of,
    current_annotations,
    decided,
)
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Interface, Job, User

KIND = "snapshot-part"
RECIPE = 2  # of what parts are made from; raise it when the same rows shall give other files
TELL_EVERY = 0.5  # seconds
IDS_AT_ONCE = 4000
_TRIES = 5
# What goes into a gold row and isn't fixed by the decision's id. Samples' contents never change.
_MAY_CHANGE = (
    "sample__content_sha256",
    "sample__provenance__origin",
    "sample__provenance__model",
    "sample__provenance__prompt",
    "sample__provenance__licence",
    "sample__provenance__source",
    # Few, so what they say is read once a part.
    "reviewer",
    "sample__provenance__creator",
    "sample__provenance__consent",
)


def ids_of(project: int, build: str, number: int) -> str:
    """Where the ids of a part are put down for whoever makes it."""
    return f"{shelf.folder(project)}/build-{build}/{number:05}.ids"


def overlaps_of(project: int, build: str) -> str:
    """Where the samples that overlap a list of texts are put down until the parts are made."""
    return f"{shelf.folder(project)}/build-{build}/overlaps"


def run_part(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``snapshot-part``."""
    build = job.args["build"]
    snapshot = Snapshot.objects.select_related("project").get(pk=job.args["snapshot"])
    if not _wanted(snapshot, build):
        return {}
    samples, decisions = shelf.read_ids(ids_of(snapshot.project_id, build, job.args["number"]), 2)
    making = _Part(snapshot, build, Selection(samples, decisions, job.args["newest"]), progress)
    try:
        fingerprint = making.run()
        progress(len(samples), len(samples))
        return {"fingerprint": fingerprint}
    except _Unwanted:
        return {}
    except layout.SnapshotError as error:
        raise JobFailed(f"The samples don't make a snapshot: {error}") from error


def _wanted(snapshot: Snapshot, build: str) -> bool:
    """Whether somebody still waits for parts of this build."""
    return Job.objects.filter(pk=snapshot.job_id, state__in=Job.OPEN, checkpoint__build=build).exists()


class _Unwanted(Exception):
    """The build was cancelled."""


class _Part:
    """One part. What its gold rows bring to light is noted while they pass."""

    def __init__(self, snapshot: Snapshot, build: str, selection: Selection, progress: Progress) -> None:
        self.snapshot, self.build, self.selection, self.progress = snapshot, build, selection, progress
        self.project = snapshot.project
        self.key = pseudonyms.key_of(snapshot)
        self.split = layout.Split.parse(snapshot.split) if snapshot.split else None
        self.pseudonyms: dict[str, str] = {}
        self.told = time.monotonic()

    def run(self) -> str:
        """Makes the part unless it is there; its fingerprint."""
        fingerprint = self._fingerprint()
        for _ in range(_TRIES):
            if shelf.find(self.project.pk, fingerprint):
                return fingerprint
            with shelf.making(self.project.pk, fingerprint) as place:
                notes = Notes()
                part = layout.write_part(
                    place.path,
                    self._gold(notes),
                    self._responses(notes),
                    interfaces=dict(Interface.objects.filter(project=self.project).values_list("version", "document")),
                    split=self.split,
                    noted=notes.as_json,
                    progress=lambda done: self._tell(done // 2),
                )
                # What was read belongs together only if nothing of it has changed meanwhile.
                before, fingerprint = fingerprint, self._fingerprint()
                if before == fingerprint:
                    place.file(part)
                    return fingerprint
        raise JobFailed("The provenance of the samples keeps changing; build the version when that is over.")

    def _fingerprint(self) -> str:
        recipe = {
            "recipe": RECIPE,
            "parquet": VERSION,
            "columns": [(column.name, column.type) for column in (*layout.GOLD, SPLIT, *layout.RESPONSES)],
            "pseudonyms": hashlib.sha256(self.key).hexdigest(),
            "split": self.split.as_json() if self.split else None,
        }
        found = hashlib.sha256(orjson.dumps(recipe))
        people: set[int | None] = set()
        creators: set[int | None] = set()
        consents: set[int | None] = set()
        for samples, decisions in self.selection.batches(IDS_AT_ONCE):
            self._tell(0)
            spreads = Cast("sample__spreads", TextField())
            made = Adjudication.objects.filter(pk__in=among(decisions)).order_by("pk")
            rows = list(made.values_list("pk", spreads, *_MAY_CHANGE))
            given = current_annotations(samples, self.selection.newest_annotation)
            annotations = list(given.order_by("pk").values_list("pk", "annotator_id"))
            people.update(map(itemgetter(1), annotations), map(itemgetter(-3), rows))
            creators.update(map(itemgetter(-2), rows))
            consents.update(map(itemgetter(-1), rows))
            found.update(orjson.dumps([samples, decisions, rows, annotations]))
        named: tuple[tuple[type[Model], set[int | None], tuple[str, ...]], ...] = (
            (User, people, ("username",)),
            (Creator, creators, ("name", "credit")),
            (Consent, consents, ("reference", "given_at")),
        )
        for model, ids, columns in named:
            known = among(sorted(each for each in ids if each is not None))
            rows = list(model._default_manager.filter(pk__in=known).order_by("pk").values_list("pk", *columns))
            found.update(orjson.dumps(rows))
        return found.hexdigest()

    def _tell(self, done: int) -> None:
        if time.monotonic() - self.told > TELL_EVERY:
            self.told = time.monotonic()
            if not _wanted(self.snapshot, self.build):
                raise _Unwanted
            self.progress(done, len(self.selection))

    def _gold(self, notes: Notes) -> Iterator[dict[str, Any]]:
        for samples, decisions in self.selection.batches():
            counts = annotation_counts(samples, self.selection.newest_annotation)
            for made in decided(decisions):
                notes.take(made)
                yield self._gold_row(made, counts.get(made["sample"], 0))

    def _gold_row(self, made: dict[str, Any], annotations: int) -> dict[str, Any]:
        return {
            "key": made["key"],
            "content_hash": made["content_hash"],
            "interface": made["interface"],
            "fields": made["fields"],
            "metadata": made["metadata"] or None,
            "answers": made["answers"],
            "decision": made["decision"],
            "decision_origin": made["decision_origin"],
            "decided_by": self._pseudonym(made["reviewer"]) if made["reviewer"] else None,
            "reason": made["reason"] or None,
            "soft_labels": made["distribution"] or None,
            "disagreement": made["spreads"] or None,
            "annotations": annotations,
            "origin": made["origin"] or "unknown",
            "model": made["model"] or None,
            "model_prompt": made["prompt"] or None,
            "licence": made["licence"] or None,
            "creator": made["credit"] or made["creator"],
            "source": made["source"] or None,
            "consent": made["consent"],
        }

    def _pseudonym(self, username: str) -> str:
        if username not in self.pseudonyms:
            self.pseudonyms[username] = layout.pseudonym(self.key, username)
        return self.pseudonyms[username]

    def _responses(self, notes: Notes) -> Iterator[dict[str, Any]]:
        half = len(self.selection) // 2
        for number, (samples, decisions) in enumerate(self.selection.batches()):
            self._tell(half + number * len(samples) // 2)
            given = annotations_of(samples, self.selection.newest_annotation)
            keys = dict(Adjudication.objects.filter(pk__in=among(decisions)).values_list("sample_id", "sample__key"))
            for sample in samples:
                for position, row in enumerate(given.get(sample, ()), start=1):
                    notes.take_annotation(row)
                    yield {
                        "key": keys[sample],
                        "annotator": self._pseudonym(row["annotator__username"]),
                        "position": position,
                        "interface": row["interface__version"],
                        "version": row["version"],
                        "answers": row["answers"],
                        "comments": row["comments"] or None,
                        "shown": row["assignment__shown"] or None,
                        "suggested": row["suggested"],
                        "duration_ms": row["duration_ms"],
                    }
