"""What a collection adds to its descriptors, and how fast it is written, read and checked.

    python benchmarks/archive.py [--count 100000]

Writes that many rows to a temporary folder: a `.gcx` file of 290 random bytes or so under a path
like a camera's, with SHA-256, size, times and camera. Random bytes stand for coded pictures, which
nothing compresses either. Words are left out: what they take depends on the words. Prints the bytes
of each column a picture, and rows a second.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.extras import needing
from gcx_format import CodedVisual, Descriptor
from gcx_format.collections.checking import check
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row, row_of
from gcx_format.collections.writing import writing
from gcx_format.container import dumps, loads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--count", type=int, default=100_000, help="number of pictures (default: %(default)s)"
    )
    count = parser.parse_args().count

    with needing("archive"):
        import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "collection"
        gcx_bytes = 0
        began = time.perf_counter()
        making = 0.0
        with writing(folder) as writer:
            rows = pictures(count)
            for _ in range(count):
                before = time.perf_counter()
                row = next(rows)
                making += time.perf_counter() - before
                gcx_bytes += len(row.gcx)
                writer.add(row)
        seconds = {"written": time.perf_counter() - began - making}

        stored = Counter[str]()
        shards = sorted((folder / "data").iterdir())
        for shard in shards:
            groups = pq.read_metadata(shard)
            for number in range(groups.num_row_groups):
                group = groups.row_group(number)
                for column in range(group.num_columns):
                    chunk = group.column(column)
                    stored[chunk.path_in_schema] += chunk.total_compressed_size
        total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

        collection = Collection(folder)
        began = time.perf_counter()
        assert sum(1 for _ in collection.columns(("path",))) == count
        seconds["listed (paths)"] = time.perf_counter() - began
        began = time.perf_counter()
        assert sum(1 for _ in collection) == count
        seconds["read whole"] = time.perf_counter() - began
        began = time.perf_counter()
        assert sum(fault is None for fault in check(collection)) == count
        seconds["verified"] = time.perf_counter() - began
        some = [row.gcx for row in islice(collection, 10_000)]
        began = time.perf_counter()
        for gcx in some:
            loads(gcx, check_words=False)
        seconds[".gcx files parsed one by one"] = (time.perf_counter() - began) * count / len(some)

    stored["gcx"] -= gcx_bytes
    title = (
        f"{count:,} pictures in {len(shards)} shards, {gcx_bytes / count:.1f} bytes of .gcx each"
    )
    table = Table("column", "bytes a picture beyond the .gcx", title=title)
    for name, size in stored.most_common():
        table.add_row(name, f"{size / count:.2f}")
    footers = total - sum(stored.values()) - gcx_bytes
    table.add_row("footers, summary", f"{footers / count:.2f}")
    needed = sum(stored[each] for each in ("path", "path_bytes", "sha256")) + footers
    table.add_row("path, SHA-256 and footers", f"{needed / count:.2f}", end_section=True)
    table.add_row("all", f"{(total - gcx_bytes) / count:.2f}")
    speed = Table("what", "pictures a second", title="one process, one thread")
    for what, taken in seconds.items():
        speed.add_row(what, f"{count / taken:,.0f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(table, speed, f"peak memory: {peak:,.0f} MB")


def pictures(count: int) -> Iterator[Row]:
    """Rows of photographs as a camera numbers them, no two alike."""
    chance = random.Random(1)
    taken = datetime(2019, 1, 1, 12, tzinfo=UTC)
    name = 0
    for number in range(count):
        name += chance.choice((1, 1, 1, 2, 7))  # some were deleted
        taken += timedelta(seconds=int(chance.expovariate(1 / 900)))
        made = Descriptor(
            width=4032,
            height=3024,
            mode="RGB",
            visual=CodedVisual("av1", 8.0, chance.randbytes(chance.randint(240, 320))),
        )
        yield row_of(
            dumps(made),
            Path(f"{taken:%Y/%m}/IMG_{name % 10_000:04}.JPG"),
            sha256=hashlib.sha256(number.to_bytes(8)).digest(),
            original_bytes=chance.randint(1_500_000, 6_000_000),
            modified=taken,
            taken=taken.replace(tzinfo=None),
            camera="Apple iPhone 11",
        )


if __name__ == "__main__":
    main()
