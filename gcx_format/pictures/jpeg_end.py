"""JPEG files whose end is missing: what there is of them, and whether that is the whole picture.

A copy that broke off lacks the end marker or much more. Pillow refuses both; viewers show both.
Here a file is whole if its pixels are, whatever else it lacks.
"""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["decoded", "is_whole"]

_END: Final = b"\xff\xd9"

_MARKER: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
"""In coded data, whatever begins with FF and is neither stuffing nor a restart (T.81, B.1.1)."""
_RESTART: Final = re.compile(rb"\xff[\xd0-\xd7]")

_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_PROGRESSIVE: Final = (0xC2, 0xC6, 0xCA, 0xCE)
_RESTART_INTERVAL: Final = 0xDD
_SCAN: Final = 0xDA

_BLOCKS: Final = 1024
"""Pixels that may be unsure: four blocks of 16 x 16, into which a byte or two can reach."""


def decoded(data: bytes) -> Image.Image:
    """The picture of a JPEG file that was cut short: grey where it has no pixels.

    Raises:
        Exception: as Pillow does, where no pixel is in it.
    """
    return _with(data, b"")


def is_whole(data: bytes, image: Image.Image) -> bool:
    """Whether a file that ends too early has its pixels nevertheless, but for a block or two.

    All scans have to be there. Then the file is decoded once more with other data in place of
    what is missing: where the pixels are the same, they do not depend on it.

    Args:
        data: the file.
        image: what `decoded` made of it.
    """
    from PIL import ImageChops, ImageStat

    if not _has_all_scans(data):
        return False
    noise = random.Random(1).randbytes(4096).replace(b"\xff", b"\x7f")
    difference = ImageChops.difference(image, _with(data, noise))
    most = difference.getchannel(0)
    for channel in range(1, len(difference.getbands())):
        most = ImageChops.lighter(most, difference.getchannel(channel))
    pixels = image.width * image.height
    unsure = pixels - most.histogram()[0]
    return unsure <= max(pixels // 100, min(_BLOCKS, pixels // 4)) or (
        ImageStat.Stat(most).mean[0] < 0.5
    )


def _with(data: bytes, missing: bytes) -> Image.Image:
    from PIL import Image

    image = Image.open(io.BytesIO(data.rstrip(b"\xff") + missing + _END), formats=["JPEG"])
    image.load()
    return image


def _has_all_scans(data: bytes) -> bool:
    """Whether every coefficient of every component is there to its last bit, or has begun to be.

    And whether as many restart intervals have begun in the last scan as it has.
    """
    bits: dict[int, list[int]] = {}  # of each component, how many are missing of each coefficient
    sampling: dict[int, tuple[int, int]] = {}
    size, is_progressive, interval, restarts, expected = (0, 0), False, 0, 0, 0
    place = 2
    while found := _MARKER.search(data, place):
        marker, start = found[1][0], found.end()
        if marker == _END[1]:
            break
        length = int.from_bytes(data[start : start + 2], "big")
        body, place = data[start + 2 : start + length], start + length
        if marker in _FRAMES and len(body) >= 6 + 3 * body[5]:
            is_progressive = marker in _PROGRESSIVE
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
            for name, factors, _ in zip(*[iter(body[6 : 6 + 3 * body[5]])] * 3, strict=True):
                bits[name], sampling[name] = [99] * 64, (factors >> 4, factors & 15)
        elif marker == _RESTART_INTERVAL:
            interval = int.from_bytes(body[:2], "big")
        elif marker == _SCAN and len(body) >= 4 + 2 * body[0]:
            names = [name for name in body[1 : 1 + 2 * body[0] : 2] if name in bits]
            first, last, accuracy = body[-3], body[-2], body[-1] & 15
            for name in names:
                for coefficient in range(first, min(last, 63) + 1) if is_progressive else range(64):
                    bits[name][coefficient] = accuracy if is_progressive else 0
            coded = _MARKER.search(data, place)
            end = coded.start() if coded else len(data)
            restarts = sum(1 for _ in _RESTART.finditer(data, place, end))
            expected = -(-_units(size, sampling, names) // interval) - 1 if interval else 0
            place = end
    return bool(bits) and not any(map(any, bits.values())) and restarts >= expected


def _units(size: tuple[int, int], sampling: dict[int, tuple[int, int]], names: list[int]) -> int:
    """How many minimum coded units a scan has (T.81, A.2)."""
    across, down = (max(factor[axis] for factor in sampling.values()) for axis in (0, 1))
    if len(names) != 1:
        return -(-size[0] // (8 * across)) * -(-size[1] // (8 * down))
    one = sampling[names[0]]
    width, height = -(-size[0] * one[0] // across), -(-size[1] * one[1] // down)
    return -(-width // 8) * -(-height // 8)
