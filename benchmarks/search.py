"""How fast a collection is searched.

    python benchmarks/search.py [--count 100000]

Writes that many rows with sentences about pictures to a temporary folder, makes the index, and
prints how long a search takes: the best of five. Looks are random numbers, since decoding so many
pictures takes minutes; searching them costs the same.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.archive import pictures
from benchmarks.extras import needing
from gcx_format.collections.reading import Collection
from gcx_format.collections.writing import writing

WORDS = Path(__file__).parent / "text_model" / "descriptions.txt"
SEARCHES: dict[str, tuple[str, dict[str, Any]]] = {
    "a word": ("boat", {}),
    "three words": ("red house window", {}),
    "words misspelt": ("photogarph widnow", {}),
    "a phrase": ('"in front of"', {}),
    "a beginning": ("win*", {}),
    "what every row has": ("a img", {}),
    "a date alone": ("", {"taken": "2020-06"}),
    "a word and a date": ("a", {"taken": "2020-06"}),
    "a word and a camera": ("boat", {"camera": "iphone"}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--count", type=int, default=100_000, help="number of pictures (default: %(default)s)"
    )
    count = parser.parse_args().count
    with needing("archive"):
        import numpy as np
        import tantivy  # noqa: F401

        from gcx_format.collections.looks import Looks

    chance = random.Random(1)
    sentences = WORDS.read_text("utf-8").splitlines()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "collection"
        with writing(folder) as writer:
            for row in pictures(count):
                writer.add(replace(row, words=" ".join(chance.sample(sentences, 2))))
        table = Table("what", "milliseconds", "found", title=f"{count:,} pictures")
        collection = Collection.open(folder)
        table.add_row("making the index", *timed(lambda: collection.search("boat"), 1))
        table.add_row(
            "opening it, first search",
            *timed(lambda: Collection.open(folder).search("boat")),
            end_section=True,
        )
        for what, (text, filters) in SEARCHES.items():
            table.add_row(what, *timed(partial(collection.search, text, **filters)))
        size = sum(path.stat().st_size for path in (folder / ".index").rglob("*"))
    numbers = np.random.default_rng(1).integers(-127, 127, (count, 64), np.int8)
    looks = Looks(numbers)
    table.add_row("looks alike", *timed(lambda: looks.distances(numbers[0]).argsort()[:50]))
    Console().print(table, f"index: {size / 1e6:.1f} MB")


def timed(work: Callable[[], Any], times: int = 5) -> tuple[str, str]:
    """Milliseconds, and how much was found."""
    best, found = float("inf"), 0
    for _ in range(times):
        began = time.perf_counter()
        found = len(work())
        best = min(best, time.perf_counter() - began)
    return f"{best * 1000:,.1f}", str(found)


if __name__ == "__main__":
    main()
