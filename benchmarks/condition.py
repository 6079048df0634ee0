"""How close a visual condition of a few hundred bytes comes to its thumbnail, by codec.

    python benchmarks/condition.py FOLDER [--bytes 150 290 600]

Takes the largest centred square of each photograph in the folder and downscales it to 128 x 128
pixels, as scale 8 does with a square of 1024. Every codec gets that thumbnail and the same search
that gcx uses: over its quality, over smaller sizes that are enlarged again (Lanczos), and over
chroma at half and full resolution if it has both. The table gives means over the photographs:
PSNR over the RGB samples, and SSIM as scikit-image computes it by default (7 x 7 flat windows,
mean of the channels).

What counts as bytes favours the other codecs. For gcx it is the whole payload; for JPEG, the file
without the JFIF segment; for WebP, the content of the VP8 chunk; for JPEG XL, the naked codestream;
for HEIC, the content of mdat, although a decoder also needs the parameter sets outside it.

Needs `pip install -e '.[benchmark]'`.
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks.extras import needing
from gcx_format.descriptor import condition_size
from gcx_format.errors import BudgetError
from gcx_format.similarity import psnr
from gcx_format.visual.av1 import search
from gcx_format.visual.downscale import downscale

with needing("benchmark"):
    import pillow_heif
    import pillow_jxl  # noqa: F401  (importing it registers the format)
    from skimage.metrics import structural_similarity

pillow_heif.register_heif_opener()

SIDE = 128


class OtherCoder:
    """One of Pillow's formats as a coder for gcx's search, counting only the bytes that matter."""

    def __init__(
        self, format: str, counted: Callable[[bytes], bytes], first: int, last: int, **options: Any
    ) -> None:
        self.qualities = range(first, last + 1)
        self._format, self._counted, self._options = format, counted, options

    def encode(self, picture: Image.Image, quality: int, *, speed: int) -> bytes:
        file = io.BytesIO()
        picture.save(file, self._format, quality=quality, **self._options)
        payload = self._counted(file.getvalue())
        _files[payload] = file.getvalue()
        return payload

    def decode(
        self, payload: bytes, size: tuple[int, int], mode: Literal["RGB", "L"]
    ) -> Image.Image:
        return Image.open(io.BytesIO(_files[payload])).convert(mode)


_files: dict[bytes, bytes] = {}
"""Whole files by the bytes that count: none of these payloads can be decoded alone."""


def without_jfif(file: bytes) -> bytes:
    assert file[2:4] == b"\xff\xe0"
    return file[:2] + file[4 + int.from_bytes(file[4:6], "big") :]


def vp8_content(file: bytes) -> bytes:
    assert file[12:16] == b"VP8 "
    return file[20 : 20 + int.from_bytes(file[16:20], "little")]


def mdat_content(file: bytes) -> bytes:
    at = 0
    while file[at + 4 : at + 8] != b"mdat":
        at += int.from_bytes(file[at : at + 4], "big")
    return file[at + 8 : at + int.from_bytes(file[at : at + 4], "big")]


def naked(file: bytes) -> bytes:
    assert file[:2] == b"\xff\x0a"
    return file


CODECS: dict[str, Sequence[search.Coder]] = {
    "gcx (AV1)": [search.Av1Coder("4:2:0"), search.Av1Coder("4:4:4")],
    "HEIC": [OtherCoder("HEIF", mdat_content, 0, 99, chroma=chroma) for chroma in (420, 444)],
    "WebP": [OtherCoder("WEBP", vp8_content, 0, 99, method=6)],
    "JPEG XL": [OtherCoder("JXL", naked, 1, 99, effort=9)],
    "JPEG": [
        OtherCoder("JPEG", without_jfif, 1, 95, optimize=True, progressive=way, subsampling=chroma)
        for way, chroma in product((False, True), ("4:2:0", "4:4:4"))
    ],
}


def measure(job: tuple[Path, str, int]) -> tuple[float, float, int] | None:
    """PSNR, SSIM and bytes of one photograph with one codec, or None if nothing fits."""
    path, codec, max_bytes = job
    thumbnail = square(path)
    try:
        choice = search.fit(thumbnail, max_bytes, finest=1.0, coders=CODECS[codec])
    except BudgetError:
        return None
    size = condition_size(SIDE, SIDE, choice.scale)
    decoded = CODECS[codec][0].decode(choice.payload, size, "RGB")
    enlarged = decoded.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    truth, other = np.asarray(thumbnail), np.asarray(enlarged)
    similarity = structural_similarity(  # type: ignore[no-untyped-call]
        truth, other, channel_axis=2, data_range=255
    )
    return psnr(thumbnail, enlarged), float(similarity), len(choice.payload)


def square(path: Path) -> Image.Image:
    """The thumbnail of the largest centred square of a photograph."""
    with Image.open(path) as image:
        photograph = image.convert("RGB")
    side = min(photograph.size)
    left, top = (photograph.width - side) // 2, (photograph.height - side) // 2
    return downscale(photograph.crop((left, top, left + side, top + side)), (SIDE, SIDE))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="photographs, at least 128 pixels a side")
    parser.add_argument(
        "--bytes",
        type=int,
        nargs="+",
        default=[150, 290, 600],
        metavar="N",
        help="byte budgets to try (default: 150 290 600)",
    )
    arguments = parser.parse_args()
    files = sorted(
        path
        for path in arguments.folder.iterdir()
        if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"}
    )
    if not files:
        parser.error(f"no photographs in {arguments.folder}")
    table = Table(title=f"Visual conditions of {SIDE} x {SIDE}: PSNR (dB), SSIM, mean bytes")
    table.add_column("codec")
    for max_bytes in arguments.bytes:
        table.add_column(f"up to {max_bytes} bytes", justify="right")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for codec in CODECS:
            cells = []
            for max_bytes in arguments.bytes:
                jobs = [(path, codec, max_bytes) for path in files]
                results = [result for result in pool.map(measure, jobs) if result is not None]
                if len(results) < len(files):
                    cells.append(f"{len(files) - len(results)} of {len(files)} do not fit")
                else:
                    quality, similarity, spent = np.mean(results, axis=0)
                    cells.append(f"{quality:.2f}  {similarity:.3f}  {spent:3.0f}")
            table.add_row(codec, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
