"""A small picture to an AV1 still, and back, by Pillow.

Pillow uses libavif, libaom and dav1d. `bitstream` says what is left of the file; `search` decides
which quality fits a number of bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from PIL import AvifImagePlugin as AvifImagePlugin  # else Pillow imports all of its plug-ins
from PIL import Image, UnidentifiedImageError, features

from gcx_format import limits
from gcx_format.errors import ArgumentError, DamagedVisualError, UnavailableError
from gcx_format.remedies import Remedy
from gcx_format.visual.av1 import bitstream

__all__ = ["OPTIONS", "QUALITIES", "Chroma", "decode", "encode", "tried_out"]

Chroma = Literal["4:2:0", "4:4:4"]
"""Colour at half the width and height, or in full; which is better depends on the picture."""

QUALITIES: Final = tuple(sorted({(63 * (100 - q) + 50) // 100: q for q in range(100)}.values()))
"""One quality for each of the 63 quantizers that libavif maps 0 to 99 to, worst first."""

OPTIONS: Final = {
    "sb-size": "64",
    "enable-filter-intra": "0",
    "enable-restoration": "0",
    "enable-cdef": "1",
    "enable-intrabc": "0",
    "tune": "ssim",
}
"""What keeps libaom within the profile; and the tuning that measured best."""


def encode(
    picture: Image.Image,
    quality: int,
    *,
    speed: int = 2,
    chroma: Chroma = "4:2:0",
    options: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Code a small RGB or L picture of at most one tile.

    Quality goes from 0, the fewest bytes, to 99; speed from 0, the slowest and smallest, to 10;
    `options` are further ones of libaom.

    Raises:
        ArgumentError: an argument is out of range, or this Pillow writes no AVIF, or none that a
            reader could restore.
    """
    if picture.mode not in ("RGB", "L"):
        raise ArgumentError(f"AV1 can code RGB and L pictures, not {picture.mode}")
    if not 0 <= quality <= 99:
        raise ArgumentError(f"qualities go from 0 to 99, not {quality}")
    if not 0 <= speed <= 10:
        raise ArgumentError(f"speeds go from 0 to 10, not {speed}")
    bitstream.check_size(picture.size)
    mode: Literal["RGB", "L"] = "RGB" if picture.mode == "RGB" else "L"
    file = io.BytesIO()
    try:
        picture.save(
            file,
            "AVIF",
            quality=quality,
            speed=speed,
            subsampling=chroma if mode == "RGB" else "4:0:0",
            autotiling=False,
            max_threads=1,
            icc_profile=b"",
            advanced={**OPTIONS, **options},
        )
        return bitstream.strip(file.getvalue(), picture.size, mode)
    except bitstream.StreamError as error:
        raise ArgumentError(
            f"the AV1 encoder of this Pillow writes what .gcx cannot store: {error}; "
            "install the Pillow that gcx was released with"
        ) from None
    except (KeyError, OSError, RuntimeError, ValueError) as error:
        raise ArgumentError(f"this Pillow cannot write AV1: {error}") from error


def decode(payload: bytes, size: tuple[int, int], mode: Literal["RGB", "L"]) -> Image.Image:
    """The picture of a payload; raises `DamagedVisualError` unless it has this size and mode."""
    if size[0] * size[1] > limits.MAX_CONDITION_PIXELS:
        raise DamagedVisualError(
            f"a visual condition of {size[0]} x {size[1]} is more than the "
            f"{limits.MAX_CONDITION_PIXELS} pixels that are decoded"
        )
    try:
        avif = bitstream.restore(payload, size, mode)
    except ArgumentError as error:
        raise DamagedVisualError(str(error)) from None
    try:
        with Image.open(io.BytesIO(avif), formats=("AVIF",)) as image:
            if image.size != size or getattr(image, "n_frames", 1) != 1:
                raise DamagedVisualError(f"the visual payload holds {image.size}, not {size}")
            image.load()
            # Grey may come as three equal channels; at full range, the first is the luma itself.
            return image.getchannel(0) if mode == "L" else image.convert("RGB")
    except DamagedVisualError:
        raise
    except UnidentifiedImageError:  # its own message is about the buffer
        raise DamagedVisualError("the visual payload is not an AV1 picture") from None
    except Exception as error:  # decoders let many kinds escape on damaged data
        raise DamagedVisualError(f"the visual payload does not decode as AV1: {error}") from None


def tried_out() -> str:
    """The library that codes, with its version, after coding a small picture with it."""
    version = features.version("avif") if features.check("avif") else None
    remedy = Remedy("reinstall Pillow")
    if version is None:
        raise UnavailableError("this Pillow has no AVIF support", remedy=remedy)
    small = Image.new("RGB", (16, 16))
    try:
        decode(encode(small, 50, speed=10), small.size, "RGB")
    except Exception as error:
        message = f"libavif {version} in Pillow does not work as it should: {error}"
        raise UnavailableError(message, remedy=remedy) from None
    return f"libavif {version} in Pillow"
