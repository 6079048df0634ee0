"""How fast a collection of descriptors is read, with and without decoding the pictures.

    python benchmarks/collection.py [--count 10000]

Writes that many different `.gcx` files to a temporary folder, with words coded by zlib, reads them
all, and prints the files per second and the peak memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gcx_format import Descriptor, encode, read, write
from gcx_format.codecs import code_text
from gcx_format.conditions import decode_condition

SAMPLES = Path(__file__).parents[1] / "samples"
TEXT = "Photo number {}: a white cup of espresso on a saucer, a steel spoon, a dark wooden table."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--count", type=int, default=10_000, help="number of files (default: %(default)s)"
    )
    count = parser.parse_args().count

    originals = [
        encode(photo, visual_bytes=visual_bytes)
        for photo in sorted(SAMPLES.glob("*.jpg"))
        for visual_bytes in (150, 290, 600)
    ]
    table = Table(title=f"{count:,} descriptors, one process, one thread")
    for column in ("what", "files per second", "microseconds per file", "peak memory, MB"):
        table.add_column(column, justify="left" if column == "what" else "right")
    with tempfile.TemporaryDirectory() as folder:
        paths = list(fill(Path(folder), originals, count))
        mean = sum(path.stat().st_size for path in paths) / count
        for what, work in (("parsed", read), ("parsed, pictures decoded", verify)):
            seconds = timed(work, paths)
            table.add_row(
                what, f"{count / seconds:,.0f}", f"{seconds / count * 1e6:,.0f}", f"{peak():,.0f}"
            )
    Console().print(table, f"mean file: {mean:.0f} bytes")


def fill(folder: Path, originals: list[Descriptor], count: int) -> list[Path]:
    """Write the files, no two alike, in folders of one thousand."""
    paths = []
    for number in range(count):
        path = folder / f"{number // 1000:03}" / f"{number:06}.gcx"
        original = originals[number % len(originals)]
        write(path, replace(original, coded_text=code_text(TEXT.format(number), "zlib")))
        paths.append(path)
    return paths


def verify(path: Path) -> object:
    return decode_condition(read(path))


def timed(work: Callable[[Path], object], paths: list[Path]) -> float:
    start = time.perf_counter()
    for path in paths:
        work(path)
    return time.perf_counter() - start


def peak() -> float:
    """The peak resident memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
