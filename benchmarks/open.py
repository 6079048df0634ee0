"""How long Pillow takes to open a picture: size, mode and metadata, without decoding pixels.

    python benchmarks/open.py [PICTURE or FOLDER] [--rounds 2000]

Saves the same picture as .gcx, WebP, AVIF, PNG and JPEG, opens each file once per round, in a
different order each round, and prints the medians. Pillow asks its plugins whether a file is theirs
in the order in which they were imported. Here each plugin is imported when it is first needed, as
in a program that imports gcx_pillow at the top. Opening a .gcx leaves its words undecoded; separate
rows show how long it takes when they are read too. Without an argument, the pictures are those in
samples/, or a made-up one if that folder is missing.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image, ImageFilter
from rich.console import Console
from rich.table import Table

import gcx_pillow
from gcx_format import loads

SAMPLES = Path(__file__).parents[1] / "samples"
TEXT = (
    "A white cup of espresso on a saucer stands on a dark wooden table beside a steel spoon; "
    "morning light falls from a window on the left and leaves long soft shadows."
)
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "WebP": (".webp", {"quality": 80}),
    "gcx, zlib": (".gcx", {"text": TEXT, "text_coding": "zlib", "visual_bytes": 290}),
    "gcx, text model": (
        ".gcx",
        {"text": TEXT, "text_coding": "model", "visual_bytes": 290},
    ),
    "AVIF": (".avif", {"quality": 60}),
    "PNG": (".png", {}),
    "JPEG": (".jpg", {"quality": 85}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "pictures",
        nargs="?",
        type=Path,
        default=SAMPLES,
        help="a picture or a folder of pictures (default: samples/)",
    )
    parser.add_argument("--rounds", type=int, default=2000, help="rounds (default: %(default)s)")
    arguments = parser.parse_args()
    gcx_pillow.register_gcx_opener()
    console = Console()
    for name, picture in pictures(arguments.pictures):
        with tempfile.TemporaryDirectory() as folder:
            paths = {}
            for number, (format, (suffix, options)) in enumerate(FORMATS.items()):
                paths[format] = Path(folder, f"{number}{suffix}")
                picture.save(paths[format], **options)
            works: dict[str, Callable[[], object]] = {}
            for format, path in paths.items():
                works[format] = partial(opened, path)
                if path.suffix == ".gcx":
                    data = path.read_bytes()
                    works[f"{format}, words read"] = partial(words_read, path)
                    works[f"loads, {format}"] = partial(loads, data)
                    works[f"loads, {format}, check_words=False"] = partial(
                        loads, data, check_words=False
                    )
            timed = measure(works, arguments.rounds)
            sizes = {format: path.stat().st_size for format, path in paths.items()}
        console.print(table(f"{name}, {picture.width} x {picture.height}", timed, sizes))


def pictures(path: Path) -> list[tuple[str, Image.Image]]:
    """The pictures in a folder, a single picture, or a made-up one."""
    if path == SAMPLES and not path.exists():
        return [("made up", made_up(768, 512))]
    suffixes = (".jpg", ".jpeg", ".png")
    found = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix in suffixes)
    return [(each.name, Image.open(each).convert("RGB")) for each in found]


def made_up(width: int, height: int) -> Image.Image:
    """Soft coloured blotches with some grain, always the same."""
    generator = random.Random(0)
    blotches = Image.frombytes("RGB", (12, 8), generator.randbytes(12 * 8 * 3))
    grain = Image.frombytes("RGB", (width, height), generator.randbytes(width * height * 3))
    soft = blotches.resize((width, height), Image.Resampling.BICUBIC)
    return Image.blend(soft, grain.filter(ImageFilter.GaussianBlur(2)), 0.2)


def opened(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def words_read(path: Path) -> str:
    with Image.open(path) as image:
        words: str = image.info["gcx"]["text"]
        return words


def measure(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Microseconds of every call.

    Each round runs all of them, so that disturbances hit all alike, and in a different order,
    because the call before determines what the caches hold.
    """
    shuffler = random.Random(0)
    for work in works.values():
        for _ in range(50):
            work()
    timed: dict[str, list[float]] = {what: [] for what in works}
    turns = list(works.items())
    for _ in range(rounds):
        shuffler.shuffle(turns)
        for what, work in turns:
            start = time.perf_counter_ns()
            work()
            timed[what].append((time.perf_counter_ns() - start) / 1000)
    return timed


def table(title: str, timed: dict[str, list[float]], sizes: dict[str, int]) -> Table:
    result = Table(title=f"Image.open, header only: {title}")
    for column in ("format", "bytes", "median, µs", "middle half", "times PNG"):
        result.add_column(column, justify="left" if column == "format" else "right")
    png = statistics.median(timed["PNG"])
    for what, each in sorted(timed.items(), key=lambda item: statistics.median(item[1])):
        low, median, high = statistics.quantiles(each, n=4)
        result.add_row(
            what,
            f"{sizes[what]:,}" if what in sizes else "",
            f"{median:.1f}",
            f"{low:.1f} to {high:.1f}",
            f"{median / png:.2f}",
        )
    return result


if __name__ == "__main__":
    main()
