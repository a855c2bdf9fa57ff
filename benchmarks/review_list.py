"""The review list and the desk of a large project, beside a project of a tenth.

python -m benchmarks.review_list [--samples 100000] [--people 3]

Half of the samples are disputed, half agree and wait for a reviewer. Prints for each page: queries, the milliseconds
that they take and those of the whole page, the best of a few. Flat is a page that takes no longer with more samples.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from benchmarks.recompute import seed

PAGES = {
    "disputed": "review/",
    "disputed, page 3": "review/?page=3",
    "apart on one question": "review/?question=mood",
    "labelled, with bulk": "review/?state=labeled",
    "to confirm": "review/?state=reviewed",
    "one sample": "review/{key}/",
}
ROUNDS = 5


def wait(project: Any) -> str:
    """Everything routed, past the rule: a key of one sample."""
    from django.db import connection

    from projects.models import Sample

    samples = Sample.objects.filter(project=project)
    first = samples.order_by("pk")[0]
    table = connection.ops.quote_name(Sample._meta.db_table)
    with connection.cursor() as cursor:
        for part, state, spread, mood in ((0, "disputed", 0.5, 0.9), (1, "labeled", 0.1, 0.0)):
            spreads = json.dumps({"mood": mood, "craft": spread, "pull": 0.1})
            parts = json.dumps({"disagreement": spread, "trust": 1.0, "importance": 1.0})
            cursor.execute(
                f"UPDATE {table} SET state = %s, disagreement = %s, look = %s + id %% 997 / 9970.0, spreads = %s, "
                "look_parts = %s WHERE id %% 2 = %s",
                [state, spread, spread, spreads, parts, part],
            )
        cursor.execute("ANALYZE")
    return first.key


def child(samples: int, people: int) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from projects.models import Project, User

    settings.ALLOWED_HOSTS = ["testserver"]
    seed(samples, people, 20)
    project = Project.objects.get()
    key = wait(project)
    client = Client()
    client.force_login(User.objects.get(username="owner"))
    found = {}
    for name, page in PAGES.items():
        address, took = f"/p/bench/{page.format(key=key)}", []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            answer = client.get(address)
            took.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        spent = sum(float(query["time"]) for query in queries.captured_queries)
        slowest = max(queries.captured_queries, key=lambda query: float(query["time"]))
        found[name] = (len(queries), 1000 * spent, 1000 * min(took), slowest["sql"], float(slowest["time"]))
    print(json.dumps(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--slowest", action="store_true", help="print each page's slowest statement too")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.samples, options.people)
        return
    last: dict[str, list[Any]] = {}
    for samples in (options.samples // 10, options.samples):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "benchmarks.review_list", "--samples", str(samples)]
            command += ["--people", str(options.people), "--child"]
            environment = {**os.environ, "ANNOTATOR_DATA": folder, "LOG_LEVEL": "ERROR"}
            found = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
        print(f"{samples:,} samples")
        for name, (queries, spent, took, sql, slowest) in found.items():
            beside = f", {took / last[name][2]:.1f} × a tenth" if last else ""
            print(
                f"  {name:<24}{queries:>3} queries, {spent:6.1f} ms in them, {took:6.1f} ms in all{beside}", flush=True
            )
            if options.slowest:
                print(f"      {1000 * slowest:.0f} ms: {sql[:1500]}")
        last = found


if __name__ == "__main__":
    main()
