"""A version's samples, each with what people answered."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from projects.formats.columns import Column
from projects.snapshots.exports.base import Source
from projects.snapshots.layout.shards import read_rows

__all__ = ["with_responses"]

Row = dict[str, Any]


def with_responses(
    source: Source, gold: Sequence[Column], responses: Sequence[Column]
) -> Iterator[tuple[Row, list[Row]]]:
    """The rows of gold, each with the responses that were given under the version of the interface that it was decided
    under. Both tables are in the order of their keys; ``gold`` and ``responses`` have `key` and `interface`."""
    given = groupby(read_rows(source.folder, source.manifest.table("responses"), responses), itemgetter("key"))
    key, found = next(given, (None, iter(())))
    for row in read_rows(source.folder, source.manifest.table("gold"), gold):
        while key is not None and key < row["key"]:
            key, found = next(given, (None, iter(())))
        mine = [each for each in found if each["interface"] == row["interface"]] if key == row["key"] else []
        yield row, mine
