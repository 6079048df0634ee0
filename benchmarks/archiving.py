"""How fast photographs become a collection, on one processor and on two.

    python benchmarks/archiving.py FOLDER [--count 48]

Makes a folder of that many photographs from those of FOLDER, by hard links, and runs `gcx archive
create` on it, held to one processor and to two by the system. Beside it, on one processor, a plain
loop over Pillow's AVIF encoder at speed 6, which searches the quality that takes as many bytes as
gcx did on average, of a thumbnail of the same size. Prints photographs a second, each the better of
two runs, and the peak memory of the largest process.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.table import Table

from gcx_format.collections import Collection
from gcx_format.descriptor import condition_size
from gcx_format.visual.codec import default_scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=48, help="photographs (default: %(default)s)")
    asked = parser.parse_args()
    originals = sorted(path for path in asked.folder.iterdir() if path.suffix in (".jpg", ".png"))
    processors = sorted(os.sched_getaffinity(0))[:2]
    table = Table("what", "processors", "photographs a second")
    with tempfile.TemporaryDirectory(dir=asked.folder.parent) as name:
        photos = Path(name) / "photos"
        photos.mkdir()
        for number in range(asked.count):
            original = originals[number % len(originals)]
            (photos / f"{number:05}{original.suffix}").hardlink_to(original)
        made = Path(name) / "collection"
        for used in (processors[:1], processors):
            seconds = min(timed(partial(create, photos, made, used)) for _ in range(2))
            table.add_row("gcx archive create", str(len(used)), f"{asked.count / seconds:.2f}")
        sizes = [len(row.gcx) for row in Collection.open(made)]
        budget = sum(sizes) // len(sizes)
        os.sched_setaffinity(0, processors[:1])
        seconds = min(timed(partial(loop, photos, budget)) for _ in range(2))
        table.add_row("loop over Pillow's AVIF", "1", f"{asked.count / seconds:.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    Console().print(table, f"{budget} bytes a photograph; largest process of gcx {peak:,.0f} MB")


def create(photos: Path, made: Path, processors: list[int]) -> None:
    """Run `gcx archive create` from the start, on some processors."""
    subprocess.run(["rm", "-rf", made], check=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "gcx_format", "archive", "create", photos, made),
            *("--describe", "none", "--quiet"),
        ],
        check=True,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )


def loop(photos: Path, budget: int) -> None:
    """What one would write without gcx: a thumbnail, and the best quality that fits."""
    for path in sorted(photos.iterdir()):
        with Image.open(path) as image:
            size = condition_size(*image.size, default_scale(image.size))
            image.draft("RGB", (2 * size[0], 2 * size[1]))
            small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        low, high = 0, 100
        while high - low > 1:
            middle = (low + high) // 2
            file = io.BytesIO()
            small.save(file, "AVIF", quality=middle, speed=6, max_threads=1)
            low, high = (middle, high) if file.tell() <= budget else (low, middle)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
