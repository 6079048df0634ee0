"""How long Pillow takes to open a picture: size, mode and metadata, no pixels decoded.

    python benchmarks/open.py [PICTURE or FOLDER] [--rounds 2000]

Saves the same picture as .gcx, WebP, AVIF, PNG and JPEG, opens each once a round, in another
order each round, and prints the median of each. Pillow asks one plugin after another whether a
file is theirs, in the order in which they were imported; here each format is imported when
first needed, as in a program that imports gcx_pillow at its top. Opening a .gcx leaves its
words for later, whichever way they are coded; what reading them adds is shown as well. Without
an argument it takes samples/, or makes up a picture where that is not there.
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
    "gcx, words by zlib": (".gcx", {"text": TEXT, "text_coding": "zlib", "visual_bytes": 290}),
    "gcx, words by the model": (
        ".gcx",
        {"text": TEXT, "text_coding": "model", "visual_bytes": 290},
    ),
    "AVIF": (".avif", {"quality": 60}),
    "PNG": (".png", {}),
    "JPEG": (".jpg", {"quality": 85}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--rounds", type=int, default=2000)
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
                    works[f"{format}, and read"] = partial(words_read, path)
                    works[f"loads of {format}"] = partial(loads, data)
                    works[f"loads of {format}, later"] = partial(loads, data, check_words=False)
            timed = measure(works, arguments.rounds)
            sizes = {format: path.stat().st_size for format, path in paths.items()}
        console.print(table(f"{name}, {picture.width} x {picture.height}", timed, sizes))


def pictures(path: Path) -> list[tuple[str, Image.Image]]:
    """The pictures in a folder, one picture, or one that is made up."""
    if path == SAMPLES and not path.exists():
        return [("made up", made_up(768, 512))]
    suffixes = (".jpg", ".jpeg", ".png")
    found = [path] if path.is_file() else sorted(p for p in path.iterdir() if p.suffix in suffixes)
    return [(each.name, Image.open(each).convert("RGB")) for each in found]


def made_up(width: int, height: int) -> Image.Image:
    """Soft coloured blotches with some grain, the same every time."""
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

    All works have their turn once a round, so that they share its disturbances, and in another
    order each round, for what came just before decides what the caches hold.
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
    for column in ("format", "bytes", "median us", "middle half", "against WebP"):
        result.add_column(column, justify="left" if column == "format" else "right")
    webp = statistics.median(timed["WebP"])
    for what, each in sorted(timed.items(), key=lambda item: statistics.median(item[1])):
        low, median, high = statistics.quantiles(each, n=4)
        result.add_row(
            what,
            f"{sizes[what]:,}" if what in sizes else "",
            f"{median:.1f}",
            f"{low:.1f} to {high:.1f}",
            f"{median / webp:.2f}",
        )
    return result


if __name__ == "__main__":
    main()
