"""Figures of a whole project, computed again: seconds and memory, beside a project of a fifth.

python -m benchmarks.recompute [--samples 100000] [--people 5] [--crowd 50] [--only agreement]

Each sample is answered by so many people of the crowd on three questions: 1,500,000 answers unless said otherwise.
Prints for each job, each in a process of its own: seconds, microseconds an answer, the peak of its own memory and what
it had before it began; and the peak of all that it had mapped, of which the database's file is a part (up to 128 MB of
it). Flat memory is a peak of its own that does not grow with the samples.
"""

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Self

QUESTIONS = 3
JOBS = ("agreement", "aggregation")
INTERFACE = {
    "schema": 1,
    "fields": [{"name": "text", "type": "text", "title": "Text"}],
    "questions": [
        {
            "name": "mood",
            "type": "label",
            "required": True,
            "options": [{"id": name, "title": name} for name in ("bright", "dark", "calm", "wild")],
        },
        {"name": "craft", "type": "rating", "scale": [1, 5]},
        {"name": "pull", "type": "rating", "scale": [1, 7]},
    ],
}
TEXT = "The lighthouse keeper counted the waves the way other people count sheep, and never once fell asleep. " * 3
START = datetime(2026, 1, 1)
BATCH = 20_000


def seed(samples: int, people: int, crowd: int) -> None:
    """A project with everybody's annotations, past the screens; labelled, and not routed yet."""
    from django.core.management import call_command
    from django.db import connection

    from projects.models import Membership, User
    from projects.workspace import actions

    call_command("migrate", interactive=False, verbosity=0)
    owner = actions.create_user(username="owner")
    project = actions.create_project(actor=owner, name="Bench", slug="bench", interface=INTERFACE, overlap=people)
    names = [User(username=f"annotator-{n}") for n in range(crowd)]
    members = User.objects.bulk_create(names)
    Membership.objects.bulk_create(Membership(project=project, user=user, role="annotator") for user in members)
    rows = judged(samples, people, [user.pk for user in members])
    while batch := list(islice(rows, BATCH)):
        store(project, batch)
    type(project).objects.filter(pk=project.pk).update(sample_count=samples)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # an installation's database has done so by itself


def judged(samples: int, people: int, crowd: list[int]) -> Iterator[tuple[int, list[tuple[int, datetime, str]]]]:
    """Sample by sample: who, when, and the answers as JSON. Everybody has their own skill and severity."""
    draw = random.Random(1)
    moods = [option["id"] for option in INTERFACE["questions"][0]["options"]]  # type: ignore[index]
    skill = {person: draw.uniform(0.5, 0.95) for person in crowd}
    severe = {person: draw.gauss(0, 0.5) for person in crowd}
    for number in range(samples):
        true, craft, pull = draw.choice(moods), draw.gauss(3, 1), draw.gauss(4, 1.5)
        given = []
        for person in draw.sample(crowd, people):
            answers = {
                "mood": true if draw.random() < skill[person] else draw.choice(moods),
                "craft": min(5, max(1, round(craft - severe[person] + draw.gauss(0, 0.8)))),
                "pull": min(7, max(1, round(pull - severe[person] + draw.gauss(0, 1)))),
            }
            at = START + timedelta(days=60 * number / samples, seconds=draw.randrange(86_400))
            given.append((person, at, json.dumps(answers)))
        yield number, given


def store(project: Any, batch: list[tuple[int, list[tuple[int, datetime, str]]]]) -> None:
    from django.db import transaction

    from projects.models import Annotation, Assignment, Sample
    from projects.workspace.db import allocate_ids, insert_rows

    at, interface = batch[0][1][0][1], project.interface_id
    with transaction.atomic():
        samples = allocate_ids(Sample, len(batch))
        insert_rows(
            Sample,
            [
                *("id", "project", "key", "fields", "metadata", "content_sha256", "state", "open_slots", "answered"),
                *("awaited", "position", "created_at"),
            ],
            (
                (
                    *(pk, project.pk, f"s{number:07}", json.dumps({"text": f"{number}: {TEXT}"})),
                    *('{"language": "en"}', f"{number:064x}", "labeled", 0, len(given), 0, number, at),
                )
                for pk, (number, given) in zip(samples, batch, strict=True)
            ),
        )
        flat = [(pk, *one) for pk, (_, given) in zip(samples, batch, strict=True) for one in given]
        assignments, annotations = allocate_ids(Assignment, len(flat)), allocate_ids(Annotation, len(flat))
        insert_rows(
            Assignment,
            [
                *("id", "project", "sample", "annotator", "interface", "state", "leased_at", "deadline", "shown"),
                *("draft", "revision", "skip_reason", "note", "purpose"),
            ],
            (
                (pk, project.pk, sample, person, interface, "submitted", when, when, "{}", None, 0, "", "", "label")
                for pk, (sample, person, when, _) in zip(assignments, flat, strict=True)
            ),
        )
        insert_rows(
            Annotation,
            [
                *("id", "project", "sample", "assignment", "annotator", "interface", "version", "current", "answers"),
                *("comments", "origin", "submission", "duration_ms", "created_at", "purpose"),
            ],
            (
                (
                    *(pk, project.pk, sample, assignment, person, interface, 1, True, answers, "{}", "labeled"),
                    *(uuid.uuid4().hex, 5_000 + pk % 9_000, when, "label"),
                )
                for pk, assignment, (sample, person, when, answers) in zip(annotations, assignments, flat, strict=True)
            ),
        )


def work(kind: str) -> None:
    """One job in this process; prints what it took as JSON."""
    from projects.models import Job, Project, User
    from projects.workspace import jobs

    job = jobs.request_job(kind=kind, project=Project.objects.get(), actor=User.objects.get(username="owner"))
    with Own() as memory:
        start = time.perf_counter()
        jobs.run(job.pk)
        seconds = time.perf_counter() - start
    job.refresh_from_db()
    if job.state != "done":
        raise SystemExit(f"{kind} was not computed: {job.message}")
    found = {"seconds": seconds, "own": memory.peak, "before": memory.before, "peak": peak()}
    print(json.dumps(found))
    Job.objects.exclude(pk=job.pk).delete()


class Own:
    """The memory that is this process's alone, in megabytes: what it begins with, and the most, looked at 50 times a
    second."""

    def __enter__(self) -> Self:
        self.before = self.peak = self.now()
        self.over = threading.Event()
        self.watch = threading.Thread(target=self._look, daemon=True)
        self.watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.watch.join()

    def _look(self) -> None:
        while not self.over.wait(0.02):
            self.peak = max(self.peak, self.now())

    @staticmethod
    def now() -> float:
        status = Path("/proc/self/status").read_text()
        return int(re.findall(r"RssAnon:\s+(\d+)", status)[0]) / 1024


def peak() -> float:
    """Megabytes of everything that was mapped at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(samples: int, people: int, crowd: int, kinds: list[str]) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "ANNOTATOR_DATA": folder, "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-m", "benchmarks.recompute", "--samples", str(samples)]
        command += ["--people", str(people), "--crowd", str(crowd), "--child"]
        subprocess.run([*command, "seed"], env=environment, check=True)
        return {
            kind: json.loads(subprocess.run([*command, kind], env=environment, check=True, capture_output=True).stdout)
            for kind in kinds
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=5)
    parser.add_argument("--crowd", type=int, default=50)
    parser.add_argument("--only", choices=JOBS, action="append")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
        import django

        django.setup()
        if options.child == "seed":
            seed(options.samples, options.people, options.crowd)
        else:
            work(options.child)
        return
    kinds = options.only or list(JOBS)
    last: dict[str, dict[str, float]] = {}
    for samples in (options.samples // 5, options.samples):
        answers = samples * options.people * QUESTIONS
        found = measured(samples, options.people, options.crowd, kinds)
        for kind, each in found.items():
            beside = f", {each['own'] / last[kind]['own']:.2f} × that of a fifth" if kind in last else ""
            took = f"{each['seconds']:6.1f} s, {each['seconds'] / answers * 1e6:4.1f} µs an answer"
            memory = (
                f"peak {each['own']:4.0f} MB ({each['before']:.0f} MB before){beside}; mapped {each['peak']:.0f} MB"
            )
            print(f"{kind:<12} {answers:>9,} answers: {took}, {memory}", flush=True)
        last = found


if __name__ == "__main__":
    main()
