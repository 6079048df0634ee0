"""How far apart the looks of one photograph are when it was changed, and of different ones.

    python benchmarks/looks.py FOLDER

Each photograph is encoded into 290 bytes, and again after each change. Prints the distances to the
first, how many are beyond what counts as a duplicate, and the nearest of two photographs.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from PIL import Image, ImageEnhance
from rich.console import Console
from rich.table import Table

from gcx_format import encode
from gcx_format.collections.looks import ALIKE, Looks, look_of
from gcx_format.conditions import decode_condition


def main() -> None:
    import numpy as np

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of photographs, no two of them alike")
    photos = sorted(
        path for path in parser.parse_args().folder.iterdir() if path.suffix in (".png", ".jpg")
    )
    distances = defaultdict(list)
    firsts = []
    for path in photos:
        with Image.open(path) as opened:
            photo = opened.convert("RGB")
        photo.thumbnail((768, 768))
        first = look_of(decode_condition(encode(photo, visual_bytes=290, scale=8)))
        firsts.append(first)
        for name, changed, visual_bytes in changes(photo):
            made = encode(changed, visual_bytes=visual_bytes, scale=8 if visual_bytes > 200 else 10)
            look = look_of(decode_condition(made))
            distances[name].append(float(Looks(first[None]).distances(look)[0]))
    table = Table("change", "median", "most", f"beyond {ALIKE}", title=f"{len(photos)} photographs")
    for name, found in distances.items():
        table.add_row(
            name,
            f"{np.median(found):.2f}",
            f"{max(found):.2f}",
            str(sum(each > ALIKE for each in found)),
        )
    looks = Looks(np.array(firsts))
    apart = [
        float(looks.distances(firsts[one])[other])
        for one, other in combinations(range(len(firsts)), 2)
    ]
    within = sum(each <= ALIKE for each in apart)
    Console().print(
        table, f"{len(apart)} pairs: the nearest {min(apart):.2f}, {within} within {ALIKE}"
    )


def changes(photo: Image.Image) -> Iterator[tuple[str, Image.Image, int]]:
    """Each with its name, and the bytes to code it into."""
    width, height = photo.size
    yield "150 bytes, scale 10", photo, 150
    yield "600 bytes", photo, 600
    yield "half as wide", photo.resize((width // 2, height // 2)), 290
    yield "2 % cut off", photo.crop((width // 50, 0, width, height - height // 50)), 290
    yield "10 % brighter", ImageEnhance.Brightness(photo).enhance(1.1), 290
    yield "10 % darker", ImageEnhance.Brightness(photo).enhance(0.9), 290


if __name__ == "__main__":
    main()
