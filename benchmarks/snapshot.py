"""Building and exporting a snapshot: rates against bare loops over the same rows, and the memory they take.

python -m benchmarks.snapshot [--samples 100000] [--annotations 3]

Prints, in one run: how fast a version is built and its peak of memory (wanted: under 400 MB), the export as JSON Lines
against a bare loop of SELECT, orjson and write over the same database (wanted: at least 0.4 of its speed), and the
Parquet of the samples against a bare COPY by DuckDB of the same rows (wanted: at most twice its time).
"""

import argparse
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import orjson

TEXT = "The sea kept the letters that nobody had sent, and gave them back to the wrong people, one tide at a time. "
INTERFACE = {
    "schema": 1,
    "fields": [{"name": "text", "type": "text"}],
    "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}],
}
BATCH = 5000


def child(data: Path, samples: int, annotations: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from projects.snapshots import files
    from projects.snapshots.actions import request_snapshot
    from projects.workspace import actions, jobs

    call_command("migrate", interactive=False, verbosity=0)
    owner = actions.create_user(username="owner")
    project = actions.create_project(actor=owner, name="Bench", interface=INTERFACE)
    fill(project, owner, samples, annotations)
    before = _peak()
    snapshot = request_snapshot(actor=owner, project=project)
    start = time.perf_counter()
    jobs.run(snapshot.job_id)
    built = time.perf_counter() - start
    snapshot.refresh_from_db()
    if snapshot.state != "ready":
        raise SystemExit(f"the version was not built: {snapshot.job.message}")
    rate = samples / built
    print(
        f"build: {samples:,} samples with {annotations} annotations each in {built:.1f} s, {rate:,.0f} samples a second"
    )
    print(f"peak memory of the build: {_peak():,.0f} MB (wanted: under 400), {before:,.0f} MB before it")
    start = time.perf_counter()
    files.exported(snapshot, "jsonl", data / "out.jsonl")
    exported = samples / (time.perf_counter() - start)
    bare = samples / bare_loop(Path(str(connection.settings_dict["NAME"])), data / "bare.jsonl")
    print(f"export as JSON Lines: {exported:,.0f} samples a second; bare loop: {bare:,.0f}")
    print(f"ratio export to bare loop: {exported / bare:.2f} (wanted: at least 0.4)")
    start = time.perf_counter()
    files.exported(snapshot, "parquet", data / "out.parquet")
    parquet = time.perf_counter() - start
    copied = bare_copy(data / "out.parquet", data / "bare.parquet")
    print(f"export as Parquet: {parquet:.2f} s; bare COPY of the same rows: {copied:.2f} s")
    print(f"ratio of their times: {parquet / copied:.2f} (wanted: at most 2)")
    start = time.perf_counter()
    report = files.verify(snapshot)
    print(f"verify: {report.rows / (time.perf_counter() - start):,.0f} samples a second, sound: {report.ok}")


def fill(project: Any, owner: Any, samples: int, annotations: int) -> None:
    """Approved samples with everything that a version holds of them, past the labelling.

    The first of them by the ORM; the others are copied by the database, which takes a minute for a million.
    """
    from django.contrib.auth.hashers import make_password
    from django.db import transaction
    from django.utils import timezone

    from projects.models import Adjudication, Annotation, Assignment, Provenance, Sample, User

    now = timezone.now()
    people = User.objects.bulk_create(User(username=f"p{n}", password=make_password(None)) for n in range(annotations))
    common = {"project": project, "interface": project.interface}
    with transaction.atomic():
        made = Sample.objects.bulk_create(
            Sample(
                project=project,
                key=f"story-{n:08}",
                fields={"text": f"{n}: {TEXT * 3}"[:300]},
                metadata={"language": "en"},
                content_sha256=f"{n:064x}",
                state="approved",
                answered=annotations,
                position=n,
                spreads={"craft": 0.25},
            )
            for n in range(min(BATCH, samples))
        )
        Provenance.objects.bulk_create(Provenance(sample=s, origin="human", licence="CC-BY-4.0") for s in made)
        Adjudication.objects.bulk_create(
            Adjudication(sample=s, decision="approve", origin="agreement", answers={"craft": 4}, policy={}, **common)
            for s in made
        )
        for person in people:
            taken = Assignment.objects.bulk_create(
                Assignment(sample=s, annotator=person, state="submitted", deadline=now, **common) for s in made
            )
            Annotation.objects.bulk_create(
                Annotation(sample=a.sample, assignment=a, annotator=person, answers={"craft": 4}, **common)
                for a in taken
            )
    for start in range(BATCH, samples, BATCH):
        with transaction.atomic():
            _copy(start, min(BATCH, samples - start), annotations)


def _copy(start: int, few: int, annotations: int) -> None:
    """The first so many samples once more as those from ``start`` on; ids are in the order of making."""
    from django.db import connection
    from django.db.models import Model

    from projects.models import Adjudication, Annotation, Assignment, Provenance, Sample

    postgresql = connection.vendor == "postgresql"
    number = f"(position + {start})"
    padded = f"lpad({number}::text, 8, '0')" if postgresql else f"printf('%08d', {number})"
    of_sample = {
        "id": f"id + {start}",
        "key": f"'story-' || {padded}",
        "fields": f"replace(CAST(fields AS text), '\"' || position || ': ', '\"' || {number} || ': ')"
        + ("::jsonb" if postgresql else ""),
        "content_sha256": f"lpad(to_hex{number}, 64, '0')" if postgresql else f"printf('%064x', {number})",
        "position": number,
    }
    sample, given = f"sample_id + {start}", f"id + {start * annotations}"
    unique = "gen_random_uuid()" if postgresql else "lower(hex(randomblob(16)))"
    copies: list[tuple[type[Model], dict[str, str]]] = [
        (Sample, of_sample),
        (Provenance, {"id": f"id + {start}", "sample_id": sample}),
        (Adjudication, {"id": f"id + {start}", "sample_id": sample}),
        (Assignment, {"id": given, "sample_id": sample}),
        (
            Annotation,
            {
                "id": given,
                "sample_id": sample,
                "assignment_id": f"assignment_id + {start * annotations}",
                "submission": unique,
            },
        ),
    ]
    with connection.cursor() as cursor:
        for model, changed in copies:
            columns = [field.column or "" for field in model._meta.concrete_fields]
            names = ", ".join(f'"{column}"' for column in columns)
            values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
            first = "id" if model is Sample else "sample_id"
            table = model._meta.db_table
            lowest = f'(SELECT min({first}) FROM "{table}")'
            rows = f"{first} >= {lowest} AND {first} < {lowest} + {few}"
            cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" WHERE {rows}')
            if postgresql and "id" in columns:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))"
                )


def bare_loop(database: Path, path: Path) -> float:
    """Seconds of SELECT, orjson and write over the samples, with nothing around it."""
    connection = sqlite3.connect(database)
    start = time.perf_counter()
    with path.open("wb") as stream:
        for key, fields, metadata in connection.execute(
            "SELECT key, fields, metadata FROM projects_sample ORDER BY key"
        ):
            row = {"key": key, "fields": orjson.loads(fields), "metadata": orjson.loads(metadata)}
            stream.write(orjson.dumps(row) + b"\n")
    return time.perf_counter() - start


def bare_copy(source: Path, target: Path) -> float:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE rows AS SELECT * FROM read_parquet('{source}')")
        start = time.perf_counter()
        connection.execute(f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        return time.perf_counter() - start


def _peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--annotations", type=int, default=3)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.samples, options.annotations)
        return
    with tempfile.TemporaryDirectory() as folder:
        sizes = ["--samples", str(options.samples), "--annotations", str(options.annotations)]
        command = [sys.executable, "-m", "benchmarks.snapshot", *sizes, "--child", folder]
        subprocess.run(command, env={**os.environ, "ANNOTATOR_DATA": folder, "LOG_LEVEL": "ERROR"}, check=True)


if __name__ == "__main__":
    main()
