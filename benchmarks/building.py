"""Building versions with several workers: how much faster two are than one, a child after a small change, memory.

python -m benchmarks.building [--samples 100000] [--annotations 3] [--workers 1 2] [--database-url URL]

Without a URL on SQLite; with one of a PostgreSQL server in a database made for it there and dropped at the end. Each
number of workers builds everything once, from an empty shelf. Then 1 % of the samples are decided again, all in one
place, 1 % are new, and one worker builds the child. Prints the ratio to the time of one worker (wanted: two at least
1.6 times as fast, the child at most 10 %) and the largest peak of memory of any worker (wanted: under 400 MB).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.snapshot import BATCH, INTERFACE, TEXT, _peak, fill

END = "end"  # a file with this name in the data folder ends the workers


def measure(data: Path, samples: int, annotations: int, workers: list[int]) -> None:
    from django.core.management import call_command
    from django.db import connection

    from projects.snapshots import files, shelf
    from projects.workspace import actions

    call_command("migrate", interactive=False, verbosity=0)
    owner = actions.create_user(username="owner")
    project = actions.create_project(actor=owner, name="Bench", interface=INTERFACE)
    fill(project, owner, samples, annotations)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # an installation's database has done so by itself
    taken: dict[int, float] = {}
    for count in workers:
        files.remove_folder(shelf.folder(project.pk))
        taken[count], peak = build(project, owner, data, count)
        ratio = f"; {taken[workers[0]] / taken[count]:.2f} x {workers[0]}" if count != workers[0] else ""
        print(
            f"{count} worker(s): {samples:,} samples with {annotations} annotations each in {taken[count]:.1f} s, "
            f"{samples / taken[count]:,.0f} a second{ratio}; peak memory {peak:,.0f} MB"
        )
    change(project, samples)
    seconds, peak = build(project, owner, data, workers[0])
    print(
        f"child after 1 % decided again and 1 % added, {workers[0]} worker(s): {seconds:.1f} s, "
        f"{seconds / taken[workers[0]]:.0%} of the full build (wanted: at most 10 %); peak memory {peak:,.0f} MB"
    )


def build(project: Any, owner: Any, data: Path, count: int) -> tuple[float, float]:
    """One version, built by so many workers; the seconds and the largest peak of memory in megabytes."""
    from projects.models import Job
    from projects.snapshots.actions import request_snapshot

    (data / END).unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.building", "--work", str(data)]
    with_output: dict[str, Any] = {"stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **with_output) for _ in range(count)]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()  # it is up
    start = time.perf_counter()
    snapshot = request_snapshot(actor=owner, project=project)
    while Job.objects.filter(pk=snapshot.job_id, state__in=Job.OPEN).exists():
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    (data / END).touch()
    peak = max(float(process.communicate()[0]) for process in processes)
    snapshot.refresh_from_db()
    if snapshot.state != "ready":
        raise SystemExit(f"the version was not built: {snapshot.job.message}")
    return seconds, peak


def work(data: Path) -> None:
    """A worker without a broker."""
    from projects.workspace import jobs

    print("up", flush=True)
    while not (data / END).exists():
        if not jobs.run_due(limit=1):
            time.sleep(0.02)
    print(_peak())


def change(project: Any, samples: int) -> None:
    """1 % of the samples decided again, from 40 % of the way on, and 1 % new ones at the end."""
    from projects.models import Adjudication, Provenance, Sample

    few = max(samples // 100, 1)
    common = {"project": project, "decision": "approve", "origin": "agreement", "policy": {}}
    first = int(samples * 0.4)
    again = Sample.objects.filter(project=project, position__gte=first, position__lt=first + few)
    Adjudication.objects.filter(sample__in=again).update(current=False)
    made = list(again)
    for start in range(0, few, BATCH):
        made += Sample.objects.bulk_create(
            Sample(
                project=project,
                key=f"story-{n:08}",
                fields={"text": f"{n}: {TEXT * 3}"[:300]},
                content_sha256=f"{n:064x}",
                state="approved",
                position=n,
            )
            for n in range(samples + start, samples + min(start + BATCH, few))
        )
    Provenance.objects.bulk_create(Provenance(sample=s, origin="human", licence="CC-BY-4.0") for s in made[few:])
    Adjudication.objects.bulk_create(
        Adjudication(sample=s, answers={"craft": 3}, interface=project.interface, **common) for s in made
    )


@contextmanager
def database(url: str) -> Iterator[dict[str, str]]:
    """The setting for a new database, which is dropped at the end."""
    if not url:
        yield {}
        return
    import psycopg
    from psycopg import sql

    name = f"annotator_bench_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield {"DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--annotations", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--database-url", default="")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child or options.work:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
        import django

        django.setup()
        if options.work:
            work(options.work)
        else:
            measure(options.child, options.samples, options.annotations, options.workers)
        return
    with tempfile.TemporaryDirectory() as folder, database(options.database_url) as setting:
        sizes = ["--samples", str(options.samples), "--annotations", str(options.annotations)]
        command = [sys.executable, "-m", "benchmarks.building", *sizes, "--child", folder]
        command += ["--workers", *map(str, options.workers)]
        environment = {**os.environ, "ANNOTATOR_DATA": folder, "LOG_LEVEL": "ERROR", **setting}
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
