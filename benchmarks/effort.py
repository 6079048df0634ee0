"""What each effort of encoding takes, and how close its visual condition comes.

    python benchmarks/effort.py FOLDER [--bytes 150 290 600]

Searches for the best AV1 condition of each picture in the folder within each number of bytes, at
every effort. The table gives means: CPU seconds, PSNR and SSIM against the thumbnail at scale 8,
and the bytes that were used.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import mean

from rich.console import Console
from rich.table import Table

from gcx_format.pictures import is_picture_name, normalise, open_picture
from gcx_format.visual.av1 import search
from gcx_format.visual.codec import EFFORTS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bytes", type=int, nargs="+", default=[150, 290, 600])
    asked = parser.parse_args()

    pictures = [
        normalise(open_picture(path))
        for path in sorted(asked.folder.iterdir())
        if is_picture_name(path.name)
    ]
    table = Table("bytes", "effort", "CPU s", "PSNR", "SSIM", "used", box=None)
    for budget in asked.bytes:
        for effort in EFFORTS:
            seconds, found = [], []
            for picture in pictures:
                began = time.process_time()
                found.append(search.fit(picture, budget, effort=effort))
                seconds.append(time.process_time() - began)
            table.add_row(
                str(budget),
                effort,
                f"{mean(seconds):.2f}",
                f"{mean(each.psnr for each in found):.2f}",
                f"{mean(each.ssim for each in found):.4f}",
                f"{mean(len(each.payload) for each in found):.1f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
