"""What other options of libaom would gain on still pictures of a few hundred bytes.

    python benchmarks/still_options.py FOLDER [--speed 6] [--bytes 150 290 600]

Takes a thumbnail of 96 x 64 and one of 66 x 44 pixels of each photograph's middle, codes both at
all quantizers with gcx's options and with each change to them, and compares at exactly these bytes,
interpolated. What gcx leaves out of an AVIF file does not count. The table gives the mean gain in
decibels of gcx's objective, PSNR + 20 SSIM; `best of all` takes for each thumbnail whichever change
is best, or none.

A change may leave the profile of gcx: it shows what the profile would have to allow.
"""

from __future__ import annotations

import argparse
import io
import math
from itertools import pairwise
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps
from rich.console import Console
from rich.progress import track
from rich.table import Table

from gcx_format.pictures import is_picture_name
from gcx_format.similarity import psnr, ssim
from gcx_format.visual.av1 import bitstream, codec
from gcx_format.visual.downscale import downscale

SIZES: Final = ((96, 64), (66, 44))
SSIM_WORTH: Final = 20
CHANGES: Final[dict[str, dict[str, str]]] = {
    "tune=psnr": {"tune": "psnr"},
    "tune=iq": {"tune": "iq"},
    "tune=ssimulacra2": {"tune": "ssimulacra2"},
    "quantizer matrices": {"enable-qm": "1"},
    "quantizer matrices 8 to 15": {"enable-qm": "1", "qm-min": "8", "qm-max": "15"},
    "another quantizer for chroma": {"enable-chroma-deltaq": "1"},
    "no CDEF": {"enable-cdef": "0"},
    "filter-intra": {"enable-filter-intra": "1"},
    "loop restoration": {"enable-restoration": "1"},
    "intra block copy": {"enable-intrabc": "1"},
    "no palette": {"enable-palette": "0"},
    "tune-content=screen": {"tune-content": "screen"},
    "sharpness=1": {"sharpness": "1"},
    "sharpness=3": {"sharpness": "3"},
    "no trellis": {"disable-trellis-quant": "1"},
    "trellis at the end": {"disable-trellis-quant": "2"},
    "no adaptive quantizers": {"aq-mode": "0"},
    "deltaq-mode=2": {"deltaq-mode": "2"},
    "fewer transforms": {"reduced-tx-type-set": "1"},
    "no transforms of 64": {"enable-tx64": "0"},
    "blocks of 8 at least": {"min-partition-size": "8"},
    "blocks of 32 at most": {"max-partition-size": "32"},
    "quant-b-adapt": {"quant-b-adapt": "1"},
    "dist-metric=qm-psnr": {"dist-metric": "qm-psnr"},
    "no adaptation of probabilities": {"cdf-update-mode": "0"},
    "superblocks of 128": {"sb-size": "128"},
    "no intra edge filter": {"enable-intra-edge-filter": "0"},
}

Curve = list[tuple[float, float]]
"""The length as its logarithm and the score, in ascending order of both."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--speed", type=int, default=6, help="of libaom (default: %(default)s)")
    parser.add_argument("--bytes", type=int, nargs="+", default=[150, 290, 600])
    asked = parser.parse_args()

    names = sorted(path for path in asked.folder.iterdir() if is_picture_name(path.name))
    thumbnails = [thumbnail for path in names for thumbnail in thumbnails_of(path)]
    most = max(asked.bytes)
    base = [curve(each, {}, asked.speed, most) for each in thumbnails]
    table = Table(box=None)
    table.add_column("change")
    for budget in asked.bytes:
        table.add_column(f"{budget} bytes", justify="right")
    best = [dict.fromkeys(asked.bytes, 0.0) for _ in thumbnails]
    for name, change in track(CHANGES.items(), "coding", transient=True):
        changed = [curve(each, change, asked.speed, most) for each in thumbnails]
        cells = []
        for budget in asked.bytes:
            gains: list[float] = []
            for number, (before, after) in enumerate(zip(base, changed, strict=True)):
                scores = score_at(before, budget), score_at(after, budget)
                if scores[0] is not None and scores[1] is not None:
                    gains.append(scores[1] - scores[0])
                    best[number][budget] = max(best[number][budget], gains[-1])
            cells.append(f"{sum(gains) / len(gains):+.3f}")
        table.add_row(name, *cells)
    means = (sum(each[budget] for each in best) / len(best) for budget in asked.bytes)
    table.add_row("best of all", *(f"{mean:+.3f}" for mean in means))
    Console().print(table)


def thumbnails_of(path: Path) -> list[Image.Image]:
    with Image.open(path) as image:
        picture = ImageOps.exif_transpose(image).convert("RGB")
    unit = min(picture.width // 3, picture.height // 2)
    picture = ImageOps.fit(picture, (3 * unit, 2 * unit), Image.Resampling.NEAREST)
    return [downscale(picture, size) for size in SIZES]


def curve(thumbnail: Image.Image, change: dict[str, str], speed: int, most: int) -> Curve:
    points: Curve = []
    left_out = left_out_of(thumbnail.size)
    for quality in codec.QUALITIES:
        file = io.BytesIO()
        thumbnail.save(
            file,
            "AVIF",
            quality=quality,
            speed=speed,
            subsampling="4:2:0",
            autotiling=False,
            max_threads=1,
            icc_profile=b"",
            advanced={**codec.OPTIONS, **change},
        )
        with Image.open(file) as coded:
            decoded = coded.convert("RGB")
        length = len(file.getvalue()) - left_out
        score = psnr(thumbnail, decoded) + SSIM_WORTH * ssim(thumbnail, decoded)
        if not points or (score > points[-1][1] and math.log(length) > points[-1][0]):
            points.append((math.log(length), score))
        if length > most:
            break
    return points


def left_out_of(size: tuple[int, int]) -> int:
    """The bytes of an AVIF file of this size that are not in a payload."""
    payload = codec.encode(Image.new("RGB", size), 50, speed=10)
    return len(bitstream.restore(payload, size, "RGB")) - len(payload)


def score_at(points: Curve, budget: int) -> float | None:
    wanted = math.log(budget)
    for (low, worse), (high, better) in pairwise(points):
        if low <= wanted <= high:
            return worse + (better - worse) * (wanted - low) / (high - low)
    return None


if __name__ == "__main__":
    main()
