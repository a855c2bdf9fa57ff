"""The label loop over HTTP: submit and next in one request, against project size and with many people at once.

python -m benchmarks.label_loop [--database-url postgres://…]

Prints, in one run: the median with 1,000 and with 100,000 samples, half of which the person has answered before, and
their ratio (wanted: at most 1.2, at most 8 ms); then 32 people at once: useful submits a second, p95, errors, samples
given twice, annotations lost (wanted: none), and the rate against that of the least a Django view can do that writes
(``bare.py``), measured just before and after: machines that others work on too differ by the minute.
"""

import argparse
import statistics
import threading
import time
import uuid
from collections import Counter
from typing import Any

from benchmarks import bare
from benchmarks.serving import Server, call, serving

ANSWERS = {"mood": "bright", "craft": 4}


def steps(server: Server, slug: str, token: str, count: int) -> tuple[list[float], list[str]]:
    """Seconds of each submit-and-next, and the keys of the samples that were submitted."""
    connection = server.connect()
    status, task = call(connection, "POST", f"/api/v1/projects/{slug}/next/", token)
    times: list[float] = []
    keys: list[str] = []
    while task and len(times) < count:
        body = {"assignment": task["assignment"], "submission": str(uuid.uuid4()), "answers": ANSWERS, "next": True}
        start = time.perf_counter()
        status, reply = call(connection, "POST", f"/api/v1/projects/{slug}/annotations/", token, body)
        if status != 201:
            raise RuntimeError(f"{status}: {reply}")
        times.append(time.perf_counter() - start)
        keys.append(task["sample"]["key"])
        task = reply["next"]
    return times, keys


def by_size(sizes: list[int], count: int, environment: dict[str, str]) -> None:
    with serving(["--samples", *map(str, sizes), "--answered", "0.5"], **environment) as (server, seeded):
        token, medians = seeded["tokens"][0], []
        for slug in seeded["slugs"]:
            steps(server, slug, token, 50)  # warm
        rounds: dict[str, list[float]] = {slug: [] for slug in seeded["slugs"]}
        for _ in range(5):  # interleaved, so that whatever else the machine does meets all sizes
            for slug in seeded["slugs"]:
                rounds[slug] += steps(server, slug, token, count // 5)[0]
        for size, slug in zip(sizes, seeded["slugs"], strict=True):
            medians.append(statistics.median(rounds[slug]))
            print(f"{size:>8,} samples: median {medians[-1] * 1000:.2f} ms over {len(rounds[slug])} submits")
        print(f"ratio largest to smallest: {medians[-1] / medians[0]:.2f} (wanted: at most 1.2)")


def many_people(people: int, samples: int, environment: dict[str, str]) -> float:
    """Useful submits a second."""
    with serving(["--samples", str(samples), "--people", str(people)], **environment) as (server, seeded):
        slug = seeded["slugs"][0]
        results: list[tuple[list[float], list[str]]] = []
        errors: list[str] = []

        def person(token: str) -> None:
            try:
                results.append(steps(server, slug, token, samples))
            except Exception as error:  # counted and shown
                errors.append(str(error))

        threads = [threading.Thread(target=person, args=(token,)) for token in seeded["tokens"]]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - start
        report(results, errors, seconds, counts(server, slug, seeded["owner"]))
    return sum(len(times) for times, _ in results) / seconds


def counts(server: Server, slug: str, token: str) -> dict[str, Any]:
    status, project = call(server.connect(), "GET", f"/api/v1/projects/{slug}/", token)
    if status != 200:
        raise RuntimeError(f"{status}: {project}")
    return dict(project["counts"])


def report(results: list[Any], errors: list[str], seconds: float, states: dict[str, Any]) -> None:
    times = sorted(second for batch, _ in results for second in batch)
    keys = Counter(key for _, batch in results for key in batch)
    twice = sum(1 for n in keys.values() if n > 1)
    stored = sum(n for state, n in states.items() if state in ("labeled", "disputed", "approved"))
    p95 = times[int(len(times) * 0.95)] * 1000
    print(f"{len(results)} people at once: {len(times) / seconds:.0f} useful submits a second, p95 {p95:.0f} ms")
    print(f"errors {len(errors)}, given twice {twice}, acknowledged {len(times)}, stored {stored}")
    for error in errors[:3]:
        print(f"  {error}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--count", type=int, default=500, help="submits measured for each size")
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--samples", type=int, default=4_000, help="samples for the run with many people")
    parser.add_argument("--database-url", default="", help="an empty database, for PostgreSQL instead of SQLite")
    options = parser.parse_args()
    environment = {"DATABASE_URL": options.database_url} if options.database_url else {}
    if not options.database_url:
        by_size(options.sizes, options.count, environment)
    before = bare.rate(options.people)
    rate = many_people(options.people, options.samples, environment)
    yardstick = (before + bare.rate(options.people)) / 2
    print(f"a bare view: {yardstick:.0f} a second; ours to it: {rate / yardstick:.2f}")


if __name__ == "__main__":
    main()
