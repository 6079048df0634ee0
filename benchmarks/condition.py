"""How near a visual condition of some hundred bytes comes to its thumbnail, by codec.

    python benchmarks/condition.py FOLDER [--bytes 150 290 600]

Of each photograph in the folder the largest centred square is taken and downscaled to
128 x 128 pixels, as scale 8 does with a square of 1024. Every codec is then given that
thumbnail and the same search that gcx uses: its own choice of quality, of a smaller size
that is enlarged again (Lanczos), and of chroma at half or full resolution where it has
both. The table has means over the photographs: PSNR over the RGB samples, and SSIM as
scikit-image computes it by default (7 x 7 flat windows, mean of the channels).

What counts as bytes favours the others: gcx its whole payload; JPEG its file without the
JFIF segment; WebP the content of its VP8 chunk; JPEG XL its naked codestream; HEIC the
content of mdat, though a decoder needs the parameter sets outside of it as well.

Needs the packages numpy, rich, scikit-image, pillow-heif and pillow-jxl-plugin.
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
import pillow_heif
import pillow_jxl  # noqa: F401  (importing it registers the format)
from PIL import Image
from rich.console import Console
from rich.table import Table
from skimage.metrics import structural_similarity

from gcx_format.descriptor import condition_size
from gcx_format.errors import BudgetError
from gcx_format.visual import budget
from gcx_format.visual.downscale import downscale

pillow_heif.register_heif_opener()

SIDE = 128


class OtherCoder:
    """One of Pillow's formats as gcx's search wants it, with only the bytes that count."""

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
"""Whole files by what counts of them: none of these payloads can be decoded alone."""


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


CODECS: dict[str, Sequence[budget.Coder]] = {
    "gcx (AV1)": [budget.Av1Coder("4:2:0"), budget.Av1Coder("4:4:4")],
    "HEIC": [OtherCoder("HEIF", mdat_content, 0, 99, chroma=chroma) for chroma in (420, 444)],
    "WebP": [OtherCoder("WEBP", vp8_content, 0, 99, method=6)],
    "JPEG XL": [OtherCoder("JXL", naked, 1, 99, effort=9)],
    "JPEG": [
        OtherCoder("JPEG", without_jfif, 1, 95, optimize=True, progressive=way, subsampling=chroma)
        for way, chroma in product((False, True), ("4:2:0", "4:4:4"))
    ],
}


def measure(job: tuple[Path, str, int]) -> tuple[float, float, int] | None:
    """PSNR, SSIM and bytes of one photograph by one codec; None where nothing fits."""
    path, codec, max_bytes = job
    thumbnail = square(path)
    try:
        choice = budget.fit(thumbnail, max_bytes, finest=1.0, coders=CODECS[codec])
    except BudgetError:
        return None
    size = condition_size(SIDE, SIDE, choice.scale)
    decoded = CODECS[codec][0].decode(choice.payload, size, "RGB")
    enlarged = decoded.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    truth, other = np.asarray(thumbnail), np.asarray(enlarged)
    similarity = structural_similarity(  # type: ignore[no-untyped-call]
        truth, other, channel_axis=2, data_range=255
    )
    return budget.psnr(thumbnail, enlarged), float(similarity), len(choice.payload)


def square(path: Path) -> Image.Image:
    """The thumbnail of a photograph's largest centred square."""
    with Image.open(path) as image:
        photograph = image.convert("RGB")
    side = min(photograph.size)
    left, top = (photograph.width - side) // 2, (photograph.height - side) // 2
    return downscale(photograph.crop((left, top, left + side, top + side)), (SIDE, SIDE))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="photographs of at least 128 pixels a side")
    parser.add_argument("--bytes", type=int, nargs="+", default=[150, 290, 600], metavar="N")
    arguments = parser.parse_args()
    files = sorted(
        path
        for path in arguments.folder.iterdir()
        if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"}
    )
    if not files:
        parser.error(f"no photographs in {arguments.folder}")
    table = Table(title=f"Conditions of {SIDE} x {SIDE} thumbnails: PSNR (dB), SSIM, mean bytes")
    table.add_column("codec")
    for max_bytes in arguments.bytes:
        table.add_column(f"at most {max_bytes} B", justify="right")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for codec in CODECS:
            cells = []
            for max_bytes in arguments.bytes:
                jobs = [(path, codec, max_bytes) for path in files]
                results = [result for result in pool.map(measure, jobs) if result is not None]
                if len(results) < len(files):
                    cells.append(f"does not fit for {len(files) - len(results)} of {len(files)}")
                else:
                    quality, similarity, spent = np.mean(results, axis=0)
                    cells.append(f"{quality:.2f}  {similarity:.3f}  {spent:3.0f}")
            table.add_row(codec, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
