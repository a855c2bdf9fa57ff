"""Open a snapshot: python docs/open_snapshot.py FOLDER     (needs nothing but `pip install duckdb`)

FOLDER holds manifest.json: a version as it is kept, or an unpacked download of the formats `croissant` or `hf`. The
script says what it is, shows one sample with what everybody answered, prints how far people agree, and proves that the
rows are the ones that the manifest speaks of.
"""

import hashlib
import json
import sys
from pathlib import Path

import duckdb


def main(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    title, version = manifest["project"]["title"], manifest["version"]
    print(f"{title}, snapshot {manifest['number']}, version {version} of {manifest['published']}")

    # A table is all files of its name. JSON columns hold JSON text.
    database = duckdb.connect()
    for table in ("gold", "responses"):
        pattern = str(folder / f"data/{table}-*.parquet").replace("'", "''")
        database.execute(f"CREATE VIEW {table} AS FROM read_parquet('{pattern}')")
        print(table, *database.execute(f"SELECT count(*) FROM {table}").fetchone() or ())

    # One sample, and what everybody answered: the tables meet at `key`.
    joined = database.execute("""
        SELECT gold.key, gold.fields, gold.decision, gold.answers, responses.annotator, responses.answers
        FROM gold JOIN responses USING (key)
        WHERE gold.key = (SELECT min(key) FROM gold)
        ORDER BY responses.position
    """).fetchall()
    for number, (key, fields, decision, final, annotator, answers) in enumerate(joined):
        if number == 0:
            shown = {name: str(value)[:60] for name, value in json.loads(fields).items()}
            print(f"\nsample {key}: {shown}\n  decided: {decision} {json.loads(final or '{}')}")
        print(f"  {annotator[:12]}: {json.loads(answers)}")

    print("\nagreement (whole project, with its interval of 95 %)")
    for row in manifest["agreement"]:
        if row["value"] is None:
            print(f"  {row['title']}: undefined, {row['reason']}")
        else:
            interval = f" [{row['low']:.3f}, {row['high']:.3f}]" if row["low"] is not None else ""
            print(f"  {row['title']}: {row['coefficient']} {row['value']:.4f}{interval}, {row['units']} samples")

    # The proof, by hand: a row's hash is over the canonical JSON of its columns that are not null, and the root is over
    # the hashes of all rows, sorted, a line each.
    gold = database.execute("FROM gold")
    columns = [name for name, *_ in gold.description or ()]
    hashes = []
    while rows := gold.fetchmany(1000):
        for row in rows:
            present = {name: value for name, value in zip(columns, row, strict=True) if value is not None}
            text = json.dumps(present, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            hashes.append(hashlib.sha256(text.encode()).hexdigest())
    root = hashlib.sha256("".join(f"{digest}\n" for digest in sorted(hashes)).encode()).hexdigest()
    print(f"\nroot {root}\n{'is' if root == manifest['root'] else 'IS NOT'} what the manifest says")
    changed = [
        entry["path"]
        for entry in manifest["files"]
        if hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest() != entry["sha256"]
    ]
    print(f"{len(manifest['files'])} files, {len(changed)} changed{': ' if changed else ''}{', '.join(changed)}")
    if changed or root != manifest["root"]:
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
