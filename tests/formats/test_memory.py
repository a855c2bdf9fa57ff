"""Memory doesn't grow with the file."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# The limit is on what the work adds; imports and DuckDB's own pools are in the first figure.
SCRIPT = """
import resource, sys
from pathlib import Path
from projects.formats.readers import reader_for
from projects.formats.writers import Column, ColumnType, writer

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def rows(count):
    for number in range(count):
        yield {"key": f"{number:08}", "story": f"{number} und so weiter " * 40}

columns = [Column("key"), Column("story")]
member, folder = writer(sys.argv[1]), Path(sys.argv[2])
path = folder / f"file{member.suffix}"

def round_trip(count):
    assert member.write(rows(count), path, columns) == count
    assert sum(line.error is None for line in reader_for(path).read(path)) == count

round_trip(4_000)
before = peak()
round_trip(120_000)
print(peak() - before)
"""


@pytest.mark.parametrize("slug", ["jsonl", "csv", "parquet"])
def test_thirty_times_the_rows_take_no_more_memory(slug: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, slug, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 80  # MiB; the rows are 100 MiB of text, several times that as objects
