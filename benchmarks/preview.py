"""How close preview and enhancer come to the photograph, compared with plain interpolation.

    python benchmarks/preview.py FOLDER

For every photograph in the folder and each budget, codes the visual condition once and enlarges it
to full size in each way. Prints means over the photographs of PSNR (RGB, dB), SSIM and ST-LPIPS
(lower is better), and milliseconds per picture. The results include the loss from coding the
condition.

The enhancer is measured by itself and at its default share of the picture; it takes seconds. PSNR
and SSIM prefer blur to edges that are a little out of place. ST-LPIPS does not, but likes edges of
any kind, even those of blocks. Look at the pictures too.

Needs `pip install -e '.[benchmark,enhance]'`. ST-LPIPS needs torch as well, which the extra
`msillm` brings on Python 3.11; without it that column is left out, and a line says so.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks import shift_tolerant
from benchmarks.extras import needing
from gcx_format import encode
from gcx_format.conditions import decode_condition
from gcx_format.generate.enhance import enhance
from gcx_format.generate.enhance_generator import Options
from gcx_format.generate.preview import enlarge
from gcx_format.pictures import normalise, open_picture

with needing("benchmark"):
    from skimage.metrics import structural_similarity

BUDGETS: Final = (150, 290, 600)
"""Bytes of the visual payload."""

SUFFIXES: Final = {".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"}

_FORMATS: Final = {"PSNR dB": ".2f", "SSIM": ".4f", "ST-LPIPS": ".3f", "ms": ".0f"}

_SIGN: Final = {"PSNR dB": 1, "SSIM": 1, "ST-LPIPS": -1}
"""Whether more is better."""

Enlarge = Callable[[Image.Image, tuple[int, int]], Image.Image]


def _interpolate(
    kernel: Image.Resampling, condition: Image.Image, size: tuple[int, int]
) -> Image.Image:
    return condition.resize(size, kernel)


def _enhance(detail: float, condition: Image.Image, size: tuple[int, int]) -> Image.Image:
    sharp = enhance(condition).resize(size, Image.Resampling.BICUBIC)
    return sharp if detail == 1 else Image.blend(enlarge(condition, size), sharp, detail)


_DETAIL: Final = float(Options.model_fields["detail"].default)

WAYS: Final[dict[str, Enlarge]] = {
    kernel.name.lower(): partial(_interpolate, kernel)
    for kernel in (
        Image.Resampling.NEAREST,
        Image.Resampling.BILINEAR,
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
    )
} | {
    "preview": enlarge,
    f"enhanced, {_DETAIL:.0%}": partial(_enhance, _DETAIL),
    "enhanced, 100%": partial(_enhance, 1.0),
}


def condition_of(photograph: Image.Image, budget: int) -> Image.Image:
    """The visual condition of a photograph, decoded from that many bytes of payload."""
    return decode_condition(encode(photograph, visual="av1", visual_bytes=budget))


def psnr(original: Image.Image, picture: Image.Image) -> float:
    error = np.asarray(original, np.float64) - np.asarray(picture, np.float64)
    mean = float(np.mean(error * error))
    return 10 * math.log10(255**2 / mean) if mean else math.inf


def ssim(original: Image.Image, picture: Image.Image) -> float:
    return float(
        structural_similarity(  # type: ignore[no-untyped-call]
            np.asarray(original), np.asarray(picture), channel_axis=-1, data_range=255
        )
    )


def measure(paths: list[Path], console: Console) -> Table:
    left_out = shift_tolerant.missing()
    results: dict[tuple[int, str], list[dict[str, float]]] = defaultdict(list)
    for path in track(paths, "Measuring", console=console, transient=True):
        photograph = normalise(open_picture(path)).convert("RGB")
        seen = None if left_out else shift_tolerant.features(photograph)
        for budget in BUDGETS:
            condition = condition_of(photograph, budget)
            for name, way in WAYS.items():
                start = time.perf_counter()
                picture = way(condition, photograph.size)
                seconds = time.perf_counter() - start
                figures = {"PSNR dB": psnr(photograph, picture), "SSIM": ssim(photograph, picture)}
                if seen is not None:
                    figures["ST-LPIPS"] = shift_tolerant.distance(
                        seen, shift_tolerant.features(picture)
                    )
                results[budget, name].append(figures | {"ms": 1000 * seconds})

    table = Table(
        title=f"Enlarged visual conditions, means of {len(paths)} photographs",
        caption=left_out,
    )
    table.add_column("bytes", justify="right")
    table.add_column("enlargement")
    for heading in (*results[BUDGETS[0], "bicubic"][0], "better than bicubic"):
        table.add_column(heading, justify="right")
    for budget in BUDGETS:
        bicubic = results[budget, "bicubic"]
        for name in WAYS:
            rows = results[budget, name]
            figures = {key: statistics.fmean(row[key] for row in rows) for key in rows[0]}
            pairs = list(zip(rows, bicubic, strict=True))
            wins = [
                sum(sign * (ours[key] - theirs[key]) > 0 for ours, theirs in pairs)
                for key, sign in _SIGN.items()
                if key in figures
            ]
            table.add_row(
                str(budget),
                name,
                *(format(figure, _FORMATS[key]) for key, figure in figures.items()),
                "" if name == "bicubic" else " / ".join(map(str, wins)),
                end_section=name == [*WAYS][-1],
            )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder of photographs")
    folder: Path = parser.parse_args().folder
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not paths:
        parser.error(f"no photographs in {folder}")
    console = Console()
    console.print(measure(paths, console))


if __name__ == "__main__":
    main()
