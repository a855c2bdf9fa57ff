"""Imports and the dump: rates, against a bare insert of the same rows, and the memory they take.

python -m benchmarks.intake [--samples 100000] [--dump 50000]

Prints, in one run: samples a second of an import against those of a bare ``executemany`` of the same rows into the
same SQLite file (wanted: at least a quarter, and 20,000 a second), its peak of memory (wanted: under 300 MB), and the
rate of a dump (wanted: 30,000 samples a second).
"""

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TEXT = "The sea kept the letters that nobody had sent, and gave them back to the wrong people, one tide at a time. "
INTERFACE = {
    "schema": 1,
    "fields": [{"name": "prompt", "type": "text"}, {"name": "story", "type": "text"}],
    "questions": [{"name": "craft", "type": "rating", "scale": [1, 5]}],
}


def write_lines(path: Path, samples: int) -> None:
    with path.open("w") as stream:
        for number in range(samples):
            line = {
                "key": f"story-{number}",
                "fields": {"prompt": f"A letter, number {number}.", "story": TEXT * 4 + str(number)},
                "metadata": {"language": "en", "tone": "wry"},
                "provenance": {"origin": "human", "licence": "CC-BY-4.0", "creator": f"Creator {number % 500}"},
            }
            stream.write(json.dumps(line) + "\n")


def child(data: Path, samples: int, dump: int) -> None:
    """Runs in a process of its own, so that the peak of memory is the import's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    import django

    django.setup()
    from django.core.files.base import File
    from django.core.management import call_command
    from django.db import connection

    from projects.intake.actions import start_import
    from projects.labeling.dump import dump as dump_lines
    from projects.workspace import actions, jobs
    from projects.workspace.models import Project

    call_command("migrate", interactive=False, verbosity=0)
    owner = actions.create_user(username="owner")
    project = actions.create_project(actor=owner, name="Bench", interface=INTERFACE)
    path = data / "samples.jsonl"
    write_lines(path, samples)
    with path.open("rb") as stream:
        source = start_import(actor=owner, project=project, file=File(stream), filename=path.name)
    before = _peak()
    start = time.perf_counter()
    jobs.run(source.job_id)
    imported = samples / (time.perf_counter() - start)
    source.job.refresh_from_db()
    if (source.job.result or {}).get("created") != samples:
        raise SystemExit(f"the import did not take everything: {source.job.state} {source.job.result}")
    peak = _peak()
    bare = samples / bare_insert(Path(str(connection.settings_dict["NAME"])))
    print(f"import: {imported:,.0f} samples a second (wanted: 20,000); bare insert of the same rows: {bare:,.0f}")
    print(f"ratio import to bare insert: {imported / bare:.2f} (wanted: at least 0.25)")
    print(f"peak memory of the import: {peak:,.0f} MB (wanted: under 300), {before:,.0f} MB before it")
    project = Project.objects.get(pk=project.pk)
    start, lines = time.perf_counter(), 0
    for portion in dump_lines(project):
        lines += portion.count(b"\n")
        if lines >= dump:
            break
    print(f"dump: {lines / (time.perf_counter() - start):,.0f} samples a second (wanted: 30,000)")


def bare_insert(database: Path) -> float:
    """Seconds of a bare executemany of the rows that the import wrote, samples and provenance, into twins of the two
    tables, with their indexes, in the same file."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous=NORMAL")
    inserts = []
    for name in ("projects_sample", "projects_provenance"):
        statements = connection.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC", (name,)
        ).fetchall()
        rows = connection.execute(f"SELECT * FROM {name}").fetchall()
        for (statement,) in statements:
            connection.execute(statement.replace(name, f"twin_{name}").replace('INDEX "', 'INDEX "twin_'))
        inserts.append((f"INSERT INTO twin_{name} VALUES ({', '.join('?' * len(rows[0]))})", rows))
    start = time.perf_counter()
    with connection:
        for sql, rows in inserts:
            connection.executemany(sql, rows)
    return time.perf_counter() - start


def _peak() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--dump", type=int, default=50_000)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.samples, options.dump)
        return
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--samples", str(options.samples), "--dump", str(options.dump), "--child", folder]
        environment = {**os.environ, "ANNOTATOR_DATA": folder, "LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", "benchmarks.intake", *arguments]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
